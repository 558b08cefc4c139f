"""SortedPRO v2's tracking answers, at shipment and contents level: all into `Report`s."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Raw, Struct
from msgspec.structs import replace

from apps.dialects import lenient, payloads, sorted_parts
from apps.dialects import sorted_v2_words as words
from apps.dialects.lenient import Text
from apps.shipments.reports import (
    Fault,
    ItemReport,
    LegReport,
    Limits,
    NumberReport,
    Place,
    PromiseReport,
    Report,
    Sighting,
)

SOURCE = "sorted_v2"


class _LatLong(Struct):
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None


class _Event(Struct):
    reference: Text = None
    timestamp: Text = None
    received_timestamp: Text = None
    event_code: Text = None
    description: Text = None
    signee: Text = None
    location: Text = None
    lat_long: _LatLong | None = None


class _Contents(Struct):
    reference: Text = None
    custom_reference: Text = None
    carrier_references: list[Text] | Text = None
    events: list[Raw] | None = None


class _Carrier(Struct):
    reference: Text = None
    name: Text = None
    service_reference: Text = None
    service_name: Text = None


class _Window(Struct):
    """The form a shipment has its expected date in; tracking gives its end only."""

    start: Text = None
    end: Text = None


class _Response(Struct):
    shipment_reference: Text = None
    custom_reference: Text = None
    carrier_references: list[Text] | Text = None
    carrier: _Carrier | None = None
    carrier_details: _Carrier | None = None  # the name in a list's sample
    events: list[Raw] | None = None
    shipment_contents: list[Raw] | None = None
    expected_delivery_date: _Window | Text = None


class _Root(_Response):
    """One response, or a list of them."""

    tracking_responses: list[Raw] | None = None
    tracking_contents_responses: list[Raw] | None = None


def read(payload: bytes) -> tuple[Report, ...]:
    """Return what a tracking answer says, one report a shipment.

    Takes a `tracking_response`, a `tracking_contents_response` and the lists of either.
    What cannot be read is set aside in `faults`. A sighting's `word` is the event code.
    Raises `payloads.Refused` for what is no tracking answer at all.
    """
    faults: list[Fault] = []
    root = lenient.read(payload, _Root, "$", faults)
    for name in ("tracking_responses", "tracking_contents_responses"):
        entries = getattr(root, name)
        if entries is not None:
            return _reports(entries, f"$.{name}", faults)
    if not root.shipment_reference and root.events is None and root.shipment_contents is None:
        raise payloads.Refused(Fault("$", "is no tracking answer"))
    return (_report(root, "$", faults),)


def _reports(entries: list[Raw], path: str, faults: list[Fault]) -> tuple[Report, ...]:
    reports = []
    for index, response in lenient.read_each(entries, _Response, path, faults):
        reports.append(_report(response, f"{path}[{index}]", faults))
        faults.clear()
    if reports and faults:
        last = reports.pop()
        reports.append(replace(last, faults=(*last.faults, *faults)))
    return tuple(reports)


def _report(said: _Response, path: str, faults: list[Fault]) -> Report:
    """Return one shipment's report. The carrier's leg is always there, blank if need be."""
    found = _Found(faults)
    found.take_contents(said.shipment_contents or [], f"{path}.shipment_contents")
    found.take(said, None, path)
    is_history = said.events is not None or said.shipment_contents is not None
    return Report(
        source=SOURCE,
        sightings=found.each_once(f"{path}.events"),
        legs=(_leg(said.carrier or said.carrier_details or _Carrier()),),
        items=tuple(found.items),
        numbers=tuple(found.numbers),
        promise=_promise(said.expected_delivery_date, f"{path}.expected_delivery_date", faults),
        reference=sorted_parts.formed(
            said.shipment_reference, sorted_parts.SHIPMENT, f"{path}.shipment_reference", faults
        ),
        custom_reference=found.custom_reference(said, path),
        is_whole_history=is_history and not faults,
        faults=tuple(faults),
    )


class _Found:
    """What was found in one response, and what had to be set aside."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.items: list[ItemReport] = []
        self.numbers: dict[NumberReport, None] = {}
        self.sightings: list[Sighting] = []

    def take_contents(self, entries: list[Raw], path: str) -> None:
        entries = sorted_parts.first(entries, sorted_parts.MOST_ITEMS, path, self.faults)
        for index, said in lenient.read_each(entries, _Contents, path, self.faults):
            where = f"{path}[{index}]"
            self.take(said, self._take_item(said, where), where)

    def _take_item(self, said: _Contents, path: str) -> int | None:
        """Return the item's index, None when nobody could tell next time that it is the same."""
        reference = sorted_parts.formed(
            said.reference, sorted_parts.ITEM, f"{path}.reference", self.faults
        )
        item = ItemReport(reference, custom_reference=self.custom_reference(said, path))
        if item == ItemReport() and not said.carrier_references:
            self.faults.append(Fault(path, "has no reference"))
            return None
        self.items.append(item)
        return len(self.items) - 1

    def take(self, said: _Response | _Contents, item: int | None, path: str) -> None:
        """Take the numbers and events that a shipment and an item have alike."""
        self._take_numbers(said.carrier_references, item, f"{path}.carrier_references")
        events, path = said.events or [], f"{path}.events"
        newest = min(len(events), Limits.EVENTS) - 1
        for index, event in lenient.read_each(events, _Event, path, self.faults):
            sighting = _sighting(event, item, newest - index, f"{path}[{index}]", self.faults)
            if sighting:
                self.sightings.append(sighting)

    def _take_numbers(self, written: list[Text] | Text, item: int | None, path: str) -> None:
        entries = written if isinstance(written, list) else [written]
        entries = sorted_parts.first(entries, sorted_parts.MOST_NUMBERS, path, self.faults)
        for index, entry in enumerate(entries):
            number = sorted_parts.short(entry, Limits.NUMBER, f"{path}[{index}]", self.faults)
            if number:
                self.numbers[NumberReport(number, leg=0, item=item)] = None

    def custom_reference(self, said: _Response | _Contents, path: str) -> str:
        path = f"{path}.custom_reference"
        return sorted_parts.short(said.custom_reference, Limits.REFERENCE, path, self.faults)

    def each_once(self, path: str) -> tuple[Sighting, ...]:
        """Return the sightings. An event under several items keeps its reference once."""
        seen: dict[str, int | None] = {}
        kept = []
        for sighting in self.sightings:
            reference = sighting.reference
            if reference and reference in seen:
                if sighting.item in (None, seen[reference]):
                    continue
                sighting = replace(sighting, reference="")
            seen.setdefault(reference, sighting.item)
            kept.append(sighting)
        return tuple(sorted_parts.first(kept, Limits.EVENTS, path, self.faults))


def _sighting(
    event: _Event, item: int | None, position: int, path: str, faults: list[Fault]
) -> Sighting | None:
    """Return one event, None when nobody can tell when it happened."""
    moment = sorted_parts.time_of(event.timestamp, f"{path}.timestamp", faults)
    if moment is None:
        return None
    word = lenient.text(event.event_code, Limits.CODE)
    return Sighting(
        code=words.code_of(word),
        moment=moment,
        description=lenient.text(event.description, Limits.DESCRIPTION),
        word=word,
        place=_place(event),
        signee=lenient.text(event.signee, Limits.NAME),
        leg=0,
        item=item,
        position=position,
        reference=sorted_parts.short(
            event.reference, Limits.REFERENCE, f"{path}.reference", faults
        ),
        received_at=_received_at(event, f"{path}.received_timestamp", faults),
    )


def _received_at(event: _Event, path: str, faults: list[Fault]) -> datetime | None:
    if event.received_timestamp is None:
        return None
    moment = sorted_parts.time_of(event.received_timestamp, path, faults)
    return moment.instant if moment else None


def _place(event: _Event) -> Place:
    place, point = sorted_parts.place_of(event.location), event.lat_long
    # Both at zero lies in the Gulf of Guinea and means that nobody knew.
    if not point or None in (point.latitude, point.longitude):
        return place
    if not point.latitude and not point.longitude:
        return place
    return replace(place, latitude=point.latitude, longitude=point.longitude)


def _leg(carrier: _Carrier) -> LegReport:
    return LegReport(
        carrier_code=lenient.text(carrier.reference, Limits.CODE),
        carrier_name=lenient.text(carrier.name, Limits.NAME),
        service_code=lenient.text(carrier.service_reference, Limits.CODE),
        service_name=lenient.text(carrier.service_name, Limits.NAME),
    )


def _promise(written: _Window | Text, path: str, faults: list[Fault]) -> PromiseReport | None:
    start, end = (written.start, written.end) if isinstance(written, _Window) else (None, written)
    if end is None:
        return None
    until = sorted_parts.time_of(end, path, faults)
    since = sorted_parts.time_of(start, path, faults) if start is not None else None
    return PromiseReport(until, since) if until else None
