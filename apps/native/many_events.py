"""Events of many shipments at once: each is recorded, or told why not."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from msgspec import Struct
from rest_framework.request import Request
from rest_framework.response import Response

from apps.dialects import native_events
from apps.dialects.native_errors import places
from apps.dialects.native_events import SOURCE, Row, Told
from apps.dialects.payloads import Refused
from apps.native import parts
from apps.native.aiming import aimed
from apps.native.door import NativeDoor
from apps.native.events import TOO_MANY, EventsAnswer, answer_of
from apps.native.idempotency import once
from apps.native.naming import Names
from apps.shipments import recording
from apps.shipments.journey import Journey
from apps.shipments.models import Event, Shipment
from apps.shipments.pointing import report_on
from apps.shipments.reading import journeys_of, no_events
from apps.shipments.reports import Fault, Limits, Sighting


class RowAnswer(Struct, frozen=True):
    """What became of a row: its index in the body and the shipment it is about, if that is known."""

    index: int
    status: Literal["recorded", "refused"]
    shipment: str | None = None
    errors: list[dict[str, str]] = []


class ManyEventsAnswer(Struct, frozen=True):
    """What became of each row, in their order, and of each shipment that was told of."""

    data: list[RowAnswer]
    shipments: list[EventsAnswer]


class ManyEvents(NativeDoor):
    """POST /api/events: up to 1,000 events of any of the merchant's shipments.

    Good rows are recorded, each wrong one is told; nothing is recorded when all cannot be.
    """

    http_method_names = ["post"]

    @once
    def post(self, request: Request) -> Response:
        rows = parts.read(request, native_events.read_many)
        with transaction.atomic():
            push = _Push(self.merchant_id, rows)
            answers = push.record(timezone.now())
        return Response(ManyEventsAnswer(push.results(), answers))


class _Push:
    """Rows on their way into the vault; `faults` has what is wrong with them, by index."""

    def __init__(self, merchant_id: int, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.told = {index: row for index, row in enumerate(rows) if isinstance(row, Told)}
        self.faults = {i: row for i, row in enumerate(rows) if not isinstance(row, Told)}
        self.shipments = self._found(merchant_id)
        self.journeys = _journeys(set(self.shipments.values()))
        self.sightings: dict[int, list[Sighting]] = {}
        self._aim()

    def record(self, now: datetime) -> list[EventsAnswer]:
        """Record what was understood, by a fixed number of statements."""
        told = [
            (pk, report_on(self.journeys[pk], SOURCE, sightings))
            for pk, sightings in self.sightings.items()
        ]
        results = recording.record_many(told, now=now) if told else []
        after = Shipment.objects.in_bulk([one.shipment_id for one in results])
        return [answer_of(after[one.shipment_id], one) for one in results]

    def results(self) -> list[RowAnswer]:
        return [self._result(index) for index in range(len(self.rows))]

    def _result(self, index: int) -> RowAnswer:
        pk = self.shipments.get(index)
        name = self.journeys[pk].reference if pk else None
        errors = places(self.faults.get(index, ()))
        return RowAnswer(index, "refused" if errors else "recorded", name, errors)

    def _found(self, merchant_id: int) -> dict[int, int]:
        """Return the shipments of rows, by index; rows that name none, or several, get a fault."""
        names = Names(merchant_id, [*self.told.values()])
        found: dict[int, int] = {}
        for index, row in self.told.items():
            self.told[index] = plain = names.plain(row)
            try:
                found[index] = names.shipment_of(plain)
            except Refused as refused:
                self.faults[index] = refused.faults
        return found

    def _aim(self) -> None:
        """Find what of its shipment each event is about, as far as there is room for it."""
        held = _held(set(self.shipments.values()))
        for index, pk in self.shipments.items():
            row = self.told[index]
            try:
                sightings = aimed(self.journeys[pk], row)
            except Refused as refused:
                self.faults[index] = refused.faults
                continue
            held[pk] += len(sightings)
            if held[pk] > Limits.EVENTS:
                self.faults[index] = (Fault(row.path, TOO_MANY),)
                continue
            self.sightings.setdefault(pk, []).extend(sightings)


def _journeys(shipment_ids: Collection[int]) -> dict[int, Journey]:
    """Return shipments as they stand, without events, held so that nobody changes them."""
    rows = Shipment.objects.select_for_update().filter(pk__in=shipment_ids).order_by("pk")
    names = {row.reference: row.pk for row in rows}
    shipments = Shipment.objects.filter(pk__in=shipment_ids)
    return {names[one.reference]: one for one in journeys_of(shipments, no_events)}


def _held(shipment_ids: Collection[int]) -> Counter[int]:
    """Return how many events shipments have."""
    events = Event.objects.filter(shipment__in=shipment_ids).values_list("shipment")
    return Counter(dict(events.annotate(Count("pk")).order_by()))
