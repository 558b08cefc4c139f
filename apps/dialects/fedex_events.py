"""FedEx's scans, dates and states of one package."""

from collections.abc import Mapping
from datetime import time, tzinfo

from msgspec import Raw
from msgspec.structs import replace

from apps.dialects import fedex_shapes as shapes
from apps.dialects import fedex_words as words
from apps.dialects import lenient, moments, nested, zones
from apps.dialects.lenient import Text
from apps.dialects.markup import plain
from apps.shipments.reports import (
    Fault,
    Headline,
    Limits,
    Moment,
    Place,
    PromiseReport,
    Sighting,
)
from apps.shipments.status import STATUSES

# Kinds of dates that tell when a parcel is to come, the better first.
PROMISED = ("ESTIMATED_DELIVERY", "APPOINTMENT_DELIVERY", "COMMITMENT")


def zone_of(place: Place) -> tzinfo | None:
    """Return the zone of a place, None where it leaves that open."""
    return zones.zone_of(place.country, place.region, place.postal_code)


def history(raw: Raw, number: str, path: str, faults: list[Fault]) -> list[Sighting]:
    """Return the scans, newest first as they came."""
    scans = nested.members(raw, path, faults)
    sightings = []
    for index, scan in lenient.read_each(scans, shapes.Scan, path, faults):
        place = f"{path}[{index}]"
        location = nested.read(scan.scan_location, shapes.Location, f"{place}.scanLocation", faults)
        where = shapes.place_of(location)
        moment = _moment(scan.date, zone_of(where), f"{place}.date", faults)
        if moment:
            position = min(len(scans), Limits.EVENTS) - 1 - index
            delay = _delay(scan.delay_detail, f"{place}.delayDetail", faults)
            sightings.append(_sighting(scan, number, moment, where, position, delay))
    return sightings


def _sighting(
    scan: shapes.Scan, number: str, moment: Moment, place: Place, position: int, delay: str
) -> Sighting:
    """Return an event. FedEx has no ids of events, so number, time and type stand for one."""
    word = _word(scan.event_type, scan.derived_status_code)
    exception = lenient.text(scan.exception_code, Limits.CODE).strip()
    reason = plain(scan.exception_description, Limits.DESCRIPTION // 2 - 2)
    text = plain(scan.event_description, Limits.DESCRIPTION // 2)
    return Sighting(
        code=words.code_of(word, exception, reason or text, delay),
        moment=moment,
        description=f"{text}: {reason}" if text and reason else text or reason,
        word=word,
        carrier_code=exception,
        place=place,
        leg=0,
        position=position,
        reference=f"{number} {moments.iso(moment)} {word}",
    )


def headline(
    raw: Raw, dates: Mapping[str, Moment], path: str, faults: list[Fault]
) -> Headline | None:
    """Return the package's own status, None for none.

    It bears no time. The time of delivery is its own when it says that the journey is over.
    """
    said = nested.read(raw, shapes.Latest, path, faults)
    word = _word(said.code, said.derived_code)
    if not word:
        return None
    reason = _reason(said.ancillary_details, f"{path}.ancillaryDetails", faults)
    exception = lenient.text(reason.reason, Limits.CODE).strip()
    problem = plain(reason.reason_description, Limits.DESCRIPTION)
    delay = _delay(said.delay_detail, f"{path}.delayDetail", faults)
    code = words.code_of(word, exception, problem, delay)
    delivered = dates.get("ACTUAL_DELIVERY")
    return Headline(
        code=code,
        word=word,
        carrier_code=exception,
        description=plain(said.description or said.status_by_locale, Limits.DESCRIPTION),
        problem=problem,
        said_at=delivered.instant if delivered and STATUSES[code].is_terminal else None,
        shipped=dates.get("ACTUAL_PICKUP"),
        delivered=delivered,
    )


def _reason(raw: Raw, path: str, faults: list[Fault]) -> shapes.Ancillary:
    """Return the first reason for a status, a blank one where FedEx gives none."""
    reasons = nested.members(raw, path, faults)[:1]
    each = lenient.read_each(reasons, shapes.Ancillary, path, faults)
    return next((reason for _, reason in each), shapes.Ancillary())


def dates_of(raw: Raw, home: tzinfo | None, path: str, faults: list[Fault]) -> dict[str, Moment]:
    """Return the package's dates by FedEx's names for them.

    `SHIP` is the day of the label at midnight: it orders reused numbers, no more.
    """
    entries = nested.members(raw, path, faults)
    dates = {}
    for index, said in lenient.read_each(entries, shapes.DateAndTime, path, faults):
        kind = lenient.text(said.type, Limits.CODE).strip().upper()
        moment = _moment(said.date_time, home, f"{path}[{index}].dateTime", faults)
        if moment:
            dates[kind] = moment
    return dates


def promise(
    said: shapes.Result,
    dates: Mapping[str, Moment],
    home: tzinfo | None,
    path: str,
    faults: list[Fault],
) -> PromiseReport | None:
    """Return when the package is to come: the estimated window, a date, the usual window."""
    place = f"{path}.estimatedDeliveryTimeWindow"
    window = _window(said.estimated_delivery_time_window, home, place, faults)
    day = next((dates[kind] for kind in PROMISED if kind in dates), None)
    if window:
        return window
    if day:
        return PromiseReport(_day(day))
    place = f"{path}.standardTransitTimeWindow"
    return _window(said.standard_transit_time_window, home, place, faults)


def _window(raw: Raw, home: tzinfo | None, path: str, faults: list[Fault]) -> PromiseReport | None:
    window, path = nested.read(raw, shapes.Windowed, path, faults).window, f"{path}.window"
    said = nested.read(window, shapes.Window, path, faults)
    until = _moment(said.ends, home, f"{path}.ends", faults, is_needed=False)
    since = _moment(said.begins, home, f"{path}.begins", faults, is_needed=False)
    return PromiseReport(_day(until), since) if until else None


def _day(moment: Moment) -> Moment:
    """Return a promised time; at midnight FedEx means the day."""
    is_midnight = moment.wall_clock.time() == time()
    return replace(moment, is_date_only=True) if is_midnight else moment


def _word(kind: Text, derived: Text) -> str:
    """Return FedEx's word: the code, else what FedEx derives where it gives none."""
    given = lenient.text(kind, Limits.CODE).strip() or lenient.text(derived, Limits.CODE).strip()
    return given.upper()


def _delay(raw: Raw, path: str, faults: list[Fault]) -> str:
    """Return the type of a delay, empty where there is none."""
    said = nested.read(raw, shapes.Delay, path, faults)
    status = lenient.text(said.status, Limits.CODE).strip().upper()
    return "" if status in words.ON_TIME else lenient.text(said.type, Limits.CODE).strip().upper()


def _moment(
    value: Text, home: tzinfo | None, path: str, faults: list[Fault], *, is_needed: bool = True
) -> Moment | None:
    written = lenient.text(value, Limits.CODE).strip()
    if not written and not is_needed:
        return None
    try:
        return lenient.dated(moments.read(written, home=home))
    except ValueError as error:
        faults.append(Fault(path, str(error)))
        return None
