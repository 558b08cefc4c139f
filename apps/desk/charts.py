"""Pictures of numbers as plain geometry; templates draw it as SVG in the theme's colours.

Words and numbers stand beside the drawing as text, so nothing is known from the drawing alone.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec import Struct

# A column's field in a drawing of 30 of them, and the drawing's height.
FIELD, HEIGHT = 10, 100
GAP = 2
# What is there can be seen, however small.
LEAST = 1.5


class Bar(Struct, frozen=True):
    """A row of a bar chart. `length` is out of 100; `text` is the number as people read it."""

    label: str
    count: int
    text: str
    length: float
    tone: str = "info"
    address: str = ""


class Column(Struct, frozen=True):
    """A day's column: where it stands, how high, and what it says."""

    x: int
    y: float
    width: int
    height: float
    label: str
    text: str


class Columns(Struct, frozen=True):
    """A drawing of columns; `summary` tells in a sentence what it shows."""

    columns: list[Column]
    width: int
    height: int
    highest: str
    first: str
    last: str
    summary: str
    is_empty: bool


def bars(rows: Iterable[tuple[str, int, str, str]]) -> list[Bar]:
    """Return bars of (label, count, tone, address), the longest of length 100."""
    given = list(rows)
    most = max((count for _, count, _, _ in given), default=0)
    return [
        Bar(label, count, f"{count:,}", _share(count, most), tone, address)
        for label, count, tone, address in given
    ]


def _share(count: float, most: float) -> float:
    return round(max(LEAST, 100 * count / most), 1) if count and most else 0.0


def columns(counts: Mapping[date, int], until: date, days: int, nouns: tuple[str, str]) -> Columns:
    """Return a column for each of so many days, `until` the last; `nouns` are one and many."""
    dates = [until - timedelta(days=back) for back in reversed(range(days))]
    most = max((counts.get(day, 0) for day in dates), default=0)
    total = sum(counts.get(day, 0) for day in dates)
    drawn = [_column(place, day, counts.get(day, 0), most) for place, day in enumerate(dates)]
    return Columns(
        columns=drawn,
        width=FIELD * days,
        height=HEIGHT,
        highest=f"{most:,}",
        first=_short(dates[0]),
        last=_short(dates[-1]),
        summary=f"{total:,} {nouns[total != 1]} in {days} days, at most {most:,} on one day.",
        is_empty=not total,
    )


def _column(place: int, day: date, count: int, most: int) -> Column:
    height = _share(count, most)
    return Column(
        x=place * FIELD + GAP // 2,
        y=round(HEIGHT - height, 1),
        width=FIELD - GAP,
        height=height,
        label=f"{day:%a} {_short(day)}",
        text=f"{count:,}",
    )


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"
