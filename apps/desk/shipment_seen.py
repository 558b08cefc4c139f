"""The customer's page as it is, in a frame of staff's, at any level and as of any moment."""

from datetime import datetime

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from msgspec.structs import replace

from apps.desk.pages import LOOKERS, OPERATORS, may, page
from apps.desk.shipment_page import then_of
from apps.desk.shipment_reach import note, reached
from apps.pages import showing
from apps.pages.endings import has_ended
from apps.pages.opening import ended, reader_of
from apps.pages.readers import Reader
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment
from apps.shipments.privacy import Level
from apps.shipments.reading import order_of
from apps.shipments.time_machine import journey_as_of

# The very templates of customers, without their scripts: nothing here asks for news.
TEMPLATE, NUMBER_TEMPLATE = "pages/tracking.html", "pages/number.html"
POLICY = {"frame-ancestors": [SELF], "script-src": [NONE], "form-action": [NONE]}


@page(
    "shipments/shipment/<int:shipment_id>/seen/<int:level>/",
    name="shipment_seen",
    roles=LOOKERS,
    methods=("GET", "HEAD"),
)
def seen(request: HttpRequest, shipment_id: int, level: int) -> HttpResponse:
    """Show what a customer sees who knows the number, holds the link, or proved who they are."""
    shipment, now = reached(request, shipment_id), timezone.now()
    if level not in set(Level):
        raise Http404
    if level == Level.PROVED:
        _write_down(request, shipment)
    then = then_of(request, now)
    if then.problem:
        raise Http404
    journeys = [journey_as_of(shipment.pk, then.at)] if then.at else order_of(shipment.token)
    answer = _shown(request, journeys, Level(level), then.at or now)
    return _framed(request, answer)


def _write_down(request: HttpRequest, shipment: Shipment) -> None:
    """Personal data is for those who work with it, and looking at it leaves a trace."""
    if not may(request, shipment.merchant_id, OPERATORS):
        raise PermissionDenied
    note(request, shipment, "Looked at the customer's page with personal data.")


def _shown(
    request: HttpRequest, journeys: list[Journey], level: Level, now: datetime
) -> HttpResponse:
    reader = reader_of(request, showing.look_for(journeys))
    if has_ended(journeys, reader.look, now):
        return ended(reader)
    reader = replace(reader, level=level, is_guest=level == Level.NUMBER)
    html = showing.render(
        "desk/shipment/seen.html", _opened(journeys, reader), reader, now, _parent(level)
    )
    return showing.answer(html, reader)


def _framed(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Let our own pages, and nobody else's, show an answer in a frame."""
    answer["X-Frame-Options"], answer["Cache-Control"] = "SAMEORIGIN", "no-store"
    csp_replace(POLICY)(lambda _request: answer)(request)
    return answer


def _opened(journeys: list[Journey], reader: Reader) -> list[Journey]:
    """Return the parcels of the page: whoever knows a number only sees that parcel alone."""
    return journeys if reader.level > Level.NUMBER else journeys[:1]


def _parent(level: Level) -> dict[str, object]:
    return {"parent": TEMPLATE if level > Level.NUMBER else NUMBER_TEMPLATE, "given": None}
