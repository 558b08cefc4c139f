"""DHL's Shipment Tracking – Unified: a `Report` for each shipment that has the number."""

from collections.abc import Iterator, Sequence, Set

from msgspec import Struct
from msgspec.structs import replace

from apps.dialects import (
    countries,
    courses,
    dhl_events,
    dhl_services,
    lenient,
    nested,
    payloads,
    returns,
)
from apps.dialects import dhl_shapes as shapes
from apps.dialects.dhl_events import Clock
from apps.dialects.lenient import Text
from apps.dialects.markup import plain
from apps.shipments.reports import (
    Fault,
    Headline,
    ItemReport,
    LegReport,
    Limits,
    Moment,
    NumberReport,
    Place,
    PromiseReport,
    Report,
    Sighting,
)

SOURCE = "dhl"
MOST_PIECES = 1000


class Shipment(Struct, frozen=True):
    """What DHL tells of one shipment: every number it is known by, its division, the report."""

    names: tuple[str, ...]
    service: str
    report: Report


class _About(Struct, frozen=True):
    """What the parts of one shipment have in common."""

    number: str
    service: str
    pieces: tuple[str, ...]
    clock: Clock

    @property
    def items(self) -> tuple[str, ...]:
        """Return the pieces where there are several: a single one is the shipment itself."""
        return self.pieces if len(self.pieces) > 1 else ()


def read(payload: bytes) -> tuple[Shipment, ...]:
    """Return what an answer says of each shipment; divisions may share a number.

    A sighting's `word` is DHL's state (`transit`), its `carrier_code` the division's own
    code where it gives one. What cannot be read is set aside in `faults`. Raises
    `payloads.Refused` for what is no tracking answer.
    """
    faults: list[Fault] = []
    root = lenient.read(payload, shapes.Root, "$", faults)
    if root.shipments is None:
        raise payloads.Refused(Fault("$.shipments", "is missing"))
    path = "$.shipments"
    return tuple(
        _shipment(said, f"{path}[{index}]", list(faults))
        for index, said in lenient.read_each(root.shipments, shapes.Shipment, path, faults)
    )


def _shipment(said: shapes.Shipment, path: str, faults: list[Fault]) -> Shipment:
    details = nested.read(said.details, shapes.Details, f"{path}.details", faults)
    about = _about(said, details, path, faults)
    return Shipment(
        tuple(_names(about, details, f"{path}.details.references", faults)),
        about.service,
        replace(_report(said, details, about, path, faults), faults=tuple(faults)),
    )


def _about(
    said: shapes.Shipment, details: shapes.Details, path: str, faults: list[Fault]
) -> _About:
    service = lenient.text(said.service, Limits.CODE).strip().lower()
    destination = shapes.place_of(said.destination, f"{path}.destination", faults)
    home = Place(country=dhl_services.service_of(service).country)
    place = f"{path}.details.pieceIds"
    pieces = nested.texts(details.piece_ids, Limits.NUMBER, place, faults)[:MOST_PIECES]
    return _About(
        number=lenient.uncut(said.id, Limits.NUMBER, f"{path}.id", faults),
        service=service,
        pieces=tuple(dict.fromkeys(pieces)),
        clock=Clock(home, destination),
    )


def _names(about: _About, details: shapes.Details, path: str, faults: list[Fault]) -> Iterator[str]:
    yield from filter(None, (about.number, *about.pieces))
    references = nested.members(details.references, path, faults)[:MOST_PIECES]
    for index, reference in lenient.read_each(references, shapes.Reference, path, faults):
        place = f"{path}[{index}].number"
        if number := lenient.uncut(reference.number, Limits.NUMBER, place, faults):
            yield number


def _report(
    said: shapes.Shipment, details: shapes.Details, about: _About, path: str, faults: list[Fault]
) -> Report:
    """Return one shipment's report; pieces are items when there are several."""
    legs = _legs(details, about.service, f"{path}.details", faults)
    sightings = _history(said, about, f"{path}.events", faults)
    headline = _headline(said, about, f"{path}.status", faults)
    if said.return_flag:
        sightings = courses.turned_back(sightings)
        headline = headline and replace(headline, code=returns.turned(headline.code))
    if len(legs) > 1:
        sightings = courses.on_two_legs(sightings)
    signee = _signee(details, f"{path}.details.proofOfDelivery", faults)
    origin = shapes.place_of(said.origin, f"{path}.origin", faults)
    return Report(
        source=SOURCE,
        sightings=tuple(courses.signed(sightings, signee)),
        legs=legs,
        items=(ItemReport(),) * len(about.items),
        numbers=tuple(_numbers(about, headline, lenient.link(said.service_url))),
        promise=_promise(said, about, path, faults),
        origin_country=countries.alpha_2(origin.country),
        destination_country=countries.alpha_2(about.clock.destination.country),
    )


def _numbers(about: _About, headline: Headline | None, url: str) -> Iterator[NumberReport]:
    if about.number:
        yield NumberReport(about.number, 0, None, url, headline)
    for index, piece in enumerate(about.items):
        yield NumberReport(piece, 0, index)


def _legs(
    details: shapes.Details, service: str, path: str, faults: list[Fault]
) -> tuple[LegReport, ...]:
    """Return DHL's leg, and that of whoever delivers for it abroad."""
    product = nested.read(details.product, shapes.Product, f"{path}.product", faults)
    provider = nested.read(details.provider, shapes.Provider, f"{path}.provider", faults)
    code, name, _ = dhl_services.service_of(service)
    own = LegReport(code, name, service, plain(product.product_name, Limits.NAME))
    named = lenient.text(provider.destination_provider, Limits.CODE).strip().lower()
    partner = dhl_services.partner_of(named)
    return (own, LegReport(*partner)) if partner else (own,)


def _history(
    said: shapes.Shipment, about: _About, path: str, faults: list[Fault]
) -> list[Sighting]:
    """Return the events, newest first as they came; one of some pieces once for each."""
    events = nested.members(said.events, path, faults)
    sightings: list[Sighting] = []
    for index, event in lenient.read_each(events, shapes.Status, path, faults):
        if len(sightings) >= Limits.EVENTS:
            faults.append(Fault(path, f"more than {Limits.EVENTS} events of pieces"))
            break
        where = f"{path}[{index}]"
        place = shapes.place_of(event.location, f"{where}.location", faults)
        moment = dhl_events.event_moment(event, place, about.clock, where, faults)
        if moment:
            seen = dhl_events.sighting(event, moment, place, about.service, about.number)
            seen = replace(seen, position=min(len(events), Limits.EVENTS) - 1 - index)
            pieces = nested.texts(event.piece_ids, Limits.NUMBER, f"{where}.pieceIds", faults)
            sightings += _of_pieces(seen, frozenset(pieces), about.items)
    return sightings[: Limits.EVENTS]


def _of_pieces(seen: Sighting, pieces: Set[str], items: Sequence[str]) -> list[Sighting]:
    """Return the event for each item it is of; it is of all when it names none or all."""
    concerned = [index for index, item in enumerate(items) if item in pieces]
    if len(concerned) in (0, len(items)):
        return [seen]
    return [
        replace(seen, item=index, reference=f"{seen.reference} {items[index]}")
        for index in concerned
    ]


def _headline(
    said: shapes.Shipment, about: _About, path: str, faults: list[Fault]
) -> Headline | None:
    status = nested.read(said.status, shapes.Status, path, faults)
    place = shapes.place_of(status.location, f"{path}.location", faults)
    moment = None
    if status.timestamp is not None:
        moment = dhl_events.event_moment(status, place, about.clock, path, faults)
    return dhl_events.headline(status, moment, about.service)


def _signee(details: shapes.Details, path: str, faults: list[Fault]) -> str:
    proof = nested.read(details.proof_of_delivery, shapes.Proof, path, faults)
    person = nested.read(proof.signed, shapes.Person, f"{path}.signed", faults)
    names = (person.given_name, person.family_name) if person.name is None else (person.name,)
    return plain(" ".join(lenient.text(name, Limits.NAME) for name in names), Limits.NAME)


def _promise(
    said: shapes.Shipment, about: _About, path: str, faults: list[Fault]
) -> PromiseReport | None:
    """Return the estimated frame, else the estimated time, on the destination's clock."""
    place = f"{path}.estimatedDeliveryTimeFrame"
    frame = nested.read(said.estimated_delivery_time_frame, shapes.Frame, place, faults)
    until = _estimate(frame.estimated_through, about, f"{place}.estimatedThrough", faults)
    if until:
        since = _estimate(frame.estimated_from, about, f"{place}.estimatedFrom", faults)
        return PromiseReport(until, since)
    place = f"{path}.estimatedTimeOfDelivery"
    until = _estimate(said.estimated_time_of_delivery, about, place, faults)
    return PromiseReport(until) if until else None


def _estimate(value: Text, about: _About, path: str, faults: list[Fault]) -> Moment | None:
    if not value:
        return None
    try:
        return dhl_events.moment_at(value, about.clock.destination, about.clock)
    except ValueError as error:
        faults.append(Fault(path, str(error)))
        return None
