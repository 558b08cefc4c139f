"""The hours in which a brand's mails wait, on the clock of whoever gets them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from apps.branding.looks import Look
from apps.dialects.zones import zone_of, zones_of
from apps.shipments.journey import Journey

# Every clock there is differs from UTC by quarters of an hour.
QUARTER, TWO_DAYS = timedelta(minutes=15), timedelta(days=2)


def clocks_of(journey: Journey) -> tuple[tzinfo, ...]:
    """Return the zones that a parcel's recipient may live in; UTC where nobody knows.

    `journey` is not masked: a postal code tells the zone within a wide country.
    """
    person = journey.recipient
    country = (person.country if person else "") or journey.destination_country
    one = zone_of(country, person.region, person.postal_code) if person else None
    return (one,) if one else zones_of(country) or (UTC,)


def goes_at(look: Look, zones: tuple[tzinfo, ...], now: datetime) -> datetime:
    """Return the first moment from now on that is quiet in none of the zones.

    Where every moment is quiet in one of them, the first zone alone counts.
    """
    if not _is_any_quiet(look.quiet_from, look.quiet_until, zones, now):
        return now
    quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    return _end_of_quiet(look.quiet_from, look.quiet_until, zones, quarter)


def is_quiet(begins: int, ends: int, hour: int) -> bool:
    """Tell whether an hour (0 to 23) lies in the quiet ones; there are none from 8 to 8."""
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


@lru_cache(maxsize=2000)
def _end_of_quiet(begins: int, ends: int, zones: tuple[tzinfo, ...], quarter: datetime) -> datetime:
    """Return the first quarter of an hour after this one that is quiet nowhere."""
    for moment in _quarters_after(quarter):
        if not _is_any_quiet(begins, ends, zones, moment):
            return moment
    return _end_of_quiet(begins, ends, zones[:1], quarter) if len(zones) > 1 else quarter


def _quarters_after(quarter: datetime) -> Iterator[datetime]:
    for count in range(1, TWO_DAYS // QUARTER + 1):
        yield quarter + count * QUARTER


def _is_any_quiet(begins: int, ends: int, zones: Sequence[tzinfo], moment: datetime) -> bool:
    return any(is_quiet(begins, ends, moment.astimezone(zone).hour) for zone in zones)
