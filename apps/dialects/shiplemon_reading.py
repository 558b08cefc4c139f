"""Shiplemon's two answers, read tolerantly, and its PUT of a whole history, read strictly."""

import re
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from apps.dialects import lenient, moments, payloads
from apps.dialects import shiplemon_words as words
from apps.dialects.lenient import Text
from apps.shipments.reports import (
    Fault,
    Headline,
    ItemReport,
    LegReport,
    Limits,
    Moment,
    NumberReport,
    Report,
    Sighting,
)

SOURCE = "shiplemon"

# More than any carrier takes on one shipment.
MOST_VOUCHERS = 1000
LONGEST_ESTIMATE = 3650  # days
LONGEST_EXACT = Limits.CODE - len("PRE_TRANSIT/")
_DATE = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z\Z"
_COUNTRY = re.compile(r"[A-Za-z]{2}")


class _Envelope(Struct):
    data: Raw = Raw(b"")


class _Named(Struct):
    code: Text = None
    name: Text = None
    estimated_delivery_in_days: Annotated[int, Meta(ge=0, le=LONGEST_ESTIMATE)] | None = None


class _Rate(Struct):
    """Where the PUT answer keeps carrier and service."""

    provider: _Named | None = None
    service: _Named | None = None


class _Address(Struct):
    country: Text = None


class _Voucher(Struct):
    tracking_ref: Text = None
    tracking_url: Text = None


class _Shipment(Struct):
    driver: Text = None
    carrier: _Named | None = None
    service: _Named | None = None
    rate: _Rate | None = None
    tracking_status: Text = None
    tracking_history: list[Raw] | None = None
    tracking_ref: Text = None
    tracking_url: Text = None
    child_vouchers: list[Raw] | None = None
    country_from: Text = None
    country_to: Text = None
    address_from: _Address | None = None
    address_to: _Address | None = None


class _Step(Struct):
    status: Text = None
    status_exact: Text = None
    status_date: Text = None
    status_details: Text = None


class Entry(Struct, frozen=True):
    """One entry of a history as a client sent it."""

    status: Literal["DELIVERED", "TRANSIT", "PRE_TRANSIT", "EXCEPTION"]
    status_date: Annotated[str, Meta(pattern=_DATE)]
    status_details: Annotated[str, Meta(max_length=Limits.DESCRIPTION)]
    status_exact: Annotated[str, Meta(max_length=LONGEST_EXACT)] | None = None


class Update(Struct, frozen=True):
    """A PUT: the report to record, and the entries as sent, for the answer."""

    report: Report
    entries: tuple[Entry, ...]


class _Body(Struct):
    tracking_history: Annotated[tuple[Entry, ...], Meta(max_length=Limits.EVENTS)]


def read(payload: bytes) -> Report:
    """Return what a GET or PUT answer says, with its envelope or without.

    What cannot be read is set aside in `faults`. A `word` is the status, with the exact
    status after a slash where there is one. Raises `payloads.Refused` for what is no
    shipment at all.
    """
    faults: list[Fault] = []
    data = bytes(payloads.decode(payload, _Envelope).data)
    root, path = (data, "$.data") if data.startswith(b"{") else (payload, "$")
    shipment = lenient.read(root, _Shipment, path, faults)
    if not (shipment.tracking_history is not None or shipment.tracking_ref):
        raise payloads.Refused(Fault(path, "is no shipment's tracking"))
    sightings, is_whole = _history(shipment, f"{path}.tracking_history", faults)
    vouchers = _vouchers(shipment, f"{path}.child_vouchers", faults)
    return Report(
        source=SOURCE,
        sightings=sightings,
        legs=(_leg(shipment),),
        items=tuple(ItemReport() for _ in vouchers),
        numbers=(*_number(shipment, path, faults), *vouchers),
        origin_country=_country(shipment.country_from, shipment.address_from),
        destination_country=_country(shipment.country_to, shipment.address_to),
        is_whole_history=is_whole,
        faults=tuple(faults),
    )


def read_update(payload: bytes) -> Update:
    """Return a PUT's history; raise `payloads.Refused` unless every entry can be taken.

    `is_malformed` tells a body that holds no history (400) from a wrong history (422).
    """
    try:
        entries = payloads.decode(payload, _Body).tracking_history
    except payloads.Refused as refusal:
        is_malformed = refusal.is_malformed or refusal.faults[0].path == "$"
        raise payloads.Refused(*refusal.faults, is_malformed=is_malformed) from refusal
    # An entry sent twice is one event.
    sightings: dict[Entry, Sighting] = {}
    for index, entry in enumerate(entries):
        told = _told(entry, len(entries) - 1 - index, f"$.tracking_history[{index}]")
        sightings.setdefault(entry, told)
    report = Report(source=SOURCE, sightings=tuple(sightings.values()), is_whole_history=True)
    return Update(report, entries)


def _told(entry: Entry, position: int, path: str) -> Sighting:
    for name in ("status_details", "status_exact"):
        if "\0" in (getattr(entry, name) or ""):
            raise payloads.Refused(Fault(f"{path}.{name}", "holds a NUL character"))
    try:
        moment = lenient.dated(moments.read(entry.status_date))
    except ValueError as error:
        raise payloads.Refused(Fault(f"{path}.status_date", str(error))) from error
    return Sighting(
        code=words.code_of(entry.status, entry.status_exact),
        moment=moment,
        description=entry.status_details,
        word=words.word_of(entry.status, entry.status_exact),
        position=position,
    )


def _history(
    shipment: _Shipment, path: str, faults: list[Fault]
) -> tuple[tuple[Sighting, ...], bool]:
    """Return the sightings as listed, and whether all could be read."""
    entries = shipment.tracking_history or []
    last = min(len(entries), Limits.EVENTS) - 1
    sightings = []
    for index, step in lenient.read_each(entries, _Step, path, faults):
        moment = _moment(step, f"{path}[{index}].status_date", faults)
        if moment:
            sightings.append(_sighting(step, moment, last - index))
    is_whole = shipment.tracking_history is not None and len(sightings) == len(entries)
    return tuple(sightings), is_whole


def _moment(step: _Step, path: str, faults: list[Fault]) -> Moment | None:
    try:
        return lenient.dated(moments.read(lenient.text(step.status_date, Limits.CODE)))
    except ValueError as error:
        faults.append(Fault(path, str(error)))
        return None


def _sighting(step: _Step, moment: Moment, position: int) -> Sighting:
    status = lenient.text(step.status, Limits.CODE // 2 - 1)
    exact = None
    if step.status_exact is not None:
        exact = lenient.text(step.status_exact, Limits.CODE // 2)
    return Sighting(
        code=words.code_of(status, exact),
        moment=moment,
        description=lenient.text(step.status_details, Limits.DESCRIPTION),
        word=words.word_of(status, exact),
        leg=0,
        position=position,
    )


def _leg(shipment: _Shipment) -> LegReport:
    rate = shipment.rate or _Rate()
    carrier = shipment.carrier or rate.provider or _Named()
    service = shipment.service or rate.service or _Named()
    return LegReport(
        carrier_code=lenient.text(carrier.code or shipment.driver, Limits.CODE),
        carrier_name=lenient.text(carrier.name, Limits.NAME),
        service_code=lenient.text(service.code, Limits.CODE),
        service_name=lenient.text(service.name, Limits.NAME),
        estimated_days=service.estimated_delivery_in_days,
    )


def _number(shipment: _Shipment, path: str, faults: list[Fault]) -> tuple[NumberReport, ...]:
    place = f"{path}.tracking_ref"
    number = lenient.uncut(shipment.tracking_ref, Limits.NUMBER, place, faults)
    status = lenient.text(shipment.tracking_status, Limits.CODE)
    headline = Headline(words.code_of(status, None), status) if status else None
    url = lenient.link(shipment.tracking_url)
    return (NumberReport(number, 0, None, url, headline),) if number else ()


def _vouchers(shipment: _Shipment, path: str, faults: list[Fault]) -> tuple[NumberReport, ...]:
    """Return the numbers of the further parcels, each an item of its own."""
    numbers: list[NumberReport] = []
    vouchers = (shipment.child_vouchers or [])[:MOST_VOUCHERS]
    for index, voucher in lenient.read_each(vouchers, _Voucher, path, faults):
        place = f"{path}[{index}].tracking_ref"
        number = lenient.uncut(voucher.tracking_ref, Limits.NUMBER, place, faults)
        if number:
            url = lenient.link(voucher.tracking_url)
            numbers.append(NumberReport(number, 0, len(numbers), url))
    return tuple(numbers)


def _country(code: Text, address: _Address | None) -> str:
    written = lenient.text(code or (address.country if address else None), Limits.CODE)
    return written.upper() if _COUNTRY.fullmatch(written) else ""
