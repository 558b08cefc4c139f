"""AfterShip's checkpoints: events on their couriers' clocks, some with an offset, some without."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from apps.dialects import aftership_words as words
from apps.dialects import countries, lenient, moments, zones
from apps.dialects.aftership_legs import slug_in
from apps.dialects.aftership_records import Checkpoint, Coordinate, Tracking
from apps.dialects.markup import plain
from apps.shipments.reports import Certainty, Fault, Limits, Moment, Place, Sighting
from apps.shipments.status import milestone_of


class Scan(Struct, frozen=True):
    """A checkpoint whose time could be read. `position` counts from the oldest."""

    position: int
    slug: str
    place: Place
    moment: Moment
    checkpoint: Checkpoint


def read(tracking: Tracking, path: str, faults: list[Fault]) -> tuple[Scan, ...]:
    """Return the checkpoints with a time, oldest first as they came."""
    scans = []
    found = lenient.read_each(tracking.checkpoints or (), Checkpoint, path, faults)
    for index, checkpoint in found:
        place = _place(checkpoint)
        try:
            moment = _moment(checkpoint, place)
        except ValueError as error:
            faults.append(Fault(f"{path}[{index}].checkpoint_time", str(error)))
        else:
            scans.append(Scan(index, slug_in(checkpoint.slug), place, moment, checkpoint))
    return tuple(scans)


def sightings(
    scans: tuple[Scan, ...], legs: Mapping[str, int], signee: str
) -> tuple[Sighting, ...]:
    """Return an event for each scan. `legs` tells a slug's leg; who signed did so at the last."""
    codes = [_code(scan.checkpoint) for scan in scans]
    arrivals = [i for i, code in enumerate(codes) if milestone_of(code) == "delivered"]
    last = arrivals[-1] if arrivals else -1
    return tuple(
        Sighting(
            code=code,
            moment=scan.moment,
            description=_text(scan.checkpoint),
            word=words.word_of(*tag_of(scan.checkpoint)),
            carrier_code=lenient.text(scan.checkpoint.raw_tag, Limits.CODE),
            place=scan.place,
            signee=signee if index == last else "",
            leg=legs.get(scan.slug),
            position=scan.position,
            received_at=_received(scan.checkpoint),
        )
        for index, (scan, code) in enumerate(zip(scans, codes, strict=True))
    )


def tag_of(record: Checkpoint | Tracking) -> tuple[str, str]:
    """Return tag and subtag as text."""
    tag = lenient.text(record.tag, Limits.CODE).strip()
    return tag, lenient.text(record.subtag, Limits.CODE).strip()


def _code(checkpoint: Checkpoint) -> str:
    return words.event_code(*tag_of(checkpoint), _text(checkpoint))


def _text(checkpoint: Checkpoint) -> str:
    return plain(checkpoint.message or checkpoint.subtag_message, Limits.DESCRIPTION)


def _place(checkpoint: Checkpoint) -> Place:
    written = checkpoint.country_region or checkpoint.country_iso3
    country = lenient.text(written, Limits.CODE).strip()
    point = checkpoint.coordinate or Coordinate()
    return Place(
        label=plain(checkpoint.location, Limits.LABEL),
        city=plain(checkpoint.city, Limits.NAME),
        region=plain(checkpoint.state, Limits.NAME),
        postal_code=lenient.text(checkpoint.zip, Limits.CODE).strip(),
        country=countries.alpha_2(country) or country,
        latitude=point.latitude,
        longitude=point.longitude,
    )


def _moment(checkpoint: Checkpoint, place: Place) -> Moment:
    zone = zones.zone_of(place.country, place.region, place.postal_code)
    written = lenient.text(checkpoint.checkpoint_time, Limits.CODE)
    return lenient.dated(moments.read(written, home=zone))


def _received(checkpoint: Checkpoint) -> datetime | None:
    """Return when AfterShip learned of it; a time it does not tell is nobody's loss."""
    try:
        moment = lenient.dated(moments.read(lenient.text(checkpoint.created_at, Limits.CODE)))
    except ValueError:
        return None
    return moment.instant if moment.certainty is Certainty.GIVEN else None
