"""DHL's events and states, and the clocks they are told by."""

from datetime import tzinfo

from msgspec import Struct
from msgspec.structs import replace

from apps.dialects import dhl_shapes as shapes
from apps.dialects import dhl_words as words
from apps.dialects import lenient, moments, zones
from apps.dialects.lenient import Text
from apps.dialects.markup import plain
from apps.shipments.reports import Certainty, Fault, Headline, Limits, Moment, Place, Sighting


class Clock(Struct, frozen=True):
    """Where a shipment's times without a zone may be from, when an event tells no country.

    `home` is the country of a division that works in one, `destination` where it goes.
    """

    home: Place
    destination: Place


def zone_of(place: Place) -> tzinfo | None:
    """Return the zone of a place, None where it leaves that open."""
    return zones.zone_of(place.country, place.region, place.postal_code)


def sighting(
    said: shapes.Status, moment: Moment, place: Place, service: str, number: str
) -> Sighting:
    """Return an event. DHL has no ids of events, so number, clock and state stand for one."""
    code = words.division_code(service, _code(said.status), _code(said.status_detailed))
    word = _code(said.status_code)
    text = text_of(said)
    return Sighting(
        code=words.code_of(word, service, code, text),
        moment=moment,
        description=text,
        word=word,
        carrier_code=code or _code(said.status_detailed),
        place=place,
        leg=0,
        reference=f"{number} {_code(said.timestamp)} {word}",
    )


def headline(said: shapes.Status, moment: Moment | None, service: str) -> Headline | None:
    """Return the shipment's own status, None for none."""
    word = _code(said.status_code)
    if not word:
        return None
    code = words.division_code(service, _code(said.status), _code(said.status_detailed))
    text = text_of(said)
    meant = words.code_of(word, service, code, text)
    return Headline(
        code=meant,
        word=word,
        carrier_code=code or _code(said.status_detailed),
        description=text,
        problem=plain(said.remark, Limits.DESCRIPTION) if word.lower() == "failure" else "",
        said_at=moment.instant if moment else None,
        delivered=moment if word.lower() == "delivered" else None,
    )


def text_of(said: shapes.Status) -> str:
    """Return what DHL says in words; the short text only where it adds to the long one."""
    short = plain(said.status, Limits.DESCRIPTION)
    long = plain(said.description, Limits.DESCRIPTION)
    is_word = short.casefold() in (_code(said.status_code).casefold(), long.casefold())
    if is_word or not short:
        return long or short
    return f"{short}: {long}"[: Limits.DESCRIPTION] if long else short


def moment_at(written: Text, place: Place, clock: Clock) -> Moment:
    """Return a time DHL tells of a place; raise `ValueError` for what is none.

    A clock without a zone is the place's, without a place the division's at home. Where only
    the destination is known it is read there, and `ASSUMED`. A `Z` gives the instant alone:
    the offset is the place's.
    """
    text, zone = _code(written), zone_of(place if place.country else clock.home)
    elsewhere = place.country not in ("", clock.destination.country)
    assumed = None if elsewhere else zone_of(clock.destination)
    moment = lenient.dated(moments.read(text, home=zone or assumed))
    if moment.certainty == Certainty.INFERRED and not zone:
        return replace(moment, certainty=Certainty.ASSUMED)
    ahead = moment.instant.astimezone(zone).utcoffset() if zone else None
    is_z = moment.certainty == Certainty.GIVEN and text.endswith(("Z", "z"))
    return replace(moment, offset=round(ahead.total_seconds() / 60)) if is_z and ahead else moment


def event_moment(
    said: shapes.Status, place: Place, clock: Clock, path: str, faults: list[Fault]
) -> Moment | None:
    """Return when an event was, nothing and a fault where that cannot be read."""
    try:
        return moment_at(said.timestamp, place, clock)
    except ValueError as error:
        faults.append(Fault(f"{path}.timestamp", str(error)))
        return None


def _code(value: Text) -> str:
    return lenient.text(value, Limits.CODE).strip()
