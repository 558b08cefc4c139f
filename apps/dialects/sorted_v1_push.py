"""What a carrier posts to SortedPRO v1: strict, all of it or nothing."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from apps.dialects import lenient, moments, payloads, sorted_parts
from apps.dialects import sorted_v1_words as words
from apps.dialects.sorted_v1_reading import SOURCE, item_called
from apps.shipments.reports import (
    Fault,
    ItemReport,
    LegReport,
    Limits,
    Report,
    Sighting,
    clean,
)

# One of these is in every payload with a control character or a blank in a text: an
# escape, the one control character JSON takes as it is, a space after a quote.
SUSPECT = (b"\\", b"\x7f", b'" ')
MAY_BE_BLANK = ("description", "signed_by", "location")


class Push(Struct, frozen=True):
    """One request of a carrier: who it says it is, and a report for each tracking reference."""

    carrier_reference: str
    consignments: tuple[tuple[str, Report], ...]


class _Event(Struct, rename="pascal", gc=False):
    time_stamp: Annotated[str, Meta(min_length=1, max_length=moments.LONGEST_TEXT)]
    code: Annotated[str, Meta(min_length=1, max_length=Limits.CODE)]
    description: Annotated[str, Meta(max_length=Limits.DESCRIPTION)]
    signed_by: Annotated[str, Meta(max_length=Limits.NAME)] | None = None
    location: Annotated[str, Meta(max_length=Limits.LABEL)] | None = None


class _Package(Struct, rename="pascal"):
    package_reference: Annotated[str, Meta(min_length=1, max_length=Limits.REFERENCE)]
    tracking_events: list[_Event]


class _Consignment(Struct, rename="pascal"):
    consignment_tracking_reference: Annotated[str, Meta(min_length=1, max_length=Limits.NUMBER)]
    package_tracking_events: list[_Package]


class _Request(Struct, rename="pascal"):
    carrier_reference: Annotated[str, Meta(min_length=1, max_length=Limits.CODE)]
    consignment_tracking_events: list[_Consignment]


def read_push(payload: bytes, leg: LegReport | None = None) -> Push:
    """Return a `BulkCarrierTrackingEventsRequest`; raise `payloads.Refused` with the path.

    `leg` is the pushing carrier's: where it is given, every report has it and every
    sighting belongs to it.
    """
    request = payloads.decode(payload, _Request)
    _check_size(request.consignment_tracking_events)
    if any(mark in payload for mark in SUSPECT):
        for path, record in _records(request):
            _check_texts(record, path)
    path = "$.ConsignmentTrackingEvents"
    return Push(
        request.carrier_reference,
        tuple(
            (said.consignment_tracking_reference, _report(said, f"{path}[{index}]", leg))
            for index, said in enumerate(request.consignment_tracking_events)
        ),
    )


def _check_size(consignments: list[_Consignment]) -> None:
    """Refuse more events than one request may bring; an empty consignment counts as one."""
    path, total = "$.ConsignmentTrackingEvents", 0
    for index, said in enumerate(consignments):
        packages = said.package_tracking_events
        if len(packages) > sorted_parts.MOST_ITEMS:
            where = f"{path}[{index}].PackageTrackingEvents"
            raise payloads.Refused(
                Fault(where, f"holds more than {sorted_parts.MOST_ITEMS} packages")
            )
        total += max(1, sum(len(package.tracking_events) for package in packages))
    if total > Limits.EVENTS:
        raise payloads.Refused(Fault(path, f"holds more than {Limits.EVENTS} events"))


def _records(request: _Request) -> Iterator[tuple[str, Struct]]:
    """Yield everything in a request with its path."""
    yield "$", request
    for index, consignment in enumerate(request.consignment_tracking_events):
        path = f"$.ConsignmentTrackingEvents[{index}]"
        yield path, consignment
        for number, package in enumerate(consignment.package_tracking_events):
            where = f"{path}.PackageTrackingEvents[{number}]"
            yield where, package
            for spot, event in enumerate(package.tracking_events):
                yield f"{where}.TrackingEvents[{spot}]", event


def _check_texts(record: Struct, path: str) -> None:
    """Refuse what the vault cannot hold, and blanks where something must stand."""
    for name, wire_name in zip(
        record.__struct_fields__, record.__struct_encode_fields__, strict=True
    ):
        text = getattr(record, name)
        if not isinstance(text, str):
            continue
        if clean(text, len(text)) != text:
            raise payloads.Refused(Fault(f"{path}.{wire_name}", "holds control characters"))
        if text.isspace() and name not in MAY_BE_BLANK:
            raise payloads.Refused(Fault(f"{path}.{wire_name}", "is blank"))


def _report(said: _Consignment, path: str, leg: LegReport | None) -> Report:
    items: dict[ItemReport, int] = {}
    sightings: list[Sighting] = []
    for number, package in enumerate(said.package_tracking_events):
        item = items.setdefault(item_called(package.package_reference), len(items))
        for spot, event in enumerate(package.tracking_events):
            try:
                sightings.append(_sighting(event, item, None if leg is None else 0))
            except ValueError as error:
                where = f"{path}.PackageTrackingEvents[{number}].TrackingEvents[{spot}].TimeStamp"
                raise payloads.Refused(Fault(where, str(error))) from error
    return Report(
        source=SOURCE,
        sightings=tuple(sightings),
        legs=() if leg is None else (leg,),
        items=tuple(items),
    )


def _sighting(event: _Event, item: int, leg: int | None) -> Sighting:
    return Sighting(
        code=words.code_of(event.code),
        moment=lenient.dated(moments.read(event.time_stamp)),
        description=event.description,
        word=event.code,
        place=sorted_parts.place_of(event.location),
        signee=event.signed_by or "",
        leg=leg,
        item=item,
    )
