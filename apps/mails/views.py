"""Where people ask for mail about a parcel, and for a new link when theirs has ended."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.mails import forms, new_link
from apps.pages import showing
from apps.pages.domains import shows
from apps.pages.doors import tells_news
from apps.pages.endings import has_ended
from apps.pages.leading import led_on
from apps.pages.opening import ended, not_found, opens, reader_of
from apps.pages.readers import Reader
from apps.shipments.journey import Journey
from apps.shipments.reading import order_of


@no_append_slash
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@opens
def news(request: HttpRequest, journeys: list[Journey], reader: Reader) -> HttpResponse:
    """Show the form that asks for mail about a parcel, or answer it."""
    journey, now = journeys[0], timezone.now()
    if not tells_news(journey, reader):
        return to_page(journey.token, reader)
    with translation.override(reader.language):
        is_sent = request.method == "POST"
        form = forms.tried(request, journey, reader, now) if is_sent else forms.blank(journey, now)
    more = {"form": form, "page": page_of(journey.token, reader), "shop": journey.merchant.name}
    answer = showing.notice("mails/pages/news.html", reader, form.status, more)
    answer["Cache-Control"] = "no-store"
    if form.wait:
        answer["Retry-After"] = str(form.wait)
    return answer


@no_append_slash
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the form that asks for a new link, on the page of one that has ended."""
    journeys, now = order_of(token), timezone.now()
    if not journeys or not shows(request, journeys[0].merchant.slug):
        return not_found(request)
    if leads_on := led_on(request, token, journeys):
        return leads_on
    reader = reader_of(request, showing.look_for(journeys))
    if request.method != "POST" or not has_ended(journeys, reader.look, now):
        return to_page(token, reader)
    with translation.override(reader.language):
        found = new_link.tried(request, journeys[0], reader, now)
    if found.form is None:
        return ended(reader)
    answer = showing.notice("pages/ended.html", reader, found.status, {"form": found.form})
    answer["Cache-Control"] = "no-store"
    if found.wait:
        answer["Retry-After"] = str(found.wait)
    return answer


def to_page(token: str, reader: Reader) -> HttpResponse:
    """Lead to the parcel's page."""
    return showing.led_to(page_of(token, reader))


def page_of(token: str, reader: Reader) -> str:
    """Return the path of the parcel's page, in the reader's language."""
    return f"{reverse('pages:tracking', args=[token])}?lang={reader.language}"
