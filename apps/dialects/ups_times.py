"""Dates and times of UPS: apart, without separators, on the place's clock and in GMT."""

from datetime import tzinfo

from msgspec import Struct
from msgspec.structs import replace

from apps.dialects import lenient, moments
from apps.dialects.lenient import Text
from apps.shipments.reports import Certainty, Limits, Moment


class Clocks(Struct):
    """An event's two clocks as UPS writes them, with the zeros it drops."""

    local: str  # `20250301 021500`
    gmt: str = ""  # `20250301 071500`
    offset: str = ""  # `-05:00`, in pushes `-05.00`


def written(date: Text, time: Text) -> str:
    """Return a date and a time as one text; either may be missing."""
    digits = lenient.text(time, Limits.CODE).replace(":", "").strip()
    return f"{lenient.text(date, Limits.CODE).strip()} {digits.zfill(6) if digits else ''}".strip()


def local(date: Text, time: Text, home: tzinfo | None) -> Moment:
    """Return a time on the destination's clock; raise `ValueError` where none can be read."""
    return lenient.dated(moments.read(written(date, time), home=home))


def occurred(clocks: Clocks, home: tzinfo | None) -> Moment:
    """Return an event's time; raise `ValueError` where none can be read.

    GMT decides, then the local clock with its offset, then the local clock at `home`.
    """
    for reading in (_by_gmt, _by_offset):
        try:
            return lenient.dated(reading(clocks))
        except ValueError:
            continue
    return lenient.dated(moments.read(clocks.local, home=home))


def _by_gmt(clocks: Clocks) -> Moment:
    """Read GMT; the place's offset is the given one, else what the local clock is ahead."""
    if clocks.offset:
        try:
            offset = moments.read(f"{clocks.gmt} {clocks.offset}").offset
            return replace(moments.read(f"{clocks.gmt}Z"), offset=offset)
        except ValueError:
            pass
    try:
        near = moments.pair(f"{clocks.gmt}Z", clocks.local if " " in clocks.local else "")
    except ValueError:
        near = moments.read(f"{clocks.gmt}Z")
    return replace(near, certainty=Certainty.GIVEN)


def _by_offset(clocks: Clocks) -> Moment:
    if not clocks.offset:
        raise moments.Unreadable
    return moments.read(f"{clocks.local} {clocks.offset}")
