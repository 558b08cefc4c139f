"""EasyPost's trackers and the events that carry them (API v2): one `Report` each."""

from msgspec import Raw, Struct

from apps.dialects import codes, countries, lenient, payloads
from apps.dialects import easypost_times as times
from apps.dialects import easypost_words as words
from apps.dialects.easypost_times import Location
from apps.dialects.lenient import Text
from apps.dialects.markup import plain
from apps.dialects.returns import is_back
from apps.shipments.reports import (
    Fault,
    Headline,
    LegReport,
    Limits,
    Moment,
    NumberReport,
    Place,
    PromiseReport,
    Report,
    Sighting,
)
from apps.shipments.status import STATUSES

SOURCE = "easypost"


class Told(Struct, frozen=True):
    """One tracker: its number, EasyPost's own id of it, and what it says.

    `name` and `tracker_id` are empty where they could not be read.
    """

    name: str
    tracker_id: str
    report: Report


class Pushed(Struct, frozen=True):
    """One event: EasyPost's id of it, and the tracker where it is about one."""

    event_id: str
    told: Told | None


class _Event(Struct):
    """What comes by webhook, about trackers and much else."""

    id: Text = None
    object: Text = None
    description: Text = None
    result: Raw = Raw(b"")


class _Detail(Struct):
    datetime: Text = None
    message: Text = None
    description: Text = None
    status: Text = None
    status_detail: Text = None
    source: Text = None  # the carrier's name
    carrier_code: Text = None  # the carrier's own word
    tracking_location: Location | None = None


class _CarrierDetail(Struct):
    service: Text = None
    alternate_identifier: Text = None
    est_delivery_date_local: Text = None
    est_delivery_time_local: Text = None
    origin_tracking_location: Location | None = None
    destination_tracking_location: Location | None = None


class _Tracker(Struct):
    id: Text = None
    tracking_code: Text = None
    status: Text = None
    status_detail: Text = None
    carrier: Text = None
    signed_by: Text = None
    est_delivery_date: Text = None
    updated_at: Text = None
    is_return: bool | None = None
    finalized: bool | None = None
    carrier_detail: Raw = Raw(b"")
    tracking_details: list[Raw] | None = None


class _Scan(Struct, frozen=True):
    """An event whose time could be read."""

    position: int
    word: tuple[str, str]
    place: Place
    moment: Moment
    detail: _Detail


class _Reading(Struct, frozen=True):
    """A tracker in parts, and where in the payload it stands."""

    tracker: _Tracker
    more: _CarrierDetail
    scans: tuple[_Scan, ...]
    codes: tuple[str, ...]
    path: str
    faults: list[Fault]


def read(payload: bytes) -> Told:
    """Return what an answer about one tracker says.

    What cannot be read is set aside in `faults`. A sighting's `word` is the status, with the
    status detail after a slash (`failure/refused`). Raises `payloads.Refused` for what is no
    tracker at all.
    """
    return _read(payload, "$")


def read_event(payload: bytes) -> Pushed:
    """Return what a webhook's event says; raise `payloads.Refused` for what is no event."""
    faults: list[Fault] = []
    event = lenient.read(payload, _Event, "$", faults)
    event_id = lenient.text(event.id, Limits.CODE).strip()
    if event.object != "Event" or not event_id:
        raise payloads.Refused(Fault("$", "is no event"))
    is_tracker = str(event.description).startswith("tracker.")
    return Pushed(event_id, _read(bytes(event.result), "$.result") if is_tracker else None)


def has_error(payload: bytes) -> bool:
    """Tell whether an answer is an error: `{"error": …}`, an object or a text."""
    try:
        return "error" in payloads.decode(payload, dict[str, Raw])
    except payloads.Refused:
        return False


def _read(payload: bytes, path: str) -> Told:
    faults: list[Fault] = []
    tracker = lenient.read(payload, _Tracker, path, faults)
    if tracker.tracking_details is None and not tracker.tracking_code:
        raise payloads.Refused(Fault(path, "is no tracker"))
    name = lenient.uncut(tracker.tracking_code, Limits.NUMBER, f"{path}.tracking_code", faults)
    tracker_id = lenient.uncut(tracker.id, Limits.CODE, f"{path}.id", faults)
    return Told(name, tracker_id, _report(name, _reading(tracker, path, faults)))


def _reading(tracker: _Tracker, path: str, faults: list[Fault]) -> _Reading:
    more = _CarrierDetail()
    if bytes(tracker.carrier_detail).startswith(b"{"):
        place = f"{path}.carrier_detail"
        more = lenient.read(bytes(tracker.carrier_detail), _CarrierDetail, place, faults)
    scans = _scans(tracker, f"{path}.tracking_details", faults)
    told = words.history(
        [scan.word for scan in scans],
        is_return=bool(tracker.is_return),
        is_final=bool(tracker.finalized),
    )
    return _Reading(tracker, more, scans, tuple(told), path, faults)


def _report(name: str, reading: _Reading) -> Report:
    tracker, more = reading.tracker, reading.more
    details = tracker.tracking_details
    return Report(
        source=SOURCE,
        sightings=_sightings(reading),
        legs=_legs(reading),
        numbers=_numbers(name, reading),
        promise=_promise(reading),
        origin_country=_country(more.origin_tracking_location),
        destination_country=_country(more.destination_tracking_location),
        is_whole_history=details is not None and len(reading.scans) == len(details),
        faults=tuple(reading.faults),
    )


def _scans(tracker: _Tracker, path: str, faults: list[Fault]) -> tuple[_Scan, ...]:
    """Return the events with a time, oldest first as they came."""
    scans = []
    for index, detail in lenient.read_each(tracker.tracking_details or (), _Detail, path, faults):
        place = times.place_of(detail.tracking_location)
        try:
            moment = times.occurred(lenient.text(detail.datetime, Limits.CODE), place)
        except ValueError as error:
            faults.append(Fault(f"{path}[{index}].datetime", str(error)))
        else:
            scans.append(_Scan(index, _word(detail), place, moment, detail))
    return tuple(scans)


def _word(record: _Detail | _Tracker) -> tuple[str, str]:
    """Return status and detail; together they fit the vault's word."""
    status = lenient.text(record.status, Limits.CODE // 2 - 1).strip()
    return status, lenient.text(record.status_detail, Limits.CODE // 2).strip()


def _sightings(reading: _Reading) -> tuple[Sighting, ...]:
    arrivals = [i for i, code in enumerate(reading.codes) if code == "delivered"]
    signed = arrivals[-1] if arrivals else -1
    signee = plain(reading.tracker.signed_by, Limits.NAME)
    handed_over = _handed_over(reading.scans)
    return tuple(
        Sighting(
            code=code,
            moment=scan.moment,
            description=plain(scan.detail.message or scan.detail.description, Limits.DESCRIPTION),
            word=words.word_of(*scan.word),
            carrier_code=lenient.text(scan.detail.carrier_code, Limits.CODE),
            place=scan.place,
            signee=signee if index == signed else "",
            leg=0 if handed_over is None or index <= handed_over else 1,
            position=scan.position,
        )
        for index, (scan, code) in enumerate(zip(reading.scans, reading.codes, strict=True))
    )


def _handed_over(scans: tuple[_Scan, ...]) -> int | None:
    """Return which event hands the parcel to another carrier: all after it are the other's."""
    return next((i for i, scan in enumerate(scans) if scan.word[1] == words.HANDED_OVER), None)


def _legs(reading: _Reading) -> tuple[LegReport, ...]:
    name = lenient.text(reading.tracker.carrier, Limits.NAME)
    first = _leg(name, plain(reading.more.service, Limits.NAME))
    handed_over = _handed_over(reading.scans)
    if handed_over is None:
        return (first,)
    sources = (lenient.text(s.detail.source, Limits.NAME) for s in reading.scans[handed_over + 1 :])
    partner = next((s for s in sources if s and codes.fold(s) != codes.fold(name)), "")
    return (first, _leg(partner))


def _leg(name: str, service: str = "") -> LegReport:
    code = words.carrier_code(name)
    return LegReport(code, "" if code else name, service_name=service)


def _numbers(name: str, reading: _Reading) -> tuple[NumberReport, ...]:
    path = f"{reading.path}.carrier_detail.alternate_identifier"
    other = lenient.uncut(reading.more.alternate_identifier, Limits.NUMBER, path, reading.faults)
    numbers = [NumberReport(name, 0, headline=_headline(reading))] if name else []
    if other and codes.fold(other) != codes.fold(name) and _handed_over(reading.scans) is not None:
        numbers.append(NumberReport(other, 1))
    return tuple(numbers)


def _headline(reading: _Reading) -> Headline:
    tracker = reading.tracker
    word = _word(tracker)
    code = words.headline_code(
        *word,
        is_return=bool(tracker.is_return) or any(map(is_back, reading.codes)),
        is_final=bool(tracker.finalized),
    )
    # Only an end is weighed against the events; any other date would make old news look new.
    is_end = STATUSES[code].is_terminal
    said = _time(reading, "updated_at", tracker.updated_at) if is_end else None
    return Headline(code, words.word_of(*word), said_at=said.instant if said else None)


def _promise(reading: _Reading) -> PromiseReport | None:
    tracker, more = reading.tracker, reading.more
    day = lenient.text(more.est_delivery_date_local, Limits.CODE).strip()
    clock = lenient.text(more.est_delivery_time_local, Limits.CODE).strip()
    local = f"{day}T{clock}" if day and clock else day
    until = _time(reading, "carrier_detail.est_delivery_date_local", local)
    until = until or _time(reading, "est_delivery_date", tracker.est_delivery_date)
    return PromiseReport(until) if until else None


def _time(reading: _Reading, name: str, value: Text) -> Moment | None:
    written = lenient.text(value, Limits.CODE).strip()
    home = times.zone_of(times.place_of(reading.more.destination_tracking_location))
    try:
        return times.expected(written, home) if written else None
    except ValueError as error:
        reading.faults.append(Fault(f"{reading.path}.{name}", str(error)))
        return None


def _country(location: Location | None) -> str:
    return countries.alpha_2(times.place_of(location).country)
