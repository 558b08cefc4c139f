"""A journey as the vault held it at an earlier moment: what staff and customers saw then.

Events, promises and statuses are never deleted, so most of it is known exactly. Not kept are
former wordings of an event and of a source's headline, and since when legs, items, numbers
and the recipient are known: these are shown as they are now.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection
from msgspec.structs import replace

from apps.shipments import reading, rows
from apps.shipments.journey import Journey, JourneyEvent, JourneyNumber
from apps.shipments.models import Outbox
from apps.shipments.rows import EventRow
from apps.shipments.settling import Fact, Settled, Summary, settle


class _Held:
    """The events of one shipment at a moment, and the orders their sources gave them."""

    def __init__(self, at: datetime) -> None:
        self.at = connection.ops.adapt_datetimefield_value(at)
        self.positions: list[int] = []

    def events_of(self, shipment_ids: Collection[int]) -> Mapping[int, list[JourneyEvent]]:
        (shipment_id,) = shipment_ids
        found = rows.fetch(rows.EVENTS_THEN, [shipment_id, self.at, self.at])
        self.positions = [position for *_, position in found]
        return {shipment_id: [reading.event_of(EventRow._make(row[:-1])) for row in found]}


def journey_as_of(shipment_id: int, at: datetime) -> Journey:
    """Return the journey as it was held at `at` (aware); raise `Shipment.DoesNotExist`.

    By five statements. Before anything was recorded it is a journey without events.
    """
    held = _Held(at)
    journey = reading.journey_of(shipment_id, held.events_of)
    numbers = tuple(_number_then(number, at) for number in journey.numbers)
    then = replace(
        journey,
        numbers=numbers,
        promises=tuple(promise for promise in journey.promises if promise.said_at <= at),
    )
    settled, codes = _settled(then, held.positions, at)
    code, version, updated_at = _told(shipment_id, at) or (settled.code, 0, journey.created_at)
    return replace(
        then,
        code=code,
        version=version,
        updated_at=updated_at,
        items=tuple(replace(item, code=codes[item.position]) for item in then.items),
    )


def _told(shipment_id: int, at: datetime) -> tuple[str, int, datetime] | None:
    """Return the status, version and time of the last change by then, as others were told."""
    changes = Outbox.objects.filter(shipment_id=shipment_id, created_at__lte=at)
    return changes.order_by("-version").values_list("code", "version", "created_at").first()


def _number_then(number: JourneyNumber, at: datetime) -> JourneyNumber:
    """Return a number without what was said of it and noted about it later."""
    headline, failing_since = number.headline, number.failing_since
    is_later = headline is not None and headline.said_at is not None and headline.said_at > at
    return replace(
        number,
        headline=None if is_later else headline,
        asked_at=_by(number.asked_at, at),
        answered_at=_by(number.answered_at, at),
        failing_since=_by(failing_since, at),
    )


def _by(instant: datetime | None, at: datetime) -> datetime | None:
    return instant if instant is not None and instant <= at else None


def _settled(
    journey: Journey, positions: Sequence[int], at: datetime
) -> tuple[Settled, dict[int, str]]:
    order = {leg.position: leg.order for leg in journey.legs}
    facts = [
        Fact(event.moment.instant, event.code, position, order.get(event.leg or 0), event.item)
        for event, position in zip(journey.events, positions, strict=True)
    ]
    summaries = [
        Summary(number.headline.code, number.headline.said_at, number.item)
        for number in journey.numbers
        if number.headline
    ]
    return settle(
        facts,
        summaries,
        items=[item.position for item in journey.items],
        last_leg=max(order.values(), default=0),
        now=at,
    )
