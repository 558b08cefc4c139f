"""Our own language, in which our API and webhooks speak.

Names are those of SortedPRO v2 (snake_case, `sp_`, `sc_`, `tr_`), statuses our dotted codes.
Times are RFC 3339 with the offset of the place; a day alone is `YYYY-MM-DD`. What is not known
is null, and lists are there though they be empty. `base` is an address like `https://host`,
without a slash at the end.
"""

from typing import Any

from apps.dialects import moments
from apps.shipments.journey import (
    Journey,
    JourneyEvent,
    JourneyItem,
    JourneyLeg,
    JourneyNumber,
    JourneyPromise,
    JourneyRecipient,
)
from apps.shipments.reports import Certainty, Moment, Place
from apps.shipments.status import english, milestone_of, status_of

Json = dict[str, Any]

SOURCE = "native"
# How sure a time is, in words for programs.
CERTAINTIES = {
    Certainty.GIVEN: "given",
    Certainty.INFERRED: "inferred",
    Certainty.ASSUMED: "assumed",
}


def write(journey: Journey, *, base: str) -> Json:
    """Return a shipment with all that happened to it, newest first, as far as it was masked."""
    return {
        **_outside(journey),
        "recipient": _recipient(journey.recipient),
        "expected_delivery": write_promise(journey.promise),
        "promises": [write_promise(promise) for promise in journey.promises],
        "items": [write_item(journey, item) for item in journey.items],
        "legs": [write_leg(journey, leg) for leg in journey.legs],
        "events": [write_event(journey, event) for event in journey.events],
        "links": _links(journey, base),
    }


def write_summary(journey: Journey, *, base: str) -> Json:
    """Return a shipment as lists show it: without its events, promises, legs and recipient."""
    carriers = {leg.position: leg.carrier_code or None for leg in journey.legs}
    return {
        **_outside(journey),
        "expected_delivery": write_promise(journey.promise),
        "items": [write_item(journey, item) for item in journey.items],
        "tracking_numbers": [
            {"tracking_number": one.number, "carrier_code": carriers.get(one.leg)}
            for one in journey.numbers
        ],
        "links": _links(journey, base),
    }


def _links(journey: Journey, base: str) -> Json:
    """Return addresses; who may not have the link's secret gets none."""
    return {"tracking_page": f"{base}/t/{journey.token}/" if journey.token else None}


def _outside(journey: Journey) -> Json:
    """Return what a shipment is called, where it goes and how it stands."""
    return {
        "reference": journey.reference,
        "consignment_reference": journey.consignment_reference,
        "custom_reference": journey.custom_reference or None,
        "order_reference": journey.order_reference or None,
        "channel": journey.channel or None,
        "status": write_status(journey.code),
        "version": journey.version,
        "created_at": moments.iso_utc(journey.created_at),
        "updated_at": moments.iso_utc(journey.updated_at),
        "origin_country": journey.origin_country or None,
        "destination_country": journey.destination_country or None,
    }


def write_status(code: str) -> Json:
    """Return a status: its code, and what can be told of it without a table of codes."""
    status = status_of(code)
    return {
        "code": status.code,
        "milestone": milestone_of(status.code),
        "severity": status.severity.value,
        "description": english(status.code),
        "is_final": status.is_terminal,
    }


def time_text(moment: Moment) -> str:
    """Return a moment: `2026-05-14T09:30:00+02:00`, or `2026-05-14` when only the day is known."""
    text = moments.iso(moment)
    return text[: len("2026-05-14")] if moment.is_date_only else text


def _recipient(to: JourneyRecipient | None) -> Json | None:
    if to is None:
        return None
    return {name: getattr(to, name) or None for name in to.__struct_fields__}


def write_promise(promise: JourneyPromise | None) -> Json | None:
    """Return a window that was promised, None for none."""
    if promise is None:
        return None
    return {
        "since": time_text(promise.since) if promise.since else None,
        "until": time_text(promise.until),
        "given_by": promise.given_by,
        "reason": promise.reason or None,
        "said_at": moments.iso_utc(promise.said_at),
    }


def write_item(journey: Journey, item: JourneyItem) -> Json:
    """Return one of a journey's items."""
    return {
        "reference": item.reference,
        "package_reference": item.package_reference,
        "custom_reference": item.custom_reference or None,
        "description": item.description or None,
        "quantity": item.quantity,
        "picture_url": item.picture_url or None,
        "parent": _item_reference(journey, item.parent),
        "status": write_status(item.code),
        "tracking_numbers": list(dict.fromkeys(journey.numbers_of(item))),
    }


def write_leg(journey: Journey, leg: JourneyLeg) -> Json:
    """Return one of a journey's legs with its tracking numbers."""
    numbers = (number for number in journey.numbers if number.leg == leg.position)
    return {
        "position": leg.position,
        "carrier_code": leg.carrier_code or None,
        "carrier_name": leg.carrier_name or None,
        "service_code": leg.service_code or None,
        "service_name": leg.service_name or None,
        "tracking_numbers": [write_number(journey, number) for number in numbers],
    }


def write_number(journey: Journey, number: JourneyNumber) -> Json:
    """Return one of a journey's tracking numbers. Its `reference` is no other number's."""
    leg = journey.leg(number.leg)
    return {
        "reference": number.reference or None,
        "tracking_number": number.number,
        "leg": number.leg,
        "carrier_code": (leg.carrier_code if leg else "") or None,
        "item": _item_reference(journey, number.item),
        "tracking_url": number.tracking_url or None,
        "is_followed": number.is_followed,
        "asked_at": moments.iso_utc(number.asked_at) if number.asked_at else None,
        "answered_at": moments.iso_utc(number.answered_at) if number.answered_at else None,
        "failing_since": moments.iso_utc(number.failing_since) if number.failing_since else None,
    }


def write_event(journey: Journey, event: JourneyEvent) -> Json:
    """Return one of a journey's events. Whoever speaks our codes has no word of its own."""
    return {
        "reference": event.reference,
        "status": write_status(event.code),
        "occurred_at": time_text(event.moment),
        "time_certainty": CERTAINTIES[event.moment.certainty],
        "received_at": moments.iso_utc(event.received_at),
        "recorded_at": moments.iso_utc(event.recorded_at),
        "leg": event.leg,
        "item": _item_reference(journey, event.item),
        "source": event.source,
        "carrier_status_code": event.word if event.word not in ("", event.code) else None,
        "carrier_detail_code": event.carrier_code or None,
        "carrier_description": event.description or None,
        "signed_by": event.signee or None,
        "place": _place(event.place),
    }


def _place(place: Place) -> Json:
    return {
        "label": place.label or None,
        "company": place.company or None,
        "city": place.city or None,
        "region": place.region or None,
        "postal_code": place.postal_code or None,
        "country": place.country or None,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _item_reference(journey: Journey, position: int | None) -> str | None:
    found = (item.reference for item in journey.items if item.position == position)
    return next(found, None)
