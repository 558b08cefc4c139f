"""The language of SortedPRO v1 (Consignments): PascalCase, packages with legs or without.

Shapes are those of Sorted's document on its tracking API and of its official clients.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from apps.dialects import moments, sorted_parts
from apps.dialects import sorted_v1_words as words
from apps.dialects.sorted_v1_push import Push, read_push
from apps.dialects.sorted_v1_reading import SOURCE, read
from apps.dialects.sorted_v1_words import code_of, state_of
from apps.shipments.journey import Journey, JourneyEvent, JourneyLeg

__all__ = [
    "SOURCE",
    "Push",
    "code_of",
    "error",
    "read",
    "read_push",
    "state_of",
    "write",
    "write_flattened",
]

Json = dict[str, Any]


class _Scan(Struct, frozen=True):
    """An event as it goes out, with the leg it is shown under."""

    leg: int | None
    item: int | None
    written: Json


def write(journey: Journey) -> Json:
    """Return the answer of Get Tracking Events: packages, their legs, each leg's events."""
    return _consignment(
        journey,
        [
            {
                "PackageReferenceForAllLegsAssignedByMpd": reference,
                "Legs": list(_legs(journey, scans)),
            }
            for reference, scans in _packages(journey)
        ],
    )


def write_flattened(journey: Journey) -> Json:
    """Return the answer of Get Events Per Package: packages with events that name a service."""
    services = {leg.position: _service(leg) for leg in journey.legs}
    return _consignment(
        journey,
        [
            {
                "PackageReferenceForAllLegsAssignedByMpd": reference,
                "Events": [
                    {**scan.written, "CarrierServiceName": services.get(scan.leg or 0)}
                    for scan in scans
                ],
            }
            for reference, scans in _packages(journey)
        ],
    )


def error(
    status: int,
    *,
    correlation_id: str,
    code: str | None = None,
    message: str | None = None,
    details: Iterable[tuple[str, str, str]] = (),
) -> Json:
    """Return the body for an HTTP status. Details are (target, code, message)."""
    known = sorted_parts.known_status(status)
    body: Json = {
        "Code": code or words.ERROR_CODES[known],
        "Message": message or sorted_parts.MESSAGES[known],
        "CorrelationId": correlation_id,
    }
    faults = [
        {"Code": fault_code, "Target": target, "Message": reason}
        for target, fault_code, reason in details
    ]
    return {**body, "Details": faults} if faults else body


def _consignment(journey: Journey, packages: list[Json]) -> Json:
    return {
        "ConsignmentReferenceForAllLegsAssignedByMpd": journey.consignment_reference,
        "TrackedPackages": packages,
    }


def _packages(journey: Journey) -> Iterator[tuple[str, list[_Scan]]]:
    """Yield each package's reference and events, newest first; the shipment's own are in all."""
    scans = _scans(journey)
    if not journey.items:
        yield f"EP{journey.consignment_reference[2:]}", scans
    for item in journey.items:
        own = [scan for scan in scans if scan.item in (None, item.position)]
        yield item.package_reference, own


def _scans(journey: Journey) -> list[_Scan]:
    leading = journey.leading_leg
    known = {leg.position for leg in journey.legs}
    elsewhere = leading.position if leading else None
    return [
        _Scan(event.leg if event.leg in known else elsewhere, event.item, _event(event))
        for event in journey.events
    ]


def _legs(journey: Journey, scans: list[_Scan]) -> Iterator[Json]:
    """Yield the legs a package was seen on, in travel order."""
    positions: list[int | None] = [leg.position for leg in journey.legs]
    for position in positions or [None]:
        events = [scan.written for scan in scans if scan.leg == position]
        if events:
            yield {"CarrierServiceName": _service(journey.leg(position)), "Events": events}


def _service(leg: JourneyLeg | None) -> str | None:
    if leg is None:
        return None
    return leg.service_name or leg.carrier_name or leg.carrier_code or None


def _event(event: JourneyEvent) -> Json:
    own_word = event.word if event.source == SOURCE else ""
    return {
        "TimeStamp": moments.iso(event.moment),
        "Code": own_word or words.event_word_of(event.code),
        "Description": event.description,
        "SignedBy": event.signee or None,
        "Location": sorted_parts.line_of(event.place),
    }
