"""The same events as a table: a header, then one event a line; commas, semicolons or tabs.

Spreadsheets make such files, so their habits are borne: a byte order mark, decimal commas,
blank lines. A cell is text whatever it begins with.
"""

import csv
import io
import re
from collections.abc import Iterator
from difflib import get_close_matches

import msgspec

from apps.dialects import generic, payloads
from apps.dialects.generic_checking import shown
from apps.shipments.reports import Fault, Report

NEEDED = ("tracking_number", "code", "occurred_at")
OF_THE_EVENT = (*NEEDED, "carrier_code", "description", "signee", "reference", "item")
OF_THE_PLACE = ("city", "region", "postal_code", "country")
DEGREES = ("latitude", "longitude")
COLUMNS = (*OF_THE_EVENT, *OF_THE_PLACE, *DEGREES)

DELIMITERS = ",;\t"
_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,15})?")
# What a spreadsheet makes of a long number; the digits it left out are lost.
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)

Cells = dict[str, str]


def read(payload: bytes) -> list[tuple[str, Report]]:
    """Return a report for each tracking number of a UTF-8 table.

    Raises `payloads.Refused` with every fault; their paths are `line 3, code`.
    """
    faults: list[Fault] = []
    seen = list(generic.read_events(_events(_text(payload), faults), faults))
    if faults:
        raise payloads.Refused(*(Fault(_column(f.path), f.reason) for f in faults))
    if not seen:
        raise payloads.Refused(Fault("line 2", "is missing: there are no events"))
    return generic.grouped(seen)


def _text(payload: bytes) -> str:
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = payload.count(b"\n", 0, error.start) + 1
        raise payloads.Refused(Fault(f"line {line}", "is not UTF-8"), is_malformed=True) from error


def _events(text: str, faults: list[Fault]) -> Iterator[tuple[str, bytes]]:
    """Yield each line's event as JSON, so that one reader judges both forms."""
    rows = _rows(text)
    line, header = next(rows, (1, []))
    columns = _columns(header, line)
    count = 0
    for line, cells in rows:
        path = f"line {line}"
        if len(cells) != len(columns):
            faults.append(Fault(path, f"has {len(cells)} cells, not {len(columns)}"))
            continue
        count += 1
        if count > generic.MOST_EVENTS:
            faults.append(Fault(path, f"comes after {generic.MOST_EVENTS} events"))
            return
        row = dict(zip(columns, cells, strict=True))
        if _SHORTENED.fullmatch(row["tracking_number"].strip()):
            faults.append(Fault(f"{path}.tracking_number", "was shortened by a spreadsheet"))
        yield path, msgspec.json.encode(_event(row))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are not blank with the number of the line they begin on."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows, None)
        except csv.Error as error:
            raise payloads.Refused(Fault(f"line {line}", str(error)), is_malformed=True) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _delimiter(text: str) -> str:
    """Return what stands most often between the names of the header."""
    header = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def _columns(header: list[str], line: int) -> list[str]:
    columns = ["_".join(name.casefold().split()) for name in header]
    faults = [
        Fault(f"line {line}", f"has a column we do not know: `{shown(name)}`{_resembling(name)}")
        for name in columns
        if name not in COLUMNS
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


def _column(path: str) -> str:
    """Return `line 3, city` for `line 3.place.city`."""
    return path.replace(".place.", ".").replace(".", ", ", 1)
