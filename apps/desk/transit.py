"""Carriers by how long they take and how often the first attempt succeeds."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Min
from msgspec import Struct

from apps.desk.charts import LEAST
from apps.desk.counting import scoped
from apps.shipments.models import Event, Leg, Shipment
from apps.shipments.status import STATUSES, milestone_of

# The newest deliveries tell; each costs a look at its events.
NEWEST = 2000
MOST_CARRIERS = 8
DAY = timedelta(days=1)
ON_THE_WAY = [
    code
    for code in STATUSES
    if milestone_of(code) in ("accepted", "in_transit", "out_for_delivery")
]


class Pace(Struct, frozen=True):
    """A carrier's last deliveries. Lengths are out of 100, for drawing."""

    carrier: str
    deliveries: int
    median: str
    length: float
    first_attempt: int


class Delivery(Struct, frozen=True):
    carrier: str
    days: float | None
    is_first: bool


def paces(scope: Collection[int] | None, now: datetime) -> list[Pace]:
    """Return the carriers that delivered most of late, the busiest first.

    The time runs from the first scan on the way until delivery, over all legs; the carrier
    is the last leg's.
    """
    by_carrier: dict[str, list[Delivery]] = defaultdict(list)
    for one in _deliveries(scope, now):
        by_carrier[one.carrier].append(one)
    busiest = sorted(by_carrier.items(), key=lambda item: (-len(item[1]), item[0]))
    medians = {name: _median(many) for name, many in busiest[:MOST_CARRIERS]}
    slowest = max((days for days in medians.values() if days is not None), default=0.0)
    return [_pace(name, by_carrier[name], days, slowest) for name, days in medians.items()]


def _pace(name: str, deliveries: Sequence[Delivery], days: float | None, slowest: float) -> Pace:
    first = sum(one.is_first for one in deliveries)
    length = round(max(LEAST, 100 * days / slowest), 1) if days and slowest else 0.0
    words = "–" if days is None else f"{days:.1f} days"
    return Pace(name, len(deliveries), words, length, round(100 * first / len(deliveries)))


def _median(deliveries: Sequence[Delivery]) -> float | None:
    known = [one.days for one in deliveries if one.days is not None]
    return median(known) if known else None


def _deliveries(scope: Collection[int] | None, now: datetime) -> list[Delivery]:
    """Read the newest deliveries by three statements."""
    rows = scoped(Shipment.objects.filter(delivered_at__lte=now), scope).order_by("-delivered_at")
    newest = list(rows.values_list("pk", "delivered_at", "attempts")[:NEWEST])
    ids = [pk for pk, _, _ in newest]
    carriers = _carriers(ids)
    begun = _begun(ids)
    return [
        Delivery(carriers[pk], _between(begun.get(pk), delivered_at), not attempts)
        for pk, delivered_at, attempts in newest
        if pk in carriers and delivered_at
    ]


def _between(start: datetime | None, end: datetime) -> float | None:
    return (end - start) / DAY if start and start <= end else None


def _carriers(shipment_ids: Collection[int]) -> dict[int, str]:
    legs = Leg.objects.filter(shipment__in=shipment_ids).order_by("order")
    rows = legs.values_list("shipment", "carrier_name", "carrier_code")
    return {shipment: name or code for shipment, name, code in rows if name or code}


def _begun(shipment_ids: Collection[int]) -> dict[int, datetime]:
    events = Event.objects.filter(
        shipment__in=shipment_ids, superseded_at__isnull=True, code__in=ON_THE_WAY
    )
    found = events.order_by().values("shipment").annotate(first=Min("occurred_at"))
    return dict(found.values_list("shipment", "first"))
