"""From rows to journeys: four statements for one shipment or for a hundred."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from django.db.models import QuerySet

from apps.shipments import rows
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
from apps.shipments.models import Event, Shipment, carrier_page
from apps.shipments.precision import unpack
from apps.shipments.references import event_reference, label_id, number_reference
from apps.shipments.reports import Headline, Moment, Place
from apps.shipments.rows import EventRow, LegRow, ShipmentRow, instant, parsed

# Reads the events of shipments by row number, newest first.
EventsOf = Callable[[Collection[int]], Mapping[int, list[JourneyEvent]]]

# `rows.SHIPMENTS` as the ORM says it, for querysets of any kind.
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
    "channel",
    *(f"recipient__{field}" for field in JourneyRecipient.__struct_fields__),
    "promises__pk",
    "promises__since",
    "promises__until",
    "promises__given_by",
    "promises__reason",
    "promises__said_at",
)


def journey_of(shipment_id: int, events_of: EventsOf | None = None) -> Journey:
    """Return one journey; raise `Shipment.DoesNotExist`. `events_of` reads other events."""
    found = _journeys(_found("s.id = %s", shipment_id), events_of)
    if not found:
        raise Shipment.DoesNotExist
    return found[0]


def order_of(token: str) -> list[Journey]:
    """Return the parcel a link opens, then the other parcels of its order, oldest first.

    Empty when no parcel has the token. Parcels belong together when merchant and order
    reference are the same. The link of a duplicate opens the one parcel it was united with,
    which has another token.
    """
    journeys = _journeys(_found(rows.OPENED, token, token))
    return sorted(journeys, key=lambda journey: journey.token != token)


def journeys_of(shipments: QuerySet[Shipment], events_of: EventsOf | None = None) -> list[Journey]:
    """Return the journeys of a queryset's shipments, in its order; `events_of` as above."""
    query, order = shipments, shipments.query.order_by or ("pk",)
    if shipments.query.is_sliced:
        # A slice counts shipments, and the join counts promises.
        query = Shipment.objects.filter(pk__in=shipments.values("pk"))
    return _journeys(query.order_by(*order, "promises__pk").values_list(*SHIPMENT), events_of)


def no_events(_shipment_ids: Collection[int]) -> Mapping[int, list[JourneyEvent]]:
    """Stand for the events where only the parts of shipments are wanted."""
    return defaultdict(list)


def _found(condition: str, *parameters: object) -> list[tuple[Any, ...]]:
    return rows.fetch(rows.SHIPMENTS.replace("{condition}", condition), parameters)


def _journeys(found: Iterable[Sequence[Any]], events_of: EventsOf | None = None) -> list[Journey]:
    """Return a journey for each shipment of the rows: one row a promise, at least one."""
    shipments: dict[int, list[ShipmentRow]] = {}
    for row in map(ShipmentRow._make, found):
        shipments.setdefault(row.id, []).append(row)
    if not shipments:
        return []
    items = _items(shipments)
    legs, numbers = _legs_and_numbers(shipments)
    events = (events_of or _events)(shipments)
    return [
        _journey(promised, items[pk], legs[pk], numbers[pk], events[pk])
        for pk, promised in shipments.items()
    ]


def _journey(
    promised: list[ShipmentRow],
    items: list[JourneyItem],
    legs: dict[int, JourneyLeg],
    numbers: list[JourneyNumber],
    events: list[JourneyEvent],
) -> Journey:
    row = promised[0]
    return Journey(
        reference=row.reference,
        consignment_reference=row.consignment_reference,
        custom_reference=row.custom_reference,
        order_reference=row.order_reference,
        token=row.token,
        merchant=MerchantView(row.merchant_name, row.merchant_slug),
        code=row.code,
        version=row.version,
        created_at=instant(row.created_at),
        updated_at=instant(row.updated_at),
        origin_country=row.origin_country,
        destination_country=row.destination_country,
        recipient=_recipient(row),
        promises=tuple(_promise(one) for one in reversed(promised) if one.promise is not None),
        items=tuple(items),
        legs=tuple(legs.values()),
        numbers=tuple(numbers),
        events=tuple(events),
        channel=row.channel,
    )


def _recipient(row: ShipmentRow) -> JourneyRecipient | None:
    if row.name is None:
        return None
    return JourneyRecipient(
        name=row.name,
        email=row.email,
        phone=row.phone,
        street=row.street,
        city=row.city,
        region=row.region,
        postal_code=row.postal_code,
        country=row.country,
    )


def _promise(row: ShipmentRow) -> JourneyPromise:
    since = parsed(row.since)
    return JourneyPromise(
        since=msgspec.convert(since, Moment) if since else None,
        until=msgspec.convert(parsed(row.until), Moment),
        given_by=row.given_by,
        reason=row.reason,
        said_at=instant(row.said_at),
    )


def _items(shipment_ids: Collection[int]) -> dict[int, list[JourneyItem]]:
    found: dict[int, list[JourneyItem]] = defaultdict(list)
    for shipment_id, *row in rows.select(rows.ITEMS, shipment_ids):
        found[shipment_id].append(JourneyItem(*row))
    return found


def _legs_and_numbers(
    shipment_ids: Collection[int],
) -> tuple[dict[int, dict[int, JourneyLeg]], dict[int, list[JourneyNumber]]]:
    """Return legs by position in travel order, and numbers as they became known."""
    legs: dict[int, dict[int, JourneyLeg]] = defaultdict(dict)
    numbers: dict[int, list[JourneyNumber]] = defaultdict(list)
    for row in map(LegRow._make, rows.select(rows.LEGS, shipment_ids)):
        legs[row.shipment_id].setdefault(row.position, _leg(row))
        if row.number_id is not None:
            numbers[row.shipment_id].append(_number(row))
    return legs, numbers


def _leg(row: LegRow) -> JourneyLeg:
    return JourneyLeg(
        position=row.position,
        order=row.order,
        carrier_code=row.carrier_code,
        carrier_name=row.carrier_name,
        carrier_number=row.carrier_number,
        service_code=row.service_code,
        service_name=row.service_name,
        estimated_days=row.estimated_days,
        contact_url=row.contact_url or "",
    )


def _number(row: LegRow) -> JourneyNumber:
    headline = parsed(row.headline)
    return JourneyNumber(
        number=row.number,
        leg=row.position,
        item=row.item,
        tracking_url=row.tracking_url or carrier_page(row.carrier_page or "", row.number),
        label_id=label_id(row.number_id or 0),
        source=row.source,
        headline=msgspec.convert(headline, Headline) if headline else None,
        asked_at=instant(row.asked_at),
        answered_at=instant(row.answered_at),
        failing_since=instant(row.failing_since),
        reference=number_reference(row.number_id or 0),
        is_followed=bool(row.is_followed),
    )


def _events(shipment_ids: Collection[int]) -> dict[int, list[JourneyEvent]]:
    found: dict[int, list[JourneyEvent]] = defaultdict(list)
    for row in map(EventRow._make, rows.select(rows.EVENTS, shipment_ids)):
        found[row.shipment_id].append(event_of(row))
    return found


def event_of(row: EventRow) -> JourneyEvent:
    """Return the event a row holds."""
    recorded_at = instant(row.recorded_at)
    return JourneyEvent(
        reference=row.source_reference or event_reference(row.id),
        code=row.code,
        moment=unpack(instant(row.occurred_at), row.offset_minutes, row.precision),
        received_at=instant(row.received_at) or recorded_at,
        recorded_at=recorded_at,
        leg=row.leg,
        item=row.item,
        description=row.description,
        source=row.source,
        word=row.word,
        carrier_code=row.carrier_code,
        place=_place(row),
        signee=row.signee,
    )


def as_told(event: Event) -> JourneyEvent:
    """Return an event as a journey has it, superseded or not."""
    return JourneyEvent(
        reference=event.reference,
        code=event.code,
        moment=event.moment,
        received_at=event.received_at or event.recorded_at,
        recorded_at=event.recorded_at,
        leg=event.leg,
        item=event.item,
        description=event.description,
        source=event.source,
        word=event.word,
        carrier_code=event.carrier_code,
        place=Place(*(getattr(event, part) for part in Place.__struct_fields__)),
        signee=event.signee,
    )


def _place(row: EventRow) -> Place:
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
