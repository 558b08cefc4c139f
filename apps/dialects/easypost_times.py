"""Places and times in EasyPost's trackers.

EasyPost turns a carrier's clock into UTC where it can tell the place. Where it cannot, the
clock goes out as it stood there, with a Z behind it all the same.
"""

from datetime import time, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from apps.dialects import countries, lenient, moments, zones
from apps.dialects.lenient import Text
from apps.shipments.reports import NOWHERE, Certainty, Limits, Moment, Place

_MIDNIGHT = time()


class Location(Struct):
    """A place as EasyPost writes it, of events and of the two ends."""

    city: Text = None
    state: Text = None
    country: Text = None
    zip: Text = None


def place_of(location: Location | None) -> Place:
    """Return the parts of a place, `NOWHERE` for none."""
    if location is None:
        return NOWHERE
    return Place(
        city=lenient.text(location.city, Limits.NAME).strip(),
        region=lenient.text(location.state, Limits.NAME).strip(),
        postal_code=lenient.text(location.zip, Limits.CODE).strip(),
        country=lenient.text(location.country, Limits.CODE).strip(),
    )


def zone_of(place: Place) -> tzinfo | None:
    """Return the time zone of a place, None where its parts do not tell."""
    country = countries.alpha_2(place.country) or place.country
    return zones.zone_of(country, place.region, place.postal_code)


def occurred(written: str, place: Place) -> Moment:
    """Return an event's time; raise `ValueError` for what is none.

    A Z counts at a place EasyPost could find, a city with its state or country: then the
    offset is the place's. Anywhere else it is a clock of which nobody knows the zone.
    """
    zone = zone_of(place)
    moment = lenient.dated(moments.read(written, home=zone))
    if not _is_z(moment):
        return moment
    if not (place.city and (place.region or place.country)):
        return replace(moment, certainty=Certainty.ASSUMED)
    ahead = moment.instant.astimezone(zone).utcoffset() if zone else None
    return replace(moment, offset=round(ahead.total_seconds() / 60)) if ahead else moment


def expected(written: str, home: tzinfo | None) -> Moment:
    """Return the time of a delivery to come; raise `ValueError` for what is none.

    With a Z it is a day or a clock at the other end, wherever that is.
    """
    moment = lenient.dated(moments.read(written, home=home))
    if not _is_z(moment):
        return moment
    is_day = moment.instant.time() == _MIDNIGHT
    return replace(moment, certainty=Certainty.ASSUMED, is_date_only=is_day)


def _is_z(moment: Moment) -> bool:
    return moment.certainty is Certainty.GIVEN and not moment.offset
