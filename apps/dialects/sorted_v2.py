"""The language of SortedPRO v2 (Shipments): snake_case, with links, newest event first.

Shapes are those of Sorted's documents on tracking shipments and contents, and of its API
description. `base` is an address like `https://host`, without a slash at the end.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from apps.dialects import moments, sorted_parts
from apps.dialects import sorted_v2_words as words
from apps.dialects.sorted_v2_reading import SOURCE, read
from apps.dialects.sorted_v2_words import code_of, code_of_state, state_of
from apps.shipments.journey import Journey, JourneyEvent, JourneyItem
from apps.shipments.reports import Place

__all__ = [
    "SOURCE",
    "code_of",
    "code_of_state",
    "error",
    "read",
    "state_of",
    "write_contents",
    "write_contents_list",
    "write_shipment",
    "write_shipments",
]

Json = dict[str, Any]


def write_shipment(journey: Journey, *, base: str) -> Json:
    """Return a `tracking_response`: every event of the shipment and its items, each once."""
    address = f"{base}/pro/tracking/{journey.reference}"
    shipment = f"{base}/pro/shipments/{journey.reference}"
    return {
        **_names(journey),
        "carrier_references": _shipment_numbers(journey),
        "carrier": _carrier(journey),
        "events": [_event(event) for event in journey.events],
        "expected_delivery_date": _expected(journey),
        "_links": [
            _link("self", address, "tracking", journey.reference),
            _link("shipment", shipment, "shipment", journey.reference),
        ],
    }


def write_contents(journey: Journey, *, base: str, items: frozenset[int] | None = None) -> Json:
    """Return a `tracking_contents_response`: each item with its own events.

    `items` are positions; None stands for all of them.
    """
    address = f"{base}/pro/tracking/{journey.reference}/shipment_contents"
    events = defaultdict(list)
    for event in journey.events:
        events[event.item].append(_event(event))
    return {
        **_names(journey),
        "carrier": _carrier(journey),
        "shipment_contents": [
            _contents(journey, item, events[item.position])
            for item in journey.items
            if items is None or item.position in items
        ],
        "expected_delivery_date": _expected(journey),
        "_links": [_link("self", address, "tracking", journey.reference)],
    }


def write_shipments(
    responses: Sequence[Json], *, total: int, take: int, skip: int, base: str, custom_reference: str
) -> Json:
    """Return a `tracking_response_list` of what `write_shipment` gave for one page."""
    path = f"/pro/tracking/custom_reference/{quote(custom_reference, safe='')}"
    return {
        "tracking_responses": list(responses),
        **_page(base + path, custom_reference, total, take, skip),
    }


def write_contents_list(
    responses: Sequence[Json], *, total: int, take: int, skip: int, base: str, custom_reference: str
) -> Json:
    """Return a `tracking_contents_response_list` of what `write_contents` gave for one page."""
    path = f"/pro/tracking/custom_reference/{quote(custom_reference, safe='')}/shipment_contents"
    return {
        "tracking_contents_responses": list(responses),
        **_page(base + path, custom_reference, total, take, skip),
    }


def error(
    status: int,
    *,
    correlation_id: str,
    code: str | None = None,
    message: str | None = None,
    details: Iterable[tuple[str, str, str]] = (),
) -> Json:
    """Return the body for an HTTP status. Details are (property, code, message)."""
    known = sorted_parts.known_status(status)
    names = ("property", "code", "message")
    return {
        "correlation_id": correlation_id,
        "code": code or words.ERROR_CODES[known],
        "message": message or sorted_parts.MESSAGES[known],
        "details": [dict(zip(names, detail, strict=True)) for detail in details],
        "_links": None,
    }


def _names(journey: Journey) -> Json:
    names = {"shipment_reference": journey.reference}
    if journey.custom_reference:
        names["custom_reference"] = journey.custom_reference
    return names


def _contents(journey: Journey, item: JourneyItem, events: list[Json]) -> Json:
    contents: Json = {
        # A carrier that knows one number for all knows it for each.
        "carrier_references": _numbers(journey, item) or _numbers(journey, None),
        "reference": item.reference,
    }
    if item.custom_reference:
        contents["custom_reference"] = item.custom_reference
    contents["events"] = events
    return contents


def _shipment_numbers(journey: Journey) -> list[str]:
    own = _numbers(journey, None)
    return own or list(dict.fromkeys(number.number for number in journey.numbers))


def _numbers(journey: Journey, item: JourneyItem | None) -> list[str]:
    return list(dict.fromkeys(journey.numbers_of(item)))


def _carrier(journey: Journey) -> Json:
    leg = journey.leading_leg
    return {
        "reference": leg.carrier_code if leg else "",
        "name": leg.carrier_name if leg else "",
        "service_reference": leg.service_code if leg else "",
        "service_name": leg.service_name if leg else "",
    }


def _event(event: JourneyEvent) -> Json:
    own_word = event.word if event.source == SOURCE else ""
    return {
        "reference": event.reference,
        "timestamp": moments.iso(event.moment),
        "received_timestamp": moments.iso_utc(event.received_at),
        "event_code": own_word or words.event_code_of(event.code),
        "description": event.description,
        "signee": event.signee or None,
        "location": sorted_parts.line_of(event.place),
        "lat_long": _lat_long(event.place),
    }


def _lat_long(place: Place) -> Mapping[str, float] | None:
    if place.latitude is None or place.longitude is None:
        return None
    return {"latitude": place.latitude, "longitude": place.longitude}


def _expected(journey: Journey) -> str | None:
    return moments.iso(journey.promise.until) if journey.promise else None


def _page(address: str, reference: str, total: int, take: int, skip: int) -> Json:
    query = urlencode({"take": take, "skip": skip})
    return {
        "total_results": total,
        "take": take,
        "skip": skip,
        "_links": [_link("self", f"{address}?{query}", "tracking", reference)],
    }


def _link(rel: str, href: str, kind: str, reference: str) -> Json:
    return {"rel": rel, "href": href, "type": kind, "reference": reference}
