"""Ingest: how near recording comes to the database's own speed."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from rest_framework import serializers

from apps.dialects import sorted_v1
from apps.shipments import identity, merging, recording
from apps.shipments.models import Event, Item, Leg, Merchant, Outbox, Shipment
from apps.shipments.reports import LegReport, Report
from tests.bench import rounds
from tests.bench.rounds import Figure

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EVENTS = 50  # a shipment
BATCH = 100  # shipments a transaction
STORIES = (
    ("Collected", "The shipment has been collected"),
    ("InTransit", "Arrived at sorting facility"),
    ("InTransit", "Departed from facility"),
    ("OutForDelivery", "The shipment is out for delivery"),
    ("Delivered", "The parcel was handed to the resident"),
)
LEG = LegReport(carrier_code="dnq")


class Ground:
    """Fresh shipments for every measurement, in a table that is not empty."""

    def __init__(self, shipments: int) -> None:
        self.shipments = shipments
        self.merchant, _ = Merchant.objects.get_or_create(slug="bench", name="Bench")
        self.filled = False

    def fresh(self) -> list[Shipment]:
        """Empty the tables, put 24,000 old events in, return new shipments."""
        # TRUNCATE keeps one round's dead rows from slowing the next.
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("TRUNCATE shipments_shipment CASCADE")
            else:
                Shipment.objects.all().delete()
        old = self._make(480)
        _record_all(old, [report_of(push_of([shipment]), shipment) for shipment in old])
        fresh = self._make(self.shipments)
        with connection.cursor() as cursor:
            # What autovacuum does sooner or later; plans made without it are of no table in use.
            cursor.execute("ANALYZE")
        return fresh

    def _make(self, count: int) -> list[Shipment]:
        """Make shipments as a merchant registers them: with a leg and a package."""
        shipments = Shipment.objects.bulk_create(
            [Shipment(merchant=self.merchant) for _ in range(count)]
        )
        Leg.objects.bulk_create(
            [Leg(shipment=one, position=1, order=1, carrier_code="dnq") for one in shipments]
        )
        Item.objects.bulk_create(
            [Item(shipment=s, position=1, package_reference=_package(s)) for s in shipments]
        )
        return shipments


def _package(shipment: Shipment) -> str:
    return shipment.consignment_reference.replace("EC", "EP")


def push_of(shipments: Sequence[Shipment], repeats: bool = False) -> bytes:
    """Return a carrier's push for the shipments; with repeats one event in five comes twice."""
    return json.dumps(
        {
            "CarrierReference": "DNQ",
            "ConsignmentTrackingEvents": [
                {
                    "ConsignmentTrackingReference": shipment.consignment_reference,
                    "PackageTrackingEvents": [
                        {
                            "PackageReference": _package(shipment),
                            "TrackingEvents": _events(repeats),
                        }
                    ],
                }
                for shipment in shipments
            ],
        }
    ).encode()


def _events(repeats: bool) -> list[dict[str, object]]:
    events: list[dict[str, object]] = []
    for number in range(EVENTS):
        code, words = STORIES[number % len(STORIES)]
        time_ = NOW - timedelta(minutes=37 * number)
        events.append(
            {
                "TimeStamp": time_.isoformat(),
                "Code": code,
                "Description": words,
                "SignedBy": None,
                "Location": "Manchester",
            }
        )
        if repeats and number % 4 == 0:
            events.append(events[-1])
    return events


def report_of(payload: bytes, shipment: Shipment) -> Report:
    ((_, report),) = sorted_v1.read_push(payload, leg=LEG).consignments
    return report


def _record_all(shipments: Sequence[Shipment], reports: Sequence[Report]) -> None:
    for start in range(0, len(shipments), BATCH):
        ids = (shipment.pk for shipment in shipments[start : start + BATCH])
        entries = list(zip(ids, reports[start : start + BATCH], strict=True))
        recording.record_many(entries, now=NOW)


def _timed(job: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    job()
    return count / (time.perf_counter() - started)


def raw(ground: Ground) -> float:
    """Insert ready rows with nothing asked and nothing checked: the reference."""
    shipments = ground.fresh()
    recorded_at = merging.database_time(NOW)
    knowns = identity.know("raw", _placed(shipments[0]), {})
    batches = [
        [
            merging.new_row(
                shipment.pk, "sorted_v1", known, recorded_at, set(), merging.time_writer()
            )
            for shipment in shipments[start : start + BATCH]
            for known in knowns
        ]
        for start in range(0, len(shipments), BATCH)
    ]

    def job() -> None:
        for batch in batches:
            with transaction.atomic():
                merging.insert(batch)

    return _timed(job, len(shipments) * EVENTS)


def _placed(shipment: Shipment) -> list[tuple[int | None, int | None, object]]:
    return [(1, 1, sighting) for sighting in report_of(push_of([shipment]), shipment).sightings]


def merge(ground: Ground) -> float:
    """Merge ready rows: lock, read what is there, tell new from known, write."""
    shipments = ground.fresh()
    recorded_at, write = merging.database_time(NOW), merging.time_writer()
    knowns = identity.know("bench", _placed(shipments[0]), {})
    ready = {
        shipment.pk: [
            (known, merging.new_row(shipment.pk, "bench", known, recorded_at, set(), write))
            for number, known in enumerate(knowns)
            for _ in range(2 if number % 4 == 0 else 1)
        ]
        for shipment in shipments
    }

    def job() -> None:
        for start in range(0, len(shipments), BATCH):
            with transaction.atomic():
                changes = recording.load({s.pk for s in shipments[start : start + BATCH]})
                rows: list[merging.Row] = []
                for shipment_id, change in changes.items():
                    for known, row in ready[shipment_id]:
                        if known.key not in change.added:
                            change.take_event("bench", known)
                            rows.append(row)
                merging.insert(rows)

    rate = _timed(job, len(shipments) * EVENTS)
    _check_rows(shipments)
    return rate


def pipeline(ground: Ground) -> tuple[float, float]:
    """Return events a second from JSON bytes to commit: the first time and again."""
    shipments = ground.fresh()
    payloads = [
        push_of(shipments[start : start + BATCH], repeats=True)
        for start in range(0, len(shipments), BATCH)
    ]
    ids = {shipment.consignment_reference: shipment.pk for shipment in shipments}

    def job() -> None:
        for payload in payloads:
            push = sorted_v1.read_push(payload, leg=LEG)
            recording.record_many(
                [(ids[reference], report) for reference, report in push.consignments], now=NOW
            )

    first = _timed(job, len(shipments) * EVENTS)
    before = (Event.objects.count(), Outbox.objects.count())
    again = _timed(job, len(shipments) * EVENTS)
    _check_rows(shipments)
    if (Event.objects.count(), Outbox.objects.count()) != before:
        raise AssertionError("a replay wrote something")
    return first, again


class PlainEvent(serializers.Serializer):  # type: ignore[type-arg]
    TimeStamp = serializers.DateTimeField()
    Code = serializers.CharField(max_length=100)
    Description = serializers.CharField(max_length=2000)
    SignedBy = serializers.CharField(allow_null=True)
    Location = serializers.CharField(allow_null=True)


def plain(ground: Ground) -> float:
    """What one would write first: a DRF serializer and `get_or_create` for every event."""
    shipments = ground.fresh()[:20]

    def job() -> None:
        for shipment in shipments:
            serializer = PlainEvent(data=_events(repeats=True), many=True)
            serializer.is_valid(raise_exception=True)
            for event in serializer.validated_data:
                Event.objects.get_or_create(
                    shipment=shipment,
                    key=hash((event["TimeStamp"], event["Code"])) >> 2,
                    defaults={
                        "occurred_at": event["TimeStamp"],
                        "recorded_at": NOW,
                        "fingerprint": 0,
                        "source": "plain",
                        "code": "in_transit",
                        "word": event["Code"],
                        "description": event["Description"],
                        "label": event["Location"],
                    },
                )

    return _timed(job, len(shipments) * EVENTS)


def _check_rows(shipments: Sequence[Shipment]) -> None:
    found = Event.objects.filter(shipment__in=[shipments[0].pk, shipments[-1].pk]).count()
    if found != 2 * EVENTS:
        raise AssertionError(f"{found} events where {2 * EVENTS} belong")


def bytes_an_event(ground: Ground) -> float:
    pipeline(ground)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE shipments_event")
        cursor.execute("SELECT pg_total_relation_size('shipments_event')")
        return float(cursor.fetchone()[0]) / Event.objects.count()


def measure(quick: bool) -> tuple[list[Figure], bool]:
    """Return the figures of this database, and whether the machine was too noisy."""
    ground = Ground(200 if quick else 2000)
    again: list[float] = []

    def first_time() -> float:
        first, second = pipeline(ground)
        again.append(second)
        return first

    rates = rounds.run(
        {
            "raw": lambda: raw(ground),
            "merge": lambda: merge(ground),
            "pipeline": first_time,
            "plain": lambda: plain(ground),
            "raw again": lambda: raw(ground),
        },
        rounds=3 if quick else 5,
    )
    rates["again"] = again
    vendor = connection.vendor
    figures = [
        rounds.ratio("I1" if vendor == "postgresql" else "I2", rates, "merge", "raw"),
        rounds.ratio(f"I3-{vendor}", rates, "pipeline", "raw"),
        rounds.ratio("I4", rates, "pipeline", "plain"),
        rounds.ratio("I5", rates, "again", "pipeline"),
    ]
    if vendor == "postgresql":
        figures.append(Figure("C4", bytes_an_event(ground), []))
    return figures, rounds.is_noisy(rates, "raw", "raw again")
