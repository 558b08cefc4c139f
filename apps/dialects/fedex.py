"""FedEx's Track API (v1), pulled and pushed: a `Report` for each package it tells of."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Raw, Struct
from msgspec.structs import replace

from apps.dialects import (
    countries,
    courses,
    fedex_events,
    fedex_numbers,
    lenient,
    nested,
    payloads,
    returns,
)
from apps.dialects import fedex_shapes as shapes
from apps.dialects.markup import plain
from apps.shipments.reports import (
    Fault,
    LegReport,
    Limits,
    Moment,
    NumberReport,
    Place,
    Report,
    Sighting,
)

SOURCE = "fedex"
# FedEx never gives more for one number; a bound for what is not FedEx.
MOST_RESULTS = 1000


class Package(Struct, frozen=True):
    """What FedEx tells of one package.

    `unique_id` tells it from others that had its number before; `shipped_at` is for that
    too. `error` is FedEx's code where it has nothing to tell, else empty.
    """

    number: str
    unique_id: str
    shipped_at: datetime | None
    error: str
    report: Report


def read(payload: bytes) -> tuple[Package, ...]:
    """Return what an answer or a push says of each package, reused numbers as often as told.

    A sighting's `word` is the event type, its `carrier_code` the exception code. What
    cannot be read is set aside in `faults`. Raises `payloads.Refused` for what is neither.
    """
    faults: list[Fault] = []
    root = lenient.read(payload, shapes.Root, "$", faults)
    output = nested.read(root.output, shapes.Output, "$.output", faults)
    given = output.complete_track_results
    path = "$.completeTrackResults" if given is None else "$.output.completeTrackResults"
    given = root.complete_track_results if given is None else given
    if given is not None:
        return tuple(_packages(given, path, faults))
    if root.track_results is None:
        raise payloads.Refused(Fault("$", "is no tracking answer"))
    return tuple(_results(root.track_results, "", "$.trackResults", faults))


def _packages(given: list[Raw], path: str, faults: list[Fault]) -> Iterator[Package]:
    for index, complete in lenient.read_each(given[:MOST_RESULTS], shapes.Complete, path, faults):
        place = f"{path}[{index}].trackingNumber"
        number = lenient.uncut(complete.tracking_number, Limits.NUMBER, place, faults)
        place = f"{path}[{index}].trackResults"
        results = nested.members(complete.track_results, place, faults)
        yield from _results(results, number, place, faults)


def _results(results: list[Raw], asked: str, path: str, faults: list[Fault]) -> Iterator[Package]:
    for index, result in lenient.read_each(results[:MOST_RESULTS], shapes.Result, path, faults):
        package = _package(result, asked, f"{path}[{index}]", list(faults))
        if package.number:
            yield package


def _package(said: shapes.Result, asked: str, path: str, faults: list[Fault]) -> Package:
    place = f"{path}.trackingNumberInfo"
    info = nested.read(said.tracking_number_info, shapes.NumberInfo, place, faults)
    place = f"{place}.trackingNumber"
    number = asked or lenient.uncut(info.tracking_number, Limits.NUMBER, place, faults)
    failed = nested.read(said.error, shapes.Failed, f"{path}.error", faults)
    recipient = _place(said.recipient_information, f"{path}.recipientInformation", faults)
    home = fedex_events.zone_of(recipient)
    dates = fedex_events.dates_of(said.date_and_times, home, f"{path}.dateAndTimes", faults)
    shipped = dates.get("SHIP") or dates.get("ACTUAL_PICKUP")
    report = _report(said, info, number, dates, path, faults)
    promise = fedex_events.promise(said, dates, home, path, faults)
    country = countries.alpha_2(recipient.country)
    return Package(
        number=number,
        unique_id=lenient.text(info.tracking_number_unique_id, Limits.CODE).strip(),
        shipped_at=shipped.instant if shipped else None,
        error=lenient.text(failed.code, Limits.CODE).strip(),
        report=replace(report, promise=promise, destination_country=country, faults=tuple(faults)),
    )


def _report(
    said: shapes.Result,
    info: shapes.NumberInfo,
    number: str,
    dates: Mapping[str, Moment],
    path: str,
    faults: list[Fault],
) -> Report:
    """Return what is told but the promise and the destination, which need its clock."""
    leg = _leg(said, path, faults)
    others, partner = fedex_numbers.further(said, info, number, path, faults)
    sightings = _sightings(said, number, path, faults)
    place = f"{path}.latestStatusDetail"
    headline = fedex_events.headline(said.latest_status_detail, dates, place, faults)
    if _is_return(said, leg, path, faults):
        sightings = courses.turned_back(sightings)
        headline = headline and replace(headline, code=returns.turned(headline.code))
    shipper = _place(said.shipper_information, f"{path}.shipperInformation", faults)
    return Report(
        source=SOURCE,
        sightings=tuple(courses.on_two_legs(sightings) if partner else sightings),
        legs=(leg, partner) if partner else (leg,),
        numbers=(NumberReport(number, 0, headline=headline), *others),
        origin_country=countries.alpha_2(shipper.country),
    )


def _place(raw: Raw, path: str, faults: list[Fault]) -> Place:
    address = nested.read(raw, shapes.Addressed, path, faults).address
    return shapes.place_of(nested.read(address, shapes.Location, f"{path}.address", faults))


def _leg(said: shapes.Result, path: str, faults: list[Fault]) -> LegReport:
    service = nested.read(said.service_detail, shapes.Service, f"{path}.serviceDetail", faults)
    return LegReport(
        "fedex",
        "FedEx",
        lenient.text(service.type, Limits.CODE).strip(),
        plain(service.description or service.short_description, Limits.NAME),
    )


def _sightings(said: shapes.Result, number: str, path: str, faults: list[Fault]) -> list[Sighting]:
    sightings = fedex_events.history(said.scan_events, number, f"{path}.scanEvents", faults)
    place = f"{path}.deliveryDetails"
    delivery = nested.read(said.delivery_details, shapes.Delivery, place, faults)
    signee = plain(delivery.signed_by_name or delivery.received_by_name, Limits.NAME)
    return courses.signed(sightings, signee)


def _is_return(said: shapes.Result, leg: LegReport, path: str, faults: list[Fault]) -> bool:
    """Tell whether FedEx flags the package as going back, by its details or its service."""
    place = f"{path}.returnDetail"
    detail = nested.read(said.return_detail, shapes.ReturnDetail, place, faults)
    is_flagged = bool(detail.authorization_name or detail.reason_detail)
    return is_flagged or "return" in f"{leg.service_code} {leg.service_name}".casefold()
