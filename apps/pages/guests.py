"""Pages for whoever does not hold the secret: what was passed on, what a number alone shows."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.common import no_append_slash
from django.views.decorators.http import require_safe
from msgspec.structs import replace

from apps.branding.looks import Look, look_named
from apps.pages import guessing, showing
from apps.pages.domains import look_here
from apps.pages.endings import has_ended
from apps.pages.opening import ended, not_found, opens, reader_of
from apps.pages.readers import Reader
from apps.pages.sharing import Shared, unseal
from apps.pages.stamps import is_shown
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment, TrackingNumber, fold_number
from apps.shipments.privacy import Level
from apps.shipments.reading import journeys_of


@no_append_slash
@require_safe
def shared(request: HttpRequest, sealed: str) -> HttpResponse:
    """Show what somebody passed on, until the last day of the link."""
    return _passed_on(request, sealed, "pages/tracking.html")


@no_append_slash
@require_safe
def shared_live(request: HttpRequest, sealed: str) -> HttpResponse:
    """Answer an open page of a shared link that asks for news."""
    return _passed_on(request, sealed, "pages/_tracking.html")


def _passed_on(request: HttpRequest, sealed: str, template: str) -> HttpResponse:
    given, now = unseal(sealed), timezone.now()
    if given is None:
        return not_found(request)
    if given.until < now.date():
        return ended(reader_of(request, look_here(request)))
    if is_shown(given.token, request.GET.get("version", "")):
        return showing.nothing_new()

    def show(request: HttpRequest, journeys: list[Journey], reader: Reader) -> HttpResponse:
        return _as_guest(template, journeys, reader, given)

    return opens(show, despite_end=given.is_renewed)(request, given.token)


def _as_guest(
    template: str, journeys: list[Journey], reader: Reader, given: Shared | None
) -> HttpResponse:
    """Show an order to a guest; the state alone is that of one parcel."""
    level = given.level if given else Level.NUMBER
    reader = replace(reader, level=level, is_guest=True)
    if level < Level.LINK:
        template, journeys = "pages/number.html", journeys[:1]
    html = showing.render(template, journeys, reader, timezone.now(), {"given": given})
    return showing.answer(html, reader)


@no_append_slash
@require_safe
def by_number(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Show the state of the newest parcel with a number, if the brand lets a number do that."""
    look, now = look_named(slug), timezone.now()
    if look is None or not look.opens_by_number:
        return not_found(request)
    journeys = _numbered(look, number)
    if not journeys:
        return _unknown_number(request, look)
    reader = reader_of(request, look)
    if has_ended(journeys, look, now):
        return ended(reader)
    return _as_guest("pages/number.html", journeys, reader, None)


def _numbered(look: Look, number: str) -> list[Journey]:
    numbers = TrackingNumber.objects.filter(folded=fold_number(number))
    shipments = Shipment.objects.filter(
        merchant__slug=look.merchant, pk__in=numbers.values("leg__shipment")
    )
    return journeys_of(shipments.order_by("-pk")[:1])


def _unknown_number(request: HttpRequest, look: Look) -> HttpResponse:
    """Count a number that nobody has: somebody may be walking through them."""
    guess = guessing.begin(request, look.merchant, timezone.now())
    return too_many(request, look, guess.wait) if guess.wait else not_found(request, look)


def too_many(request: HttpRequest, look: Look, wait: int) -> HttpResponse:
    """Answer 429: nothing more is looked up for `wait` seconds."""
    answer = showing.notice("pages/limited.html", reader_of(request, look), 429)
    answer["Retry-After"] = str(wait)
    return answer
