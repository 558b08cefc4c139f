"""From rows to journeys: four statements for one shipment or for a hundred."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db.models import Q, QuerySet

from apps.shipments.journey import (
    Journey,
    JourneyEvent,
    JourneyItem,
    JourneyLeg,
    JourneyNumber,
    JourneyPromise,
    JourneyRecipient,
    MerchantView,
)
from apps.shipments.models import Event, Item, Leg, Shipment, carrier_page
from apps.shipments.precision import unpack
from apps.shipments.references import event_reference
from apps.shipments.reports import Headline, Moment, Place

SHIPMENT = (
    "pk",
    "reference",
    "consignment_reference",
    "custom_reference",
    "order_reference",
    "token",
    "merchant__name",
    "merchant__slug",
    "code",
    "version",
    "created_at",
    "updated_at",
    "origin_country",
    "destination_country",
)
RECIPIENT = tuple(f"recipient__{field}" for field in JourneyRecipient.__struct_fields__)
PROMISE = tuple(
    f"promises__{field}" for field in ("pk", "since", "until", "given_by", "reason", "said_at")
)
ITEM = (
    "position",
    "reference",
    "package_reference",
    "custom_reference",
    "description",
    "quantity",
    "picture_url",
    "parent__position",
    "code",
)


class _LegRow(NamedTuple):
    shipment_id: int
    position: int
    order: int
    carrier_code: str
    carrier_name: str
    carrier__number: int | None
    service_code: str
    service_name: str
    estimated_days: int | None
    carrier__contact_url: str | None
    carrier__tracking_url: str | None
    numbers__pk: int | None
    numbers__number: str
    numbers__item__position: int | None
    numbers__tracking_url: str
    numbers__source: str
    numbers__headline: dict[str, object] | None
    numbers__asked_at: datetime | None
    numbers__answered_at: datetime | None
    numbers__failing_since: datetime | None


class _EventRow(NamedTuple):
    shipment_id: int
    pk: int
    source_reference: str | None
    code: str
    occurred_at: datetime
    offset_minutes: int
    precision: int
    received_at: datetime | None
    recorded_at: datetime
    leg: int | None
    item: int | None
    description: str
    source: str
    word: str
    carrier_code: str
    label: str
    company: str
    city: str
    region: str
    postal_code: str
    country: str
    latitude: float | None
    longitude: float | None
    signee: str


def journey_of(shipment_id: int) -> Journey:
    """Return one journey; raise `Shipment.DoesNotExist`."""
    journeys = journeys_of(Shipment.objects.filter(pk=shipment_id))
    if not journeys:
        raise Shipment.DoesNotExist
    return journeys[0]


def order_of(token: str) -> list[Journey]:
    """Return the parcel a link opens, then the other parcels of its order, oldest first.

    Empty when no parcel has the token. Parcels belong together when merchant and order
    reference are the same.
    """
    opened = Shipment.objects.filter(token=token)
    same_order = Q(
        merchant__in=opened.values("merchant"),
        order_reference__in=opened.exclude(order_reference="").values("order_reference"),
    )
    journeys = journeys_of(Shipment.objects.filter(Q(token=token) | same_order).order_by("pk"))
    return sorted(journeys, key=lambda journey: journey.token != token)


def journeys_of(shipments: QuerySet[Shipment]) -> list[Journey]:
    """Return the journeys of a queryset's shipments, in its order."""
    rows = _shipment_rows(shipments)
    if not rows:
        return []
    items = _items(rows)
    legs, numbers = _legs_and_numbers(rows)
    events = _events(rows)
    return [
        _journey(found, items[pk], legs[pk], numbers[pk], events[pk]) for pk, found in rows.items()
    ]


def _shipment_rows(shipments: QuerySet[Shipment]) -> dict[int, list[tuple[Any, ...]]]:
    """Return shipments with merchant and recipient: a row for each promise, at least one."""
    query, order = shipments, shipments.query.order_by or ("pk",)
    if shipments.query.is_sliced:
        # A slice counts shipments, and the join counts promises.
        query = Shipment.objects.filter(pk__in=shipments.values("pk"))
    rows: dict[int, list[tuple[Any, ...]]] = {}
    for row in query.order_by(*order, "promises__pk").values_list(*SHIPMENT, *RECIPIENT, *PROMISE):
        rows.setdefault(row[0], []).append(row)
    return rows


def _journey(
    rows: list[tuple[Any, ...]],
    items: list[JourneyItem],
    legs: dict[int, JourneyLeg],
    numbers: list[JourneyNumber],
    events: list[JourneyEvent],
) -> Journey:
    pk, reference, consignment, custom, order, token, name, slug, *rest = rows[0][: len(SHIPMENT)]
    code, version, created_at, updated_at, origin, destination = rest
    return Journey(
        reference=reference,
        consignment_reference=consignment,
        custom_reference=custom,
        order_reference=order,
        token=token,
        merchant=MerchantView(name, slug),
        code=code,
        version=version,
        created_at=created_at,
        updated_at=updated_at,
        origin_country=origin,
        destination_country=destination,
        recipient=_recipient(rows[0][len(SHIPMENT) : -len(PROMISE)]),
        promises=_promises(row[-len(PROMISE) :] for row in rows),
        items=tuple(items),
        legs=tuple(legs.values()),
        numbers=tuple(numbers),
        events=tuple(events),
    )


def _recipient(row: Sequence[Any]) -> JourneyRecipient | None:
    return None if row[0] is None else JourneyRecipient(*row)


def _promises(rows: Iterable[Sequence[Any]]) -> tuple[JourneyPromise, ...]:
    said = [
        JourneyPromise(
            since=msgspec.convert(since, Moment) if since else None,
            until=msgspec.convert(until, Moment),
            given_by=given_by,
            reason=reason,
            said_at=said_at,
        )
        for pk, since, until, given_by, reason, said_at in rows
        if pk is not None
    ]
    return tuple(reversed(said))


def _items(shipment_ids: Collection[int]) -> dict[int, list[JourneyItem]]:
    found: dict[int, list[JourneyItem]] = defaultdict(list)
    items = Item.objects.filter(shipment__in=shipment_ids).order_by("position")
    for shipment_id, *row in items.values_list("shipment_id", *ITEM):
        found[shipment_id].append(JourneyItem(*row))
    return found


def _legs_and_numbers(
    shipment_ids: Collection[int],
) -> tuple[dict[int, dict[int, JourneyLeg]], dict[int, list[JourneyNumber]]]:
    """Return legs by position in travel order, and numbers as they became known."""
    legs: dict[int, dict[int, JourneyLeg]] = defaultdict(dict)
    numbers: dict[int, list[JourneyNumber]] = defaultdict(list)
    rows = Leg.objects.filter(shipment__in=shipment_ids).order_by(
        "order", "position", "numbers__pk"
    )
    for row in map(_LegRow._make, rows.values_list(*_LegRow._fields)):
        legs[row.shipment_id].setdefault(row.position, _leg(row))
        if row.numbers__pk is not None:
            numbers[row.shipment_id].append(_number(row))
    return legs, numbers


def _leg(row: _LegRow) -> JourneyLeg:
    return JourneyLeg(
        position=row.position,
        order=row.order,
        carrier_code=row.carrier_code,
        carrier_name=row.carrier_name,
        carrier_number=row.carrier__number,
        service_code=row.service_code,
        service_name=row.service_name,
        estimated_days=row.estimated_days,
        contact_url=row.carrier__contact_url or "",
    )


def _number(row: _LegRow) -> JourneyNumber:
    headline = row.numbers__headline
    return JourneyNumber(
        number=row.numbers__number,
        leg=row.position,
        item=row.numbers__item__position,
        tracking_url=row.numbers__tracking_url
        or carrier_page(row.carrier__tracking_url or "", row.numbers__number),
        label_id=f"se-{row.numbers__pk}",
        source=row.numbers__source,
        headline=msgspec.convert(headline, Headline) if headline else None,
        asked_at=row.numbers__asked_at,
        answered_at=row.numbers__answered_at,
        failing_since=row.numbers__failing_since,
    )


def _events(shipment_ids: Collection[int]) -> dict[int, list[JourneyEvent]]:
    """Return the events that count, newest first; ties by the source's order, then ours."""
    found: dict[int, list[JourneyEvent]] = defaultdict(list)
    events = Event.objects.filter(shipment__in=shipment_ids, superseded_at=None).order_by(
        "-occurred_at", "-position", "-recorded_at", "-pk"
    )
    for row in map(_EventRow._make, events.values_list(*_EventRow._fields)):
        found[row.shipment_id].append(_event(row))
    return found


def _event(row: _EventRow) -> JourneyEvent:
    return JourneyEvent(
        reference=row.source_reference or event_reference(row.pk),
        code=row.code,
        moment=unpack(row.occurred_at, row.offset_minutes, row.precision),
        received_at=row.received_at or row.recorded_at,
        recorded_at=row.recorded_at,
        leg=row.leg,
        item=row.item,
        description=row.description,
        source=row.source,
        word=row.word,
        carrier_code=row.carrier_code,
        place=_place(row),
        signee=row.signee,
    )


def _place(row: _EventRow) -> Place:
    return Place(
        row.label,
        row.company,
        row.city,
        row.region,
        row.postal_code,
        row.country,
        row.latitude,
        row.longitude,
    )
