"""A journey in Shiplemon's two answers: the slim public one, and the one to a PUT."""

from collections.abc import Iterable
from typing import Any

from apps.dialects import moments
from apps.dialects import shiplemon_words as words
from apps.dialects.shiplemon_reading import SOURCE, Entry
from apps.shipments.journey import (
    Journey,
    JourneyEvent,
    JourneyItem,
    JourneyLeg,
    JourneyNumber,
    JourneyRecipient,
)
from apps.shipments.reports import Moment
from apps.shipments.status import english

# What a parcel is before anything moved it.
_BEFORE: tuple[str, str | None] = ("PRE_TRANSIT", None)


def write(journey: Journey) -> dict[str, Any]:
    """Return the answer to GET: ten keys, nothing personal, the history newest first."""
    leg = journey.leading_leg
    number = _main_number(journey, leg)
    data = {
        "partner_id": journey.merchant.slug or None,
        "driver": _driver(leg),
        "carrier": _carrier(leg),
        "service": _service(leg),
        "tracking_status": _status(journey),
        "tracking_history": _history(journey),
        **_reference(number),
        "country_from": journey.origin_country or None,
        "country_to": journey.destination_country or None,
    }
    return {"status": "ok", "data": data}


def write_update(journey: Journey, entries: Iterable[Entry]) -> dict[str, Any]:
    """Return the answer to PUT: the whole shipment, its history in the order it was sent."""
    leg = journey.leading_leg
    number = _main_number(journey, leg)
    updated_at = moments.milliseconds_z(Moment(journey.updated_at))
    data = {
        "id": journey.reference,
        "driver": _driver(leg),
        "pickup_ref": None,
        **_reference(number),
        "tracking_status": _status(journey),
        "tracking_history": [_echo(entry) for entry in entries],
        "tracking_history_last_updated_at": updated_at,
        "label_url": None,
        "child_vouchers": [_voucher(n) for n in journey.numbers if n.item and n is not number],
        "invoice_url": None,
        "address_from": None,
        "address_to": _address(journey.recipient),
        "items": [_item(item) for item in journey.items],
        "pickup": None,
        "rate": None,
    }
    return {"status": "ok", "data": data}


def _main_number(journey: Journey, leg: JourneyLeg | None) -> JourneyNumber | None:
    """Return the number of the whole on the leading leg, else the first there is."""
    numbers = [number for number in journey.numbers if leg and number.leg == leg.position]
    whole = (number for number in numbers if number.item is None)
    return next(whole, next(iter([*numbers, *journey.numbers]), None))


def _reference(number: JourneyNumber | None) -> dict[str, str | None]:
    return {
        "tracking_ref": number.number if number else None,
        "tracking_url": (number.tracking_url or None) if number else None,
    }


def _driver(leg: JourneyLeg | None) -> str | None:
    return (leg.carrier_code or None) if leg else None


def _carrier(leg: JourneyLeg | None) -> dict[str, str | None]:
    name = (leg.carrier_name or None) if leg else None
    return {"code": _driver(leg), "name": name, "image": None}


def _service(leg: JourneyLeg | None) -> dict[str, Any]:
    return {
        "code": (leg.service_code or None) if leg else None,
        "name": (leg.service_name or None) if leg else None,
        "estimated_delivery_in_days": leg.estimated_days if leg else None,
    }


def _status(journey: Journey) -> str:
    """Return the newest entry's word while Shiplemon told it all, else the settled status."""
    if not journey.events:
        return _BEFORE[0]
    newest = words.spoken(journey.events[0].word)
    if newest and all(event.source == SOURCE for event in journey.events):
        return newest[0]
    return (words.outward(journey.code) or _BEFORE)[0]


def _history(journey: Journey) -> list[dict[str, Any]]:
    """Return the events newest first; one that moves nothing keeps the status before it."""
    entries, before = [], _BEFORE
    for event in reversed(journey.events):
        before = words.outward(event.code) or before
        own = words.spoken(event.word) if event.source == SOURCE else None
        entries.append(_entry(event, *(own or before)))
    entries.reverse()
    return entries


def _entry(event: JourneyEvent, status: str, exact: str | None) -> dict[str, Any]:
    is_own = event.source == SOURCE
    return {
        "status": status,
        "status_exact": exact,
        "status_date": moments.milliseconds_z(event.moment),
        "status_details": event.description or ("" if is_own else english(event.code)),
    }


def _echo(entry: Entry) -> dict[str, str]:
    return {
        "status": entry.status,
        "status_date": entry.status_date,
        "status_details": entry.status_details,
    }


def _voucher(number: JourneyNumber) -> dict[str, Any]:
    return {"tracking_ref": number.number, "tracking_url": number.tracking_url, "label_url": None}


def _address(recipient: JourneyRecipient | None) -> dict[str, str] | None:
    if recipient is None:
        return None
    return {
        "country": recipient.country,
        "zip": recipient.postal_code,
        "name": recipient.name,
        "state": recipient.region,
        "city": recipient.city,
        "address": recipient.street,
        "email": recipient.email,
        "phone": recipient.phone,
    }


def _item(item: JourneyItem) -> dict[str, Any]:
    """Return an item's keys; weight, size and value are not ours to know."""
    unknown = ("weight", "height", "width", "length")
    return {
        **dict.fromkeys(unknown),
        "notes": item.description or None,
        "value": None,
        "currency": None,
    }
