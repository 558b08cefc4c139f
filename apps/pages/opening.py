"""What a secret link opens: its parcel and who reads it, or word of what became of it."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.branding.looks import Look
from apps.pages import renewing, showing
from apps.pages.addresses import site_of
from apps.pages.domains import look_here, shows
from apps.pages.endings import has_ended
from apps.pages.leading import led_on
from apps.pages.readers import Reader, language_for
from apps.shipments.journey import Journey
from apps.shipments.reading import order_of

Opened = Callable[[HttpRequest, list[Journey], Reader], HttpResponse]


def opens(view: Opened, *, despite_end: bool = False) -> Callable[[HttpRequest, str], HttpResponse]:
    """Make the view of a secret link of one that is given its order's journeys and the reader.

    The journeys are not masked. A link that is none is answered 404, one that ended 410; whoever
    holds one that ended is offered a new one.
    """

    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        journeys = order_of(token)
        if not journeys or not shows(request, journeys[0].merchant.slug):
            return not_found(request)
        if leads_on := led_on(request, token, journeys):
            return leads_on
        reader, now = reader_of(request, showing.look_for(journeys)), timezone.now()
        if has_ended(journeys, reader.look, now) and not despite_end:
            return ended(reader, renewing.form_of(request, token, now))
        return view(request, journeys, reader)

    return opened


def reader_of(request: HttpRequest, look: Look) -> Reader:
    """Return who holds the link: they see what `Level.LINK` may see."""
    accepted = request.headers.get("Accept-Language", "")
    language = language_for(request.GET.get("lang", ""), accepted, look)
    return Reader(look=look, language=language, site=site_of(request))


def not_found(request: HttpRequest, look: Look | None = None) -> HttpResponse:
    return showing.notice("404.html", reader_of(request, look or look_here(request)), 404)


def ended(reader: Reader, form: renewing.Renewing | None = None) -> HttpResponse:
    """Say that a link has ended, with a form that asks for a new one where there is one."""
    return showing.notice("pages/ended.html", reader, 410, {"form": form})
