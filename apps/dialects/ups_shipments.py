"""UPS's Track API (v1): a report for each shipment, however many packages it has."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from apps.dialects import countries, courses, lenient, nested, payloads, ups_events, ups_times
from apps.dialects import ups_shapes as shapes
from apps.dialects.markup import plain
from apps.dialects.ups_events import OWN_LEG, SOURCE
from apps.dialects.ups_times import Clocks
from apps.shipments.reports import (
    NOWHERE,
    Fault,
    Headline,
    ItemReport,
    LegReport,
    Limits,
    NumberReport,
    Place,
    PromiseReport,
    Report,
    Sighting,
)

MOST_PACKAGES = 1000


class Shipment(Struct, frozen=True):
    """What an answer tells of one shipment: the numbers it is known by, and the report.

    `warnings` are UPS's codes for what keeps it from telling more.
    """

    names: tuple[str, ...]
    report: Report
    warnings: tuple[str, ...] = ()


class _Parcel(Struct, frozen=True):
    number: str
    leg: LegReport
    partner: LegReport | None
    partner_numbers: tuple[str, ...]
    sightings: Sequence[Sighting]
    headline: Headline | None
    promise: PromiseReport | None
    origin: Place
    destination: Place


def read(payload: bytes) -> tuple[Shipment, ...]:
    """Return what an answer of the Track API says.

    Several packages of a shipment are items with numbers of their own. A sighting's `word`
    is UPS's type and code (`I/AR`), its `carrier_code` the three digits. What cannot be
    read is set aside in `faults`. Raises `payloads.Refused` for what is no tracking answer.
    """
    faults: list[Fault] = []
    root = lenient.read(payload, shapes.Root, "$", faults)
    path = "$.trackResponse"
    response = nested.read(root.track_response, shapes.TrackResponse, path, faults)
    if response.shipment is None:
        raise payloads.Refused(Fault(path, "is no tracking answer"))
    path = f"{path}.shipment"
    return tuple(
        _shipment(said, f"{path}[{index}]", list(faults))
        for index, said in lenient.read_each(response.shipment, shapes.Shipment, path, faults)
    )


def _shipment(said: shapes.Shipment, path: str, faults: list[Fault]) -> Shipment:
    asked = lenient.uncut(said.inquiry_number, Limits.NUMBER, f"{path}.inquiryNumber", faults)
    warnings = tuple(_warnings(said, f"{path}.warnings", faults))
    packages, path = (said.package or [])[:MOST_PACKAGES], f"{path}.package"
    parcels = [
        _parcel(package, asked, f"{path}[{index}]", faults)
        for index, package in lenient.read_each(packages, shapes.Package, path, faults)
    ]
    names = dict.fromkeys([asked, *(parcel.number for parcel in parcels)])
    return Shipment(tuple(filter(None, names)), _report(parcels, asked, faults), warnings)


def _warnings(said: shapes.Shipment, path: str, faults: list[Fault]) -> Iterator[str]:
    warnings = nested.members(said.warnings, path, faults)
    for _, warning in lenient.read_each(warnings, shapes.Notice, path, faults):
        yield lenient.text(warning.code, Limits.CODE).strip()


def _report(parcels: Sequence[_Parcel], asked: str, faults: list[Fault]) -> Report:
    """Return one report of all packages; a single one is the shipment itself."""
    is_many = len(parcels) > 1
    own = parcels[0].leg if parcels else OWN_LEG
    partner = next((parcel.partner for parcel in parcels if parcel.partner), None)
    promises = [parcel.promise for parcel in parcels if parcel.promise]
    return Report(
        source=SOURCE,
        sightings=tuple(
            replace(seen, item=item if is_many else None)
            for item, parcel in enumerate(parcels)
            for seen in parcel.sightings
        )[: Limits.EVENTS],
        legs=(own, partner) if partner else (own,),
        items=(ItemReport(),) * len(parcels) if is_many else (),
        numbers=tuple(_numbers(parcels, asked, is_many=is_many)),
        promise=max(promises, key=lambda promise: promise.until.instant, default=None),
        origin_country=countries.alpha_2(parcels[0].origin.country) if parcels else "",
        destination_country=countries.alpha_2(parcels[0].destination.country) if parcels else "",
        faults=tuple(faults),
    )


def _numbers(parcels: Sequence[_Parcel], asked: str, *, is_many: bool) -> Iterator[NumberReport]:
    """Yield the number that was asked for where it is not one package's, then the packages'."""
    if asked and asked not in [parcel.number for parcel in parcels]:
        yield NumberReport(asked, 0)
    for index, parcel in enumerate(parcels):
        if parcel.number:
            item = index if is_many else None
            yield from ups_events.numbers_of(
                parcel.number, parcel.headline, parcel.partner_numbers, item
            )


def _parcel(said: shapes.Package, asked: str, path: str, faults: list[Fault]) -> _Parcel:
    """Return what is said of one package; without a number it has the one asked for."""
    place = f"{path}.trackingNumber"
    number = lenient.uncut(said.tracking_number, Limits.NUMBER, place, faults) or asked
    ends = dict(_ends(said, f"{path}.packageAddress", faults))
    destination = ends.get("DESTINATION", NOWHERE)
    place = f"{path}.alternateTrackingNumber"
    alternates = nested.members(said.alternate_tracking_number, place, faults)
    partner, numbers = ups_events.partner(alternates, place, faults)
    headline, promise = _dates(said, destination, path, faults)
    sightings = _history(said, number, path, faults)
    return _Parcel(
        number=number,
        leg=_leg(said, path, faults),
        partner=partner,
        partner_numbers=numbers,
        sightings=courses.on_two_legs(sightings) if partner else sightings,
        headline=headline,
        promise=promise,
        origin=ends.get("ORIGIN", NOWHERE),
        destination=destination,
    )


def _leg(said: shapes.Package, path: str, faults: list[Fault]) -> LegReport:
    service = nested.read(said.service, shapes.Service, f"{path}.service", faults)
    return replace(
        OWN_LEG,
        service_code=lenient.text(service.code, Limits.CODE).strip(),
        service_name=plain(service.description, Limits.NAME),
    )


def _ends(said: shapes.Package, path: str, faults: list[Fault]) -> Iterator[tuple[str, Place]]:
    """Yield the package's addresses by type: `ORIGIN`, `DESTINATION`."""
    addresses = nested.members(said.package_address, path, faults)
    for index, end in lenient.read_each(addresses, shapes.PackageAddress, path, faults):
        place = f"{path}[{index}].address"
        address = nested.read(end.address, shapes.Address, place, faults)
        yield lenient.text(end.type, Limits.CODE).strip().upper(), shapes.place_of(address)


def _dates(
    said: shapes.Package, destination: Place, path: str, faults: list[Fault]
) -> tuple[Headline | None, PromiseReport | None]:
    """Return the package's own status with when it was delivered, and the promise."""
    home, place = ups_events.zone_of(destination), f"{path}.deliveryDate"
    entries = nested.members(said.delivery_date, place, faults)
    days = {
        lenient.text(day.type, Limits.CODE): day.date
        for _, day in lenient.read_each(entries, shapes.Dated, place, faults)
    }
    window = nested.read(said.delivery_time, shapes.Window, f"{path}.deliveryTime", faults)
    is_over = lenient.text(window.type, Limits.CODE) == ups_events.DELIVERED
    time = window.end_time if is_over else None
    delivered = ups_events.time_there(days.get(ups_events.DELIVERED), time, home, place, faults)
    status = nested.read(said.current_status, shapes.Status, f"{path}.currentStatus", faults)
    headline = ups_events.headline(status, delivered)
    return headline, ups_events.promise(days, window, home, place, faults)


def _history(said: shapes.Package, number: str, path: str, faults: list[Fault]) -> list[Sighting]:
    """Return the package's events, newest first as they came."""
    place = f"{path}.activity"
    activities = nested.members(said.activity, place, faults)
    sightings = []
    for index, activity in lenient.read_each(activities, shapes.Activity, place, faults):
        where = f"{place}[{index}]"
        position = min(len(activities), Limits.EVENTS) - 1 - index
        try:
            sightings.append(_sighting(activity, number, position, where, faults))
        except ValueError as error:
            faults.append(Fault(f"{where}.date", str(error)))
    place = f"{path}.deliveryInformation"
    delivery = nested.read(said.delivery_information, shapes.Delivery, place, faults)
    return courses.signed(sightings, plain(delivery.received_by, Limits.NAME))


def _sighting(
    said: shapes.Activity, number: str, position: int, path: str, faults: list[Fault]
) -> Sighting:
    location = nested.read(said.location, shapes.Location, f"{path}.location", faults)
    place = f"{path}.location.address"
    address = nested.read(location.address, shapes.Address, place, faults)
    status = nested.read(said.status, shapes.Status, f"{path}.status", faults)
    clocks = Clocks(
        ups_times.written(said.date, said.time),
        ups_times.written(said.gmt_date, said.gmt_time),
        lenient.text(said.gmt_offset, Limits.CODE).strip(),
    )
    return ups_events.sighting(number, clocks, shapes.place_of(address), status, position)
