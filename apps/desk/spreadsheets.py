"""Rows as files that spreadsheets open, made while they are sent: flat in memory at any length.

Texts are armoured (see `cells`), numbers stay numbers. An XLSX is written by hand, row by row:
libraries want to have the whole sheet first, and take minutes for what is streamed in seconds.
Texts in it are formatted as texts, so that long numbers keep their digits.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from django.http import StreamingHttpResponse

from apps.desk.cells import armoured

Cell = str | int | float | None
Rows = Iterable[Sequence[Cell]]

ROWS_A_PIECE = 500
MOST_IN_A_CELL = 32_767  # characters, in Excel
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# What belongs to a book with one sheet; style 1 is "text".
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>'
    '<sheet name="Shipments" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATED}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
_SHEET = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="60" width="18" style="1"/></cols>'
    "<sheetData>",
    "</sheetData></worksheet>",
)


def csv_pieces(rows: Rows) -> Iterator[bytes]:
    """Yield a CSV (RFC 4180) in UTF-8, with the mark by which Excel knows that."""
    piece = io.StringIO()
    piece.write("\ufeff")
    writer = csv.writer(piece)
    for count, row in enumerate(rows, 1):
        writer.writerow([armoured(c) if isinstance(c, str) else c for c in row])
        if not count % ROWS_A_PIECE:
            yield _taken(piece)
    yield _taken(piece)


def _taken(piece: io.StringIO) -> bytes:
    text = piece.getvalue()
    piece.seek(0)
    piece.truncate()
    return text.encode("utf-8", "replace")


def xlsx_pieces(rows: Rows) -> Iterator[bytes]:
    """Yield an XLSX with one sheet."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, _XML + text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for text in _sheet(rows):
                sheet.write(text.encode())
                yield pipe.taken()
    yield pipe.taken()


def _sheet(rows: Rows) -> Iterator[str]:
    texts = [_SHEET[0]]
    for row in rows:
        texts.append(f"<row>{''.join(map(_cell, row))}</row>")
        if len(texts) >= ROWS_A_PIECE:
            yield "".join(texts)
            texts.clear()
    yield "".join([*texts, _SHEET[1]])


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return '<c s="1"/>'
    if not isinstance(value, str):
        return f'<c t="n"><v>{value}</v></c>'
    text = _UNWRITABLE.sub("", armoured(value)[:MOST_IN_A_CELL])
    return f'<c t="inlineStr" s="1"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


class _Pipe(io.RawIOBase):
    """Takes what is written and gives it away; it cannot be sought in, as `zipfile` can bear."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


KINDS: dict[str, tuple[str, Callable[[Rows], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", csv_pieces),
    "xlsx": (f"{_TYPE}.sheet", xlsx_pieces),
}


def answer(rows: Rows, kind: str, name: str) -> StreamingHttpResponse:
    """Send rows as a file of a kind of `KINDS`; `name` is plain ASCII of ours."""
    content_type, pieces = KINDS[kind]
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(pieces(rows), content_type=content_type, headers=headers)
