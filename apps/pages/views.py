from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from msgspec.structs import replace

from apps.pages import oembed, outputs, proving, rating, showing
from apps.pages.front import keep
from apps.pages.opening import Opened, not_found, opens
from apps.pages.readers import Reader, prefers_text
from apps.pages.stamps import is_shown
from apps.shipments.journey import Journey
from apps.shipments.privacy import Level

# A crawler has to be let in to read that a page does not want to be listed, so tracking
# pages are not forbidden here.
ROBOTS = "User-agent: *\nDisallow: /admin/\n"


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain")


@no_append_slash
@require_safe
@vary_on_headers("Accept")
def tracking(request: HttpRequest, token: str) -> HttpResponse:
    """Show the parcel behind a secret link, with the other parcels of its order."""
    wants_text = prefers_text(request.headers.get("Accept", ""))
    return outputs.text(request, token) if wants_text else _page(request, token)


@opens
def _page(request: HttpRequest, journeys: list[Journey], reader: Reader) -> HttpResponse:
    more = {
        "is_rated": "rated" in request.GET,
        "oembed": oembed.address_of(reader, journeys[0].token),
    }
    return _shown("pages/tracking.html", journeys, reader, **more)


@no_append_slash
@require_safe
def live(request: HttpRequest, token: str) -> HttpResponse:
    """Answer an open page that asks for news: 204 when it shows them already, else the part.

    A page whose proof has lapsed shows too much, whatever the news.
    """
    proof = request.headers.get("X-Proof", "")
    has_lapsed = proof and not proving.holds(proof, token, timezone.now())
    return (
        _part(request, token)
        if has_lapsed or not is_shown(token, request.GET.get("version", ""))
        else showing.nothing_new()
    )


@opens
def _part(request: HttpRequest, journeys: list[Journey], reader: Reader) -> HttpResponse:
    """Show the part that renews itself; whoever proved more a while ago still sees more."""
    proof = request.headers.get("X-Proof", "")
    if proof and proving.holds(proof, journeys[0].token, timezone.now()):
        reader = replace(reader, level=Level.PROVED, proof=proof)
    return _shown("pages/_tracking.html", journeys, reader)


def _shown(template: str, journeys: list[Journey], reader: Reader, **more: object) -> HttpResponse:
    html = showing.render(template, journeys, reader, timezone.now(), more)
    answer = showing.answer(html, reader)
    return answer if reader.proof else keep(answer, showing.stamp(journeys, reader))


def sends(view: Opened) -> Callable[[HttpRequest, str], HttpResponse]:
    """Make a view of a form that is sent; whoever opens its address is led to the page."""

    @wraps(view)
    def sent(request: HttpRequest, journeys: list[Journey], reader: Reader) -> HttpResponse:
        with translation.override(reader.language):
            is_sent = request.method == "POST"
            return view(request, journeys, reader) if is_sent else _to_page(journeys[0], reader)

    return no_append_slash(csrf_exempt(require_http_methods(["GET", "POST"])(opens(sent))))


def _to_page(journey: Journey, reader: Reader, more: str = "") -> HttpResponse:
    page = reverse("pages:tracking", args=[journey.token])
    return showing.led_to(f"{page}?lang={reader.language}{more}")


@sends
def prove(request: HttpRequest, journeys: list[Journey], reader: Reader) -> HttpResponse:
    """Take a second fact; show the page with all that it proved, or what is wrong with it."""
    now = timezone.now()
    found = proving.tried(request, journeys[0], now)
    if found.proof:
        reader = replace(reader, level=Level.PROVED, proof=found.proof)
    html = showing.render("pages/tracking.html", journeys, reader, now, {"proving": found})
    answer = showing.answer(html, reader, found.status)
    if found.wait:
        answer["Retry-After"] = str(found.wait)
    return answer


@sends
def rate(request: HttpRequest, journeys: list[Journey], reader: Reader) -> HttpResponse:
    """Keep what a customer thinks of a delivery that is over."""
    now = timezone.now()
    if not rating.may_be_rated(journeys[0]) or reader.hides("rating"):
        return not_found(request, reader.look)
    form = rating.rate(request, journeys[0], now)
    if form is None:
        return _to_page(journeys[0], reader, "&rated=1#rating")
    html = showing.render("pages/tracking.html", journeys, reader, now, {"rating": form})
    return showing.answer(html, reader, 400)
