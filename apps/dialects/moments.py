"""Times in and out: what a source wrote becomes a `Moment`, a `Moment` goes out as it came."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from msgspec.structs import replace

from apps.shipments.reports import Certainty, Moment

LONGEST_TEXT = 64
YEARS = range(1900, 9999)  # leaves room to move by an offset without leaving the calendar
FARTHEST_OFFSET = 14 * 60  # Kiritimati

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# fmt: off
ZONE_LETTERS = {
    "Z": 0, "UTC": 0, "GMT": 0,
    "BST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180,
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300,
    "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}
# fmt: on

_COMMON = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_DAYS = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    re.compile(r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[0-9]{4})"),
)
_ZONE = r" *(?P<zone>[A-Za-z]{1,4}|[+-][0-9]{1,2}(?:[:.]?[0-9]{2})?)?"
_FRACTION = r"(?:[.,](?P<fraction>[0-9]{1,9}))?"
_CLOCKS = tuple(
    re.compile(r"(?:[Tt]| +)" + clock + _ZONE)
    for clock in (
        r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2})" + _FRACTION + ")?",
        # A slip of Sorted's documents: a dot where the second colon belongs.
        r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})\.(?P<second>[0-9]{2})",
        r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})" + _FRACTION + ")?",
    )
)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{1,2})(?:[:.]?(?P<minutes>[0-9]{2}))?")
_MICROSOFT = re.compile(r"/Date\((?P<ms>-?[0-9]{1,15})(?P<zone>[+-][0-9]{4})?\)/")
_EPOCH = re.compile(r"[0-9]{9,10}|[0-9]{12,13}")


class Unreadable(ValueError):
    """A text that is not a time we can read; the message never holds the text."""

    def __init__(self) -> None:
        super().__init__("is not a time we can read")


def read(text: str, *, home: tzinfo | None = None) -> Moment:
    """Return the time a source wrote; raise `ValueError` when it is none.

    `home` is the zone of a wall clock that comes without one. There, a clock that reads
    the same twice is taken the first time, and one that was skipped keeps its reading on
    the offset before the jump. Without `home` such a clock is read as UTC and `ASSUMED`.
    """
    try:
        return _common(text) or _odd(text, home)
    except (ArithmeticError, ValueError) as error:
        raise Unreadable from error


def pair(utc_text: str, wall_text: str) -> Moment:
    """Return the time two clocks tell: UTC, and the place's clock without a zone.

    ShipStation works the first out of the second, so the offset is `INFERRED`. The wall
    clock is left out when it is empty or lies farther from UTC than any zone does. Raises
    `ValueError` when a text cannot be read.
    """
    moment = read(utc_text)
    if not wall_text:
        return moment
    ahead = read(wall_text).wall_clock - moment.instant.replace(tzinfo=None)
    offset = round(ahead.total_seconds() / 60)
    if abs(offset) > FARTHEST_OFFSET:
        return moment
    return replace(moment, offset=offset, certainty=Certainty.INFERRED)


def iso(moment: Moment) -> str:
    """Return `2019-07-23T17:42:00+01:00`: the place's clock, fraction digits as given."""
    text = moment.instant.astimezone(_zone(moment.offset)).isoformat()
    return f"{text[:19]}{_fraction(moment)}{text[-6:]}"


def iso_utc(value: datetime) -> str:
    """Return `2019-07-23T16:45:44+00:00`, with a fraction only when there is one."""
    text = value.astimezone(UTC).isoformat()
    return f"{text[:-6].rstrip('0')}+00:00" if value.microsecond else text


def utc_z(moment: Moment) -> str:
    """Return `2019-07-23T16:42:00Z`, fraction digits as given."""
    return f"{moment.instant.isoformat()[:19]}{_fraction(moment)}Z"


def wall(moment: Moment) -> str:
    """Return `2019-07-23T17:42:00`: the place's clock without a zone, fraction as given."""
    there = moment.instant + timedelta(minutes=moment.offset)
    return f"{there.isoformat()[:19]}{_fraction(moment)}"


def milliseconds_z(moment: Moment) -> str:
    """Return `2019-07-23T16:42:00.000Z`; finer digits are cut."""
    return f"{moment.instant.isoformat(timespec='milliseconds')[:23]}Z"


def _fraction(moment: Moment) -> str:
    if not moment.digits:
        return ""
    return f".{moment.instant.microsecond:06d}{moment.nanos:03d}"[: 1 + moment.digits]


@lru_cache(maxsize=256)
def _zone(offset: int) -> timezone:
    return timezone(timedelta(minutes=offset))


def _common(text: str) -> Moment | None:
    """Read `2019-07-23T17:42:00[.fraction](Z|±HH:MM)`; return None for any other form.

    Python reads more forms than this, some with another meaning than ours, so the layout
    is checked before it is asked.
    """
    found = _COMMON.fullmatch(text)
    if not found:
        return None
    value = datetime.fromisoformat(text)
    if value.year not in YEARS:
        raise Unreadable
    fraction, zone = found.groups()
    if not fraction:
        return Moment(value.astimezone(UTC), _offset(zone))
    return Moment(
        value.astimezone(UTC),
        _offset(zone),
        digits=len(fraction),
        nanos=_nanos(fraction),
    )


def _odd(text: str, home: tzinfo | None) -> Moment:
    text = text.strip() if len(text) <= LONGEST_TEXT else ""
    if _EPOCH.fullmatch(text):
        return _since_epoch(int(text) if len(text) > 10 else int(text) * 1000, 0)
    if found := _MICROSOFT.fullmatch(text):
        return _since_epoch(int(found["ms"]), _offset(found["zone"] or "Z"))
    for pattern in _DAYS:
        if found := pattern.match(text):
            return _on_day(found, text[found.end() :], home)
    raise Unreadable


def _since_epoch(milliseconds: int, offset: int) -> Moment:
    instant = EPOCH + timedelta(milliseconds=milliseconds)
    if instant.year not in YEARS:
        raise Unreadable
    return Moment(instant, offset, digits=3 if milliseconds % 1000 else 0)


def _on_day(found: re.Match[str], rest: str, home: tzinfo | None) -> Moment:
    day = datetime(int(found["year"]), int(found["month"]), int(found["day"]))  # noqa: DTZ001
    if day.year not in YEARS:
        raise Unreadable
    if not rest:
        return replace(_at_home(day, home), is_date_only=True)
    for pattern in _CLOCKS:
        if clock := pattern.fullmatch(rest):
            return _at_clock(day, clock.groupdict(), home)
    raise Unreadable


def _at_clock(day: datetime, clock: dict[str, str | None], home: tzinfo | None) -> Moment:
    fraction = clock.get("fraction") or ""
    value = day.replace(
        hour=int(clock["hour"] or 0),
        minute=int(clock["minute"] or 0),
        second=int(clock["second"] or 0),
        microsecond=int(fraction[:6].ljust(6, "0")),
    )
    zone = clock["zone"]
    moment = _at_offset(value, _offset(zone)) if zone else _at_home(value, home)
    return replace(moment, digits=len(fraction), nanos=_nanos(fraction))


def _at_home(value: datetime, home: tzinfo | None) -> Moment:
    ahead = value.replace(tzinfo=home).utcoffset() if home else None
    if ahead is None:
        return _at_offset(value, 0, Certainty.ASSUMED)
    # Zones had seconds in their offsets until the 1930s; a Moment has minutes.
    return _at_offset(value, round(ahead.total_seconds() / 60), Certainty.INFERRED)


def _at_offset(value: datetime, offset: int, certainty: Certainty = Certainty.GIVEN) -> Moment:
    instant = (value - timedelta(minutes=offset)).replace(tzinfo=UTC)
    return Moment(instant, offset, certainty)


def _nanos(fraction: str) -> int:
    return int(fraction[6:].ljust(3, "0"))


@lru_cache(maxsize=256)
def _offset(zone: str) -> int:
    """Return the minutes east of UTC that `Z`, `+01:00`, `-7.00` or `EST` mean."""
    if zone.upper() in ZONE_LETTERS:
        return ZONE_LETTERS[zone.upper()]
    found = _OFFSET.fullmatch(zone)
    if not found or int(found["minutes"] or 0) > 59:
        raise Unreadable
    minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
    if minutes > FARTHEST_OFFSET:
        raise Unreadable
    return -minutes if found["sign"] == "-" else minutes
