"""ShipStation's tracking log, label track and webhook, old and new: all into one `Report`."""

import re
from datetime import time
from typing import Annotated

from msgspec import Meta, Raw, Struct
from msgspec.structs import replace

from apps.dialects import lenient, moments, payloads
from apps.dialects import shipstation_words as words
from apps.dialects.lenient import Text
from apps.shipments.reports import (
    NOWHERE,
    Certainty,
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

SOURCE = "shipstation"

# Old samples write dates as month/day/year.
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_MIDNIGHT = time()


class _Envelope(Struct):
    """A webhook's delivery around the log."""

    data: Raw = Raw(b"")


class _Event(Struct):
    occurred_at: Text = None
    event_date: Text = None  # the older name
    carrier_occurred_at: Text = None
    description: Text = None
    city_locality: Text = None
    state_province: Text = None
    postal_code: Text = None
    country_code: Text = None
    company_name: Text = None
    signer: Text = None
    event_code: Text = None
    status_code: Text = None
    status_detail_code: Text = None
    carrier_status_code: Text = None
    carrier_status_description: Text = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None


class _Log(Struct):
    tracking_number: Text = None
    tracking_url: Text = None
    status_code: Text = None
    status_detail_code: Text = None
    carrier_code: Text = None
    carrier_status_code: Text = None
    carrier_status_description: Text = None
    ship_date: Text = None
    shipped_date: Text = None  # the name in a label's track
    estimated_delivery_date: Text = None
    actual_delivery_date: Text = None
    exception_description: Text = None
    events: list[Raw] | None = None


def read(payload: bytes) -> Report:
    """Return what a tracking log says, bare, as a label's track or inside a webhook.

    What cannot be read is set aside in `faults`. A sighting's and a headline's `word` is
    the status code, with the detail code after a slash where there is one (`DE/DELIVERED`),
    and empty for null. Raises `payloads.Refused` for what is no tracking log at all.
    """
    faults: list[Fault] = []
    root, path = _unwrapped(payload)
    log = lenient.read(root, _Log, path, faults)
    if log.events is None and not log.tracking_number and not log.status_code:
        raise payloads.Refused(Fault(path, "is no tracking log"))
    carrier = lenient.text(log.carrier_code, Limits.CODE)
    sightings, is_whole = _history(log, carrier, path, faults)
    return Report(
        source=SOURCE,
        sightings=sightings,
        legs=(LegReport(carrier),),
        numbers=_numbers(log, carrier, path, faults),
        promise=_promise(log, path, faults),
        is_whole_history=is_whole,
        faults=tuple(faults),
    )


def _unwrapped(payload: bytes) -> tuple[bytes, str]:
    data = bytes(payloads.decode(payload, _Envelope).data)
    return (data, "$.data") if data.startswith(b"{") else (payload, "$")


def _numbers(log: _Log, carrier: str, path: str, faults: list[Fault]) -> tuple[NumberReport, ...]:
    place = f"{path}.tracking_number"
    number = lenient.uncut(log.tracking_number, Limits.NUMBER, place, faults)
    if not number:
        faults.append(Fault(place, "is missing"))
        return ()
    headline = _headline(log, carrier, path, faults)
    return (NumberReport(number, 0, None, lenient.link(log.tracking_url), headline),)


def _headline(log: _Log, carrier: str, path: str, faults: list[Fault]) -> Headline:
    status, detail = _status(log)
    carrier_code = lenient.text(log.carrier_status_code, Limits.CODE)
    shipped = "shipped_date" if log.ship_date is None else "ship_date"
    return Headline(
        code=words.headline_code(status, detail, carrier, carrier_code),
        word=words.word_of(status, detail),
        carrier_code=carrier_code,
        description=lenient.text(log.carrier_status_description, Limits.DESCRIPTION),
        problem=lenient.text(log.exception_description, Limits.DESCRIPTION),
        shipped=_date(log, shipped, path, faults),
        delivered=_date(log, "actual_delivery_date", path, faults),
    )


def _promise(log: _Log, path: str, faults: list[Fault]) -> PromiseReport | None:
    until = _date(log, "estimated_delivery_date", path, faults)
    return PromiseReport(until) if until else None


def _date(log: _Log, name: str, path: str, faults: list[Fault]) -> Moment | None:
    written = lenient.text(getattr(log, name), Limits.CODE).strip()
    if not written:
        return None
    if slashed := _SLASHED.fullmatch(written):
        month, day, year = slashed.groups()
        written = f"{year}-{month:>02}-{day:>02}"
    try:
        return lenient.dated(moments.read(written))
    except ValueError as error:
        faults.append(Fault(f"{path}.{name}", str(error)))
        return None


def _history(
    log: _Log, carrier: str, path: str, faults: list[Fault]
) -> tuple[tuple[Sighting, ...], bool]:
    """Return the sightings, newest first as they came, and whether all could be read."""
    events = log.events or []
    path = f"{path}.events"
    sightings = []
    for index, event in lenient.read_each(events, _Event, path, faults):
        place = _place(event)
        moment = _moment(event, place, f"{path}[{index}]", faults)
        if moment:
            position = min(len(events), Limits.EVENTS) - 1 - index
            sightings.append(_sighting(event, moment, place, carrier, position))
    return tuple(sightings), log.events is not None and len(sightings) == len(events)


def _sighting(event: _Event, moment: Moment, place: Place, carrier: str, position: int) -> Sighting:
    status, detail = _status(event)
    carrier_code = lenient.text(event.event_code, Limits.CODE)
    carrier_code = carrier_code or lenient.text(event.carrier_status_code, Limits.CODE)
    description = event.description or event.carrier_status_description
    return Sighting(
        code=words.event_code(status, detail, carrier, carrier_code),
        moment=moment,
        description=lenient.text(description, Limits.DESCRIPTION),
        word=words.word_of(status, detail),
        carrier_code=carrier_code,
        place=place,
        signee=lenient.text(event.signer, Limits.NAME),
        leg=0,
        position=position,
    )


def _status(record: _Event | _Log) -> tuple[str, str]:
    """Return status and detail code; together they fit the vault's word."""
    status = lenient.text(record.status_code, Limits.CODE // 2 - 1).strip()
    detail = lenient.text(record.status_detail_code, Limits.CODE // 2).strip()
    return words.SLIPS.get(status, status), detail


def _place(event: _Event) -> Place:
    return Place(
        company=lenient.text(event.company_name, Limits.NAME),
        city=lenient.text(event.city_locality, Limits.NAME),
        region=lenient.text(event.state_province, Limits.NAME),
        postal_code=lenient.text(event.postal_code, Limits.CODE),
        country=lenient.text(event.country_code, Limits.CODE),
        latitude=event.latitude,
        longitude=event.longitude,
    )


def _moment(event: _Event, place: Place, path: str, faults: list[Fault]) -> Moment | None:
    utc = lenient.text(event.occurred_at or event.event_date, Limits.CODE).strip()
    wall = lenient.text(event.carrier_occurred_at, Limits.CODE).strip()
    try:
        return _told_by(utc, wall, place)
    except ValueError:
        utc = _readable(utc, f"{path}.occurred_at", faults)
        wall = _readable(wall, f"{path}.carrier_occurred_at", faults)
    if utc or wall:
        return _told_by(utc, wall, place)
    faults.append(Fault(path, "has no time that can be read"))
    return None


def _told_by(utc: str, wall: str, place: Place) -> Moment:
    """Return what two clocks tell; either text may be empty.

    Equal clocks of an event without a place tell that nobody knew its zone, and at
    midnight that nobody knew the hour.
    """
    if not utc:
        return lenient.dated(moments.read(wall))
    moment = lenient.dated(moments.pair(utc, wall))
    if moment.certainty is Certainty.INFERRED and not moment.offset and place == NOWHERE:
        is_midnight = moment.instant.time() == _MIDNIGHT
        return replace(moment, certainty=Certainty.ASSUMED, is_date_only=is_midnight)
    if moment.certainty is Certainty.ASSUMED and not moment.is_date_only:
        # The old form without the Z is in UTC too.
        return replace(moment, certainty=Certainty.GIVEN)
    return moment


def _readable(written: str, path: str, faults: list[Fault]) -> str:
    """Return the text if it is a time, else nothing and a fault."""
    if not written:
        return ""
    try:
        lenient.dated(moments.read(written))
    except ValueError as error:
        faults.append(Fault(path, str(error)))
        return ""
    return written
