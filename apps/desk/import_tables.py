"""Files of shops as rows of texts: CSV as spreadsheets and shops write it, and XLSX.

Anybody may send any bytes, so sizes are looked at before anything is opened.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

import openpyxl
from msgspec import Struct

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 60
# Of an XLSX: what it may hold unpacked, and how many parts.
MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 500

TOO_LARGE = f"A file may have at most {MOST_BYTES // 1024**2} MB. Divide it."
TOO_MANY = f"A file may have at most {MOST_ROWS:,} rows. Divide it."
TOO_WIDE = f"A file may have at most {MOST_COLUMNS} columns. Delete those that are not needed."
BOMB = "This XLSX unpacks to more than we open. Save the sheet as CSV."
NO_XLSX = "This XLSX cannot be read. Open it, save it again, or save the sheet as CSV."
OLD_XLS = "This is an old Excel file (XLS). Save it as XLSX or CSV."
NO_TABLE = "This is no table we can read. Save it as CSV or XLSX."
EMPTY = "There is nothing in the file but its header."
NO_HEADER = "The file is empty. The first row must name the columns."

DELIMITERS = ",;\t|"
# How Excel names the delimiter in a line of its own before the header.
_SEP = re.compile(r"sep=([,;\t|])\r?\n")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Beyond this many digits a spreadsheet's number is not what was typed.
_EXACT = 10**15
_BROKEN = {
    "field larger": "has a cell that is too long",
    "unexpected end": "opens a quotation mark that is never closed",
    "expected after": "goes on behind a closing quotation mark",
}


class Unreadable(ValueError):
    """No table can be made of a file; the message says why and what to do, to staff."""


class Row(Struct, frozen=True, array_like=True):
    """A row that is not blank. `line` is what the spreadsheet calls it, `fault` what ails it."""

    line: int
    cells: list[str]
    fault: str = ""


class Table(Struct, frozen=True, array_like=True):
    header: list[str]
    rows: list[Row]


def read(payload: bytes) -> Table:
    """Return the table in a file; raise `Unreadable` for what is none or too large."""
    if len(payload) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    rows = _bounded(_reader(payload)(payload))
    first = next(rows, None)
    if first is None or first.fault:
        raise Unreadable(first.fault if first else NO_HEADER)
    found = list(islice(rows, MOST_ROWS + 1))
    if not found:
        raise Unreadable(EMPTY)
    if len(found) > MOST_ROWS:
        raise Unreadable(TOO_MANY)
    return Table([cell.strip() for cell in first.cells], found)


def _reader(payload: bytes) -> Callable[[bytes], Iterator[Row]]:
    if payload.startswith(b"PK\x03\x04"):
        return _sheet_rows
    if payload.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(OLD_XLS)
    return _csv_rows


def _bounded(rows: Iterable[Row]) -> Iterator[Row]:
    """Pass on the rows with something on them, each without its empty end."""
    for row in rows:
        cells = row.cells
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(TOO_WIDE)
        if cells or row.fault:
            yield row


def _csv_rows(payload: bytes) -> Iterator[Row]:
    text = _text(payload)
    sep = _SEP.match(text)
    text, skipped = (text[sep.end() :], 1) if sep else (text, 0)
    delimiter = sep[1] if sep else _delimiter(text)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = table.line_num + 1 + skipped
        try:
            yield Row(line, next(table))
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(line, [], _broken(str(error)))


def _broken(error: str) -> str:
    return next((words for word, words in _BROKEN.items() if word in error), "cannot be read")


def _text(payload: bytes) -> str:
    """Decode UTF-8, UTF-16 with its mark, or what Windows calls ANSI."""
    is_utf16 = payload.startswith(_UTF16)
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = payload.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(NO_TABLE)


def _delimiter(text: str) -> str:
    """Return what stands most often between the names of the header."""
    header = re.sub(r'"[^"]*"', "", text.lstrip()[:10_000]).partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def _sheet_rows(payload: bytes) -> Iterator[Row]:
    try:
        _measure(payload)
        book = openpyxl.load_workbook(io.BytesIO(payload), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What the sheet says of its own size may be anything.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=MOST_ROWS * 2, max_col=MOST_COLUMNS + 1, values_only=True)
        for line, values in enumerate(rows, 1):
            yield Row(line, [_cell(value) for value in values])
    except Unreadable:
        raise
    except Exception as error:
        # The library raises whatever its parts raise at a file that somebody has bent.
        raise Unreadable(NO_XLSX) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < _EXACT else f"{value:E}"
    return str(value)


def _measure(payload: bytes) -> None:
    """Raise `Unreadable` for an archive that unpacks to too much, before it is opened."""
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        parts = archive.infolist()
        # Python reads no more of a part than it claims to hold.
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Unreadable(BOMB)
        for part in parts:
            # Sheets have no document types; entities in one can grow without end.
            if part.filename.endswith((".xml", ".rels")) and _has_doctype(archive.read(part)):
                raise Unreadable(NO_XLSX)


def _has_doctype(part: bytes) -> bool:
    return b"<!DOCTYPE" in part.replace(b"\0", b"")
