"""The pages that stand in a merchant's own: a parcel, its rating, the form that finds one."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from msgspec.structs import replace

from apps.branding.looks import look_named
from apps.pages import looking_up, rating, showing
from apps.pages.endings import has_ended
from apps.pages.frames import frame_of, framed, shell_of
from apps.pages.front import keep
from apps.pages.leading import led_on
from apps.pages.looking_up import Door, LookUp
from apps.pages.opening import not_found, reader_of
from apps.pages.readers import Reader
from apps.pages.stamps import is_shown
from apps.shipments.journey import Journey
from apps.shipments.reading import order_of

View = Callable[..., HttpResponse]

# What the page around a frame is told of a look-up; the parcel's own frame tells of success.
RESULTS = {404: "not_found", 429: "limited"}


def in_frame(view: View) -> View:
    """Make the view of a brand's frame of one that is given its reader."""

    @wraps(view)
    def shown(request: HttpRequest, slug: str, **more: str) -> HttpResponse:
        look = look_named(slug)
        if look is None:
            return not_found(request)
        reader = replace(reader_of(request, look), frame=frame_of(request.GET, look))
        return framed(request, view(request, reader, **more), reader)

    return shown


def opened(view: View) -> View:
    """Make the view of a secret link in a frame of one that is given its order's journeys."""

    @wraps(view)
    def shown(request: HttpRequest, reader: Reader, token: str) -> HttpResponse:
        journeys = order_of(token)
        if not journeys or journeys[0].merchant.slug != reader.look.merchant:
            return _notice(request, reader, "404.html", 404, error="not_found")
        if leads_on := led_on(request, token, journeys):
            return leads_on
        if has_ended(journeys, reader.look, timezone.now()):
            return _notice(request, reader, "pages/ended.html", 410, error="ended")
        return view(request, reader, journeys)

    return shown


@no_append_slash
@require_safe
@in_frame
@opened
def tracking(request: HttpRequest, reader: Reader, journeys: list[Journey]) -> HttpResponse:
    """Show the parcel behind a secret link of the brand's merchant."""
    return _parcel(request, reader, journeys, "pages/tracking.html")


@no_append_slash
@require_safe
@in_frame
def live(request: HttpRequest, reader: Reader, token: str) -> HttpResponse:
    """Answer an open frame that asks for news: 204 when it shows them already, else the part."""
    if is_shown(token, request.GET.get("version", "")):
        return showing.nothing_new()
    return _part(request, reader, token)


@opened
def _part(request: HttpRequest, reader: Reader, journeys: list[Journey]) -> HttpResponse:
    return _parcel(request, reader, journeys, "pages/_tracking.html")


def _parcel(
    request: HttpRequest, reader: Reader, journeys: list[Journey], template: str
) -> HttpResponse:
    more = shell_of(reader, request.GET) | {"is_rated": "rated" in request.GET}
    html = showing.render(template, journeys, reader, timezone.now(), more)
    return keep(showing.answer(html, reader), showing.stamp(journeys, reader))


def _notice(
    request: HttpRequest, reader: Reader, template: str, status: int, **more: object
) -> HttpResponse:
    return showing.notice(template, reader, status, shell_of(reader, request.GET) | more)


@csrf_exempt
@no_append_slash
@require_http_methods(["GET", "HEAD", "POST"])
@in_frame
@opened
def rate(request: HttpRequest, reader: Reader, journeys: list[Journey]) -> HttpResponse:
    """Show the form that rates a delivery, or keep what it says."""
    journey, now = journeys[0], timezone.now()
    if not rating.may_be_rated(journey) or reader.hides("rating"):
        return _notice(request, reader, "404.html", 404, error="not_found")
    is_sent = request.method == "POST"
    with translation.override(reader.language):
        form = rating.rate(request, journey, now) if is_sent else rating.form_of(journey, now)
    if form is None:
        return _back(request, reader, journey.token, f"rated-{request.POST['stars']}", rated="1")
    return _notice(request, reader, "pages/rate.html", 400 if is_sent else 200, form=form)


def _back(request: HttpRequest, reader: Reader, token: str, done: str, **more: str) -> HttpResponse:
    """Lead from a form to the parcel; what was done stands where only the frame reads it."""
    page = reverse("pages:embed", args=[reader.look.slug, token])
    query = urlencode(request.GET.dict() | more)
    return showing.led_to(f"{page}?{query}#{done}")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@in_frame
def look_up(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Show the form that finds a parcel of the brand's merchant, or answer it."""
    # The page of a number alone is none that can be framed.
    look = replace(reader.look, opens_by_number=False)
    door, now = Door(look, reader.frame.origin if reader.frame else ""), timezone.now()
    with translation.override(reader.language):
        if request.method == "POST":
            return _answered(request, reader, looking_up.tried(request, door, now))
        form = looking_up.blank(request, door, now)
    return _notice(request, reader, "pages/start.html", 200, lookup=form)


def _answered(request: HttpRequest, reader: Reader, form: LookUp) -> HttpResponse:
    if len(form.found) == 1:
        return _back(request, reader, form.found[0].token, "found")
    result = RESULTS.get(form.status, "")
    if form.status == 429:
        answer = _notice(request, reader, "pages/limited.html", 429, result=result)
        answer["Retry-After"] = str(form.wait)
        return answer
    status = 200 if form.found else form.status
    answer = _notice(request, reader, "pages/start.html", status, lookup=form, result=result)
    answer["Cache-Control"] = "no-store"
    return answer
