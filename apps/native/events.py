"""What happened to a shipment: to be read page by page, and to be told."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal, refusal_of
from apps.dialects import native, native_events
from apps.dialects.native_events import SOURCE, Told
from apps.dialects.payloads import Refused
from apps.native import parts
from apps.native.aiming import aimed
from apps.native.finding import shipment_of
from apps.native.idempotency import once
from apps.native.paging import PAGING, check_parameters, page_of
from apps.shipments import recording
from apps.shipments.journey import Journey
from apps.shipments.models import Event, Shipment
from apps.shipments.pointing import report_on
from apps.shipments.reading import as_told, journey_of
from apps.shipments.reports import Fault, Limits, Sighting

# As journeys have them.
NEWEST_FIRST = ("-occurred_at", "-position", "-recorded_at", "-pk")
TOO_MANY = f"A shipment has {Limits.EVENTS:,} events at most."


class EventsAnswer(Struct, frozen=True):
    """What telling events did: how many are new, how many are told in other words.

    `version` and `status` are the shipment's afterwards. Nothing new, and it is as it was.
    """

    shipment: str
    added: int
    changed: int
    version: int
    status: dict[str, Any]


class Events(parts.PartDoor):
    """GET and POST /api/shipments/{reference}/events: newest first, and one or up to 1,000 more."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: Request, reference: str) -> Response:
        check_parameters(request, PAGING)
        shipment = shipment_of(self, reference)
        held = Event.objects.filter(shipment=shipment, superseded_at=None)
        page = page_of(request, held, NEWEST_FIRST)
        shown = [as_told(event) for event in page.rows]
        journey = journey_of(shipment.pk, lambda _: {shipment.pk: shown})
        data = [native.write_event(journey, event) for event in journey.events]
        return parts.told(journey, page.body(data))

    @once
    def post(self, request: Request, reference: str) -> Response:
        """Record events, all of them or none; one that is there already adds nothing."""
        rows = parts.read(request, native_events.read)
        with self.changing(reference) as shipment:
            journey = parts.now_of(shipment)
            sightings = _aimed(journey, rows)
            _check_room(shipment, len(sightings))
            report = report_on(journey, SOURCE, sightings)
            result = recording.record(shipment.pk, report, now=timezone.now())
            shipment.refresh_from_db(fields=["version", "code"])
        return parts.told(shipment, answer_of(shipment, result))


def answer_of(shipment: Shipment, result: recording.Recorded) -> EventsAnswer:
    """Return the answer about a shipment that was recorded and read again."""
    status = native.write_status(shipment.code)
    return EventsAnswer(shipment.reference, result.added, result.changed, result.version, status)


def _aimed(journey: Journey, rows: Sequence[Told]) -> list[Sighting]:
    """Return the events with their parts found; raise a `Refusal` (422) with every fault."""
    sightings: list[Sighting] = []
    faults: list[Fault] = []
    for row in rows:
        try:
            sightings += aimed(journey, row)
        except Refused as refused:
            faults += refused.faults
        if len(sightings) > Limits.EVENTS:
            raise Refusal(409, message=TOO_MANY)
    if faults:
        raise refusal_of(Refused(*faults), 422)
    return sightings


def _check_room(shipment: Shipment, more: int) -> None:
    """Refuse what would make a shipment too long to be read at once."""
    if Event.objects.filter(shipment=shipment).count() + more > Limits.EVENTS:
        raise Refusal(409, message=TOO_MANY)
