"""AfterShip's trackings (versions of 2024 and 2025): answered, listed or pushed."""

from collections.abc import Iterator
from datetime import tzinfo

from msgspec import Raw, Struct

from apps.dialects import (
    aftership_legs,
    aftership_scans,
    countries,
    lenient,
    moments,
    payloads,
    zones,
)
from apps.dialects import aftership_words as words
from apps.dialects.aftership_legs import Mile, slug_in
from apps.dialects.aftership_records import Data, Delivery, Envelope, Tracking
from apps.dialects.lenient import Text
from apps.dialects.markup import plain
from apps.dialects.returns import turned
from apps.shipments.reports import (
    Fault,
    Headline,
    Limits,
    Moment,
    NumberReport,
    PromiseReport,
    Report,
)
from apps.shipments.status import STATUSES

SOURCE = "aftership"
UPDATE = "tracking_update"


class Told(Struct, frozen=True):
    """One tracking: its number, courier and AfterShip's own id, and what it says.

    What could not be read is empty.
    """

    name: str
    slug: str
    tracking_id: str
    report: Report


class Pushed(Struct, frozen=True):
    """One push: AfterShip's id of it, and the tracking where it is about one."""

    event_id: str
    told: Told | None


class _Reading(Struct, frozen=True):
    """A tracking in parts, and where in the payload it stands."""

    tracking: Tracking
    slug: str
    path: str
    faults: list[Fault]

    @property
    def origin(self) -> tuple[str, tzinfo | None]:
        one = self.tracking
        written = one.origin_country_region or one.origin_country_iso3
        return _end(written, one.origin_state, one.origin_postal_code)

    @property
    def destination(self) -> tuple[str, tzinfo | None]:
        one = self.tracking
        written = one.destination_country_region or one.destination_country_iso3
        return _end(written, one.destination_state, one.destination_postal_code)


def read(payload: bytes) -> tuple[Told, ...]:
    """Return what an answer says: about one tracking, or about each of a list.

    What cannot be read is set aside in `faults`. A sighting's `word` is the subtag, or the
    tag where there is none. An entry of a list that is no tracking is left out. Raises
    `payloads.Refused` for what is no answer about trackings at all.
    """
    faults: list[Fault] = []
    root = bytes(lenient.read(payload, Envelope, "$", faults).data)
    if not root.startswith(b"{"):
        raise payloads.Refused(*faults, Fault("$.data", "is no object"))
    data = lenient.read(root, Data, "$.data", faults)
    if data.trackings is not None:
        return tuple(_each(data.trackings))
    if bytes(data.tracking).startswith(b"{"):
        return (_read(bytes(data.tracking), "$.data.tracking"),)
    return (_read(root, "$.data"),)


def read_push(payload: bytes) -> Pushed:
    """Return what a webhook says; raise `payloads.Refused` for what is no push of AfterShip's."""
    faults: list[Fault] = []
    push = lenient.read(payload, Delivery, "$", faults)
    if not push.event:
        raise payloads.Refused(Fault("$.event", "is missing"))
    event_id = lenient.text(push.event_id, Limits.CODE).strip()
    try:
        return Pushed(event_id, _read(bytes(push.msg), "$.msg"))
    except payloads.Refused:
        if push.event == UPDATE:
            raise
        return Pushed(event_id, None)


def outcome(payload: bytes) -> int:
    """Return the code in an answer's envelope, 0 where there is none."""
    try:
        meta = lenient.read(payload, Envelope, "$", []).meta
    except payloads.Refused:
        return 0
    return (meta and meta.code) or 0


def _each(entries: list[Raw]) -> Iterator[Told]:
    for index, entry in enumerate(entries[: Limits.EVENTS]):
        try:
            yield _read(bytes(entry), f"$.data.trackings[{index}]")
        except payloads.Refused:
            # Whoever asked for it gets no answer and asks again; the others are not to blame.
            continue


def _read(payload: bytes, path: str) -> Told:
    faults: list[Fault] = []
    tracking = lenient.read(payload, Tracking, path, faults)
    if tracking.tracking_number is None and tracking.checkpoints is None:
        raise payloads.Refused(Fault(path, "is no tracking"))
    name = lenient.uncut(tracking.tracking_number, Limits.NUMBER, f"{path}.tracking_number", faults)
    tracking_id = lenient.text(tracking.id, Limits.DESCRIPTION).strip()
    reading = _Reading(tracking, slug_in(tracking.slug), path, faults)
    return Told(name, reading.slug, tracking_id, _report(name, reading))


def _report(name: str, reading: _Reading) -> Report:
    tracking, faults = reading.tracking, reading.faults
    scans = aftership_scans.read(tracking, f"{reading.path}.checkpoints", faults)
    first, last = tracking.first_mile or Mile(), tracking.last_mile or Mile()
    order = aftership_legs.in_order(reading.slug, [s.slug for s in scans], first, last)
    legs = {slug: index for index, slug in enumerate(order)}
    main = NumberReport(
        name,
        legs[reading.slug],
        tracking_url=lenient.link(tracking.courier_tracking_link),
        headline=_headline(reading),
    )
    miles = ((f"{reading.path}.first_mile", first), (f"{reading.path}.last_mile", last))
    checkpoints = tracking.checkpoints
    return Report(
        source=SOURCE,
        sightings=aftership_scans.sightings(
            scans, {"": main.leg or 0, **legs}, plain(tracking.signed_by, Limits.NAME)
        ),
        legs=aftership_legs.legs(order, reading.slug, plain(tracking.shipment_type, Limits.NAME)),
        numbers=aftership_legs.numbers(main, miles, order, faults),
        promise=_promise(reading),
        origin_country=reading.origin[0],
        destination_country=reading.destination[0],
        is_whole_history=checkpoints is not None and len(scans) == len(checkpoints),
        faults=tuple(faults),
    )


def _headline(reading: _Reading) -> Headline:
    tracking = reading.tracking
    tag, subtag = aftership_scans.tag_of(tracking)
    code = words.headline_code(tag, subtag)
    code = turned(code) if tracking.return_to_sender else code
    # Only an end is weighed against the events; any other date would make old news look new.
    is_end = STATUSES[code].is_terminal
    said = _time(reading, "updated_at", tracking.updated_at, None) if is_end else None
    return Headline(
        code=code,
        word=words.word_of(tag, subtag),
        description=plain(tracking.subtag_message, Limits.DESCRIPTION),
        said_at=said.instant if said else None,
        shipped=_time(
            reading, "shipment_pickup_date", tracking.shipment_pickup_date, reading.origin[1]
        ),
        delivered=_time(
            reading,
            "shipment_delivery_date",
            tracking.shipment_delivery_date,
            reading.destination[1],
        ),
    )


def _promise(reading: _Reading) -> PromiseReport | None:
    """Return the courier's estimate, else the latest of anybody's."""
    courier, latest = (
        reading.tracking.courier_estimated_delivery_date,
        reading.tracking.latest_estimated_delivery,
    )
    if courier and (courier.estimated_delivery_date or courier.estimated_delivery_date_max):
        return _window(
            reading,
            "courier_estimated_delivery_date",
            courier.estimated_delivery_date_min,
            courier.estimated_delivery_date_max or courier.estimated_delivery_date,
            "carrier",
        )
    given_by = words.estimated_by(lenient.text(latest.source, Limits.CODE)) if latest else ""
    if not latest or not given_by:
        return None
    until = latest.datetime_max or latest.datetime
    return _window(reading, "latest_estimated_delivery", latest.datetime_min, until, given_by)


def _window(
    reading: _Reading, name: str, since: Text, until: Text, given_by: str
) -> PromiseReport | None:
    home = reading.destination[1]
    end = _time(reading, name, until, home)
    start = _time(reading, name, since, home)
    return PromiseReport(end, start, given_by) if end else None


def _time(reading: _Reading, name: str, value: Text, home: tzinfo | None) -> Moment | None:
    written = lenient.text(value, Limits.CODE).strip()
    try:
        return lenient.dated(moments.read(written, home=home)) if written else None
    except ValueError as error:
        reading.faults.append(Fault(f"{reading.path}.{name}", str(error)))
        return None


def _end(country: Text, region: Text, postal_code: Text) -> tuple[str, tzinfo | None]:
    """Return one end of the journey: its country and the clock there."""
    code = countries.alpha_2(lenient.text(country, Limits.CODE))
    state = lenient.text(region, Limits.NAME).strip()
    return code, zones.zone_of(code, state, lenient.text(postal_code, Limits.CODE).strip())
