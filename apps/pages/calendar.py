"""An order as a calendar: a day or a slot for each parcel, which moves when the parcel's does.

RFC 5545, with RFC 7986 for how soon to look again. Written here because that takes a few
lines, while libraries for it are made for reading and take 12 MB of every process.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from apps.pages import clocks
from apps.pages.languages import gettext as _
from apps.pages.parcels import Parcel
from apps.pages.presenting import Page
from apps.pages.text import one_line
from apps.pages.windows import FINAL
from apps.shipments.journey import Journey
from apps.shipments.status import milestone_of

# Octets of a line, without its end.
LONGEST_LINE = 75
UNDER_WAY, AT_REST = "PT1H", "P1D"
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//parcel-tracking//calendar//EN")
# A calendar must have a component, and one without a date has no event.
NO_EVENT = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)

# A date, a time in UTC, or a time on a clock that nobody knows.
When = date | datetime


def calendar_of(page: Page, journeys: Sequence[Journey], address: str) -> str:
    """Return the calendar of an order's masked journeys, whose page has the address.

    A parcel's event has the same name for ever, and a sequence that rises with any news.
    """
    parcels = {parcel.key: parcel for parcel in (page.parcel, *page.others)}
    told = [
        line
        for one in journeys
        if one.reference in parcels
        for line in _event(page, parcels[one.reference], one, address)
    ]
    name = _text(" – ".join(filter(None, (_from(page), page.order))))
    ttl = UNDER_WAY if page.pace else AT_REST
    lines = [
        *HEAD,
        "METHOD:PUBLISH",
        f"NAME:{name}",
        f"X-WR-CALNAME:{name}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{ttl}",
        f"X-PUBLISHED-TTL:{ttl}",
        *(told or NO_EVENT),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(page: Page, parcel: Parcel, journey: Journey, address: str) -> Iterator[str]:
    span = _span(parcel, journey)
    if span is None:
        return
    starts, ends = span
    yield "BEGIN:VEVENT"
    yield f"UID:{journey.reference}@{urlsplit(address).hostname}"
    yield f"DTSTAMP:{_digits(journey.updated_at.astimezone(UTC))}Z"
    yield f"SEQUENCE:{journey.version}"
    yield f"STATUS:{'CANCELLED' if _is_cancelled(journey.code) else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield f"DTSTART{_written(starts)}"
    if ends:
        yield f"DTEND{_written(ends)}"
    summary = (_from(page), parcel.place_in_order, parcel.heading)
    yield f"SUMMARY:{_text(' – '.join(filter(None, summary)))}"
    yield f"DESCRIPTION:{_described(page, parcel)}"
    yield f"URL:{address}"
    yield "END:VEVENT"


def _from(page: Page) -> str:
    return _("Parcel from %(shop)s") % {"shop": page.merchant}


def _described(page: Page, parcel: Parcel) -> str:
    told = [page.order]
    if "items" not in page.hidden:
        told += (row.name for row in parcel.rows)
    if "details" not in page.hidden:
        numbers = (number for part in parcel.parts for number in part.numbers)
        told += (f"{_('Tracking number')}: {number}" for number in numbers)
    return r"\n".join(_text(line) for line in told if line)


def _is_cancelled(code: str) -> bool:
    return milestone_of(code) in ("returning", "returned", "cancelled") or code in FINAL


def _span(parcel: Parcel, journey: Journey) -> tuple[When, When | None] | None:
    """Return when an event starts and ends; no end for a point in time, None without a date."""
    try:
        bounds = [_read(machine) for machine in _bounds(parcel, journey)]
        return _aligned(bounds) if bounds else None
    except OverflowError:  # the end of the calendar
        return None


def _bounds(parcel: Parcel, journey: Journey) -> list[str]:
    """Return one or two times: of the delivery, else of the window that holds or held."""
    promise, window = journey.promise, parcel.window
    moments = (promise.since, promise.until) if promise else ()
    held = [clocks.read(one, journey.updated_at).machine for one in moments if one]
    if _is_cancelled(journey.code):
        return held
    if parcel.happened:
        return [parcel.happened.machine]
    if window is None:
        return []
    # A page leaves out where a window began once that day is gone; a calendar keeps it.
    return held if window.until.machine in held else [window.until.machine]


def _read(machine: str) -> When:
    kind = date if len(machine) == len("2026-05-14") else datetime
    return kind.fromisoformat(machine)


def _aligned(bounds: Sequence[When]) -> tuple[When, When | None]:
    """Return start and end as the same kind of time, the coarsest of them; days end the next."""
    if not all(isinstance(bound, datetime) for bound in bounds):
        days = [bound.date() if isinstance(bound, datetime) else bound for bound in bounds]
        return min(days), max(days) + timedelta(days=1)
    times = [bound for bound in bounds if isinstance(bound, datetime)]
    if all(time.tzinfo for time in times):
        times = [time.astimezone(UTC) for time in times]
    else:
        times = [time.replace(tzinfo=None) for time in times]
    return min(times), max(times) if min(times) < max(times) else None


def _written(when: When) -> str:
    if not isinstance(when, datetime):
        return f";VALUE=DATE:{_digits(when)}"
    return f":{_digits(when)}{'Z' if when.tzinfo else ''}"


def _digits(when: When) -> str:
    text = when.isoformat()[:19]
    return text.replace("-", "").replace(":", "")


def _text(text: str) -> str:
    """Return text as a value: on one line, with what would end it escaped."""
    text = one_line(text).replace("\\", "\\\\")
    return text.replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Return a line in pieces of 75 octets at most, never cut within a character."""
    pieces, room = [""], LONGEST_LINE
    for character in line:
        size = len(character.encode())
        if size > room:
            pieces.append(" ")
            room = LONGEST_LINE - 1
        pieces[-1] += character
        room -= size
    return "\r\n".join(pieces)
