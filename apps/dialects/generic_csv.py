"""The same events as a table: a header, then one event a line; commas, semicolons or tabs.

Spreadsheets make such files, so their habits are borne: a byte order mark, decimal commas,
blank lines. A cell is text whatever it begins with.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from apps.dialects import generic, payloads
from apps.dialects.generic_checking import MOST_UNKNOWN, shown
from apps.shipments.reports import Fault, Limits, Report

NEEDED = ("tracking_number", "code", "occurred_at")
OF_THE_EVENT = (*NEEDED, "carrier_code", "description", "signee", "reference", "item")
OF_THE_PLACE = ("city", "region", "postal_code", "country")
DEGREES = ("latitude", "longitude")
COLUMNS = (*OF_THE_EVENT, *OF_THE_PLACE, *DEGREES)

# More than fits a page, and as many events as one parcel may have.
MOST_ROWS = Limits.EVENTS * 2
DELIMITERS = ",;\t"
_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,15})?")
# What a spreadsheet makes of a long number; the digits it left out are lost.
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)

# What Python's reader says of lines that are none, in words for people.
_BROKEN = {
    "field larger": f"has a cell of more than {csv.field_size_limit()} characters",
    "unexpected end": "opens a quotation mark that is never closed",
    "expected after": "goes on behind a closing quotation mark",
}

# What the reader says of a cell that has to be a number.
_NO_NUMBER = "Expected `float | null`"

Cells = dict[str, str]


class Row(Struct, frozen=True):
    """A line of the table that is not blank: its event, or why it cannot be taken.

    `line` is where it begins. Paths of faults are `line 3, code`.
    """

    line: int
    seen: generic.Seen | None
    faults: tuple[Fault, ...] = ()


def read(payload: bytes) -> list[tuple[str, Report]]:
    """Return a report for each tracking number of a UTF-8 table; all of it or nothing.

    Raises `payloads.Refused` with every fault.
    """
    rows = sift(payload, generic.MOST_EVENTS)
    faults = [fault for row in rows for fault in row.faults]
    if faults:
        raise payloads.Refused(*faults)
    return generic.grouped(row.seen for row in rows if row.seen)


def sift(payload: bytes, most: int = MOST_ROWS) -> list[Row]:
    """Return the rows of a UTF-8 table, good and bad ones, at most `most`.

    Raises `payloads.Refused` for what is no table, or one without the columns it needs.
    """
    text = _text(payload)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    lines = _lines(table)
    line, header = next(lines, (1, []))
    if isinstance(header, Fault):
        raise payloads.Refused(header, is_malformed=True)
    rows = list(islice(_rows(lines, _columns(header, line)), most))
    if not rows:
        raise payloads.Refused(Fault(f"line {line + 1}", "is missing: there are no events"))
    after = next(lines, None)
    if after:
        rows.append(Row(after[0], None, (Fault(f"line {after[0]}", f"comes after {most} events"),)))
    return rows


def _text(payload: bytes) -> str:
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = payload.count(b"\n", 0, error.start) + 1
        reason = "is not UTF-8; save the table as UTF-8"
        raise payloads.Refused(Fault(f"line {line}", reason), is_malformed=True) from error


def _lines(table: Any) -> Iterator[tuple[int, list[str] | Fault]]:
    """Yield the lines that are not blank with their number; a fault for those that are broken."""
    while True:
        line = table.line_num + 1
        try:
            cells = next(table, None)
        except csv.Error as error:
            yield line, _broken(line, table.line_num, str(error))
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _broken(first: int, last: int, error: str) -> Fault:
    path = f"line {first}" if first == last else f"lines {first} to {last}"
    return Fault(path, next((told for word, told in _BROKEN.items() if word in error), error))


def _rows(lines: Iterable[tuple[int, list[str] | Fault]], columns: Sequence[str]) -> Iterator[Row]:
    # One list for all of them, because it bounds what each is told about likely words.
    faults: list[Fault] = []
    for line, cells in lines:
        before = len(faults)
        seen = _seen(f"line {line}", cells, columns, faults)
        own = tuple(map(_of_the_table, faults[before:]))
        yield Row(line, None if own else seen, own)


def _seen(
    path: str, cells: list[str] | Fault, columns: Sequence[str], faults: list[Fault]
) -> generic.Seen | None:
    """Return a line's event; it is read as JSON, so that one reader judges both forms."""
    if isinstance(cells, Fault):
        faults.append(cells)
        return None
    if len(cells) != len(columns):
        faults.append(Fault(path, f"has {len(cells)} cells, not {len(columns)}"))
        return None
    row = dict(zip(columns, cells, strict=True))
    if _SHORTENED.fullmatch(row["tracking_number"].strip()):
        faults.append(Fault(f"{path}.tracking_number", "was shortened by a spreadsheet"))
    payload = msgspec.json.encode(_event(row))
    return next(generic.read_events([(path, payload)], faults), None)


def _delimiter(text: str) -> str:
    """Return what stands most often between the names of the header."""
    header = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def _columns(header: list[str], line: int) -> list[str]:
    columns = ["_".join(name.casefold().split()) for name in header]
    unknown = [name for name in columns if name not in COLUMNS]
    faults = [
        Fault(f"line {line}", f"has a column we do not know: `{shown(name)}`{_resembling(name)}")
        for name in unknown[:MOST_UNKNOWN]
    ]
    faults += [
        Fault(f"line {line}", f"has no column `{name}`") for name in NEEDED if name not in columns
    ]
    if len(set(columns)) < len(columns):
        faults.append(Fault(f"line {line}", "names a column twice"))
    if faults:
        raise payloads.Refused(*faults)
    return columns


def _resembling(name: str) -> str:
    close = get_close_matches(shown(name), COLUMNS, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def _event(row: Cells) -> dict[str, object]:
    event: dict[str, object] = {name: row[name] for name in OF_THE_EVENT if row.get(name)}
    place: dict[str, object] = {name: row[name] for name in OF_THE_PLACE if row.get(name)}
    place |= {name: _number(row[name]) for name in DEGREES if row.get(name)}
    return event | ({"place": place} if place else {})


def _number(cell: str) -> float | str:
    """Return a cell as a number; as it is, for the reader to refuse, when it is none."""
    written = cell.strip()
    return float(written.replace(",", ".")) if _DECIMAL.fullmatch(written) else cell


def _of_the_table(fault: Fault) -> Fault:
    """Return `line 3, city` for `line 3.place.city`, with a reason fit for a cell."""
    path = fault.path.replace(".place.", ".").replace(".", ", ", 1)
    is_text = fault.reason.startswith(_NO_NUMBER)
    return Fault(path, "is not a number" if is_text else fault.reason)
