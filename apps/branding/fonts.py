"""Whether a file is a WOFF2 font as the W3C describes it (www.w3.org/TR/WOFF2), and which kind.

Browsers look through fonts again before they use them; this keeps out what is none.
"""

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

import brotli
from django.core.exceptions import ValidationError

LARGEST_FONT = 200 * 1024
# Unpacked: what a font of that size comes to at the most.
_LARGEST_UNPACKED = 4 * 1024 * 1024
_HEADER = Struct(">4sIIHHIIHHIIIII")
_FLAVOURS = (0x00010000, 0x4F54544F, 0x74727565)
_MOST_TABLES = 100
# Tags that have a number; the others are written out. Only some of them matter here.
_KNOWN = [
    "cmap",
    "head",
    "hhea",
    "hmtx",
    "maxp",
    "name",
    "OS/2",
    "post",
    "cvt",
    "fpgm",
    "glyf",
    "loca",
    "prep",
    "CFF",
    "VORG",
    "EBDT",
    "EBLC",
    "gasp",
    "hdmx",
    "kern",
    "LTSH",
    "PCLT",
    "VDMX",
    "vhea",
    "vmtx",
    "BASE",
    "GDEF",
    "GPOS",
    "GSUB",
    "EBSC",
    "JSTF",
    "MATH",
    "CBDT",
    "CBLC",
    "COLR",
    "CPAL",
    "SVG",
    "sbix",
    "acnt",
    "avar",
    "bdat",
    "bloc",
    "bsln",
    "cvar",
    "fdsc",
    "feat",
    "fmtx",
    "fvar",
    "gvar",
    "hsty",
    "just",
    "lcar",
    "mort",
    "morx",
    "opbd",
    "prop",
    "trak",
    "Zapf",
    "Silf",
    "Glat",
    "Gloc",
    "Feat",
    "Sill",
]
_TRANSFORMED, _UNTOUCHED = ("glyf", "loca"), 3
_NEEDED = {"cmap", "head", "maxp"}
_OUTLINES = {"glyf", "CFF", "CFF2"}


class _Table(NamedTuple):
    tag: str
    # Bytes in the packed stream, once unpacked.
    length: int


class _Header(NamedTuple):
    signature: bytes
    flavour: int
    length: int
    tables: int
    reserved: int
    unpacked: int
    packed: int
    major: int
    minor: int
    meta_at: int
    meta_packed: int
    meta: int
    own_at: int
    own: int


def is_variable(data: bytes) -> bool:
    """Tell whether a WOFF2 font has all weights in one; raise `ValidationError` for no font."""
    if data[:4] != b"wOF2":
        raise ValidationError("Fonts are taken as WOFF2 files only, such as Inter.woff2.")
    try:
        tags = {table.tag for table in _tables(data)}
    except (ValueError, LookupError, brotli.error) as error:
        raise ValidationError("The font cannot be read. It may be damaged.") from error
    return "fvar" in tags


def _tables(data: bytes) -> list[_Table]:
    """Return the tables of a font whose lengths fit together; raise `ValueError` otherwise."""
    if len(data) < _HEADER.size:
        raise ValueError("cut short")
    header = _Header._make(_HEADER.unpack_from(data))
    _require(header.flavour in _FLAVOURS and header.length == len(data))
    _require(0 < header.tables <= _MOST_TABLES and header.reserved == 0)
    _require(header.unpacked <= _LARGEST_UNPACKED and header.meta_packed <= len(data))
    reading = _Reading(data, _HEADER.size)
    tables = [reading.table() for _ in range(header.tables)]
    _check_content(tables, data[reading.at :][: header.packed], header.packed)
    return tables


def _check_content(tables: list[_Table], stream: bytes, packed: int) -> None:
    tags = {table.tag for table in tables}
    _require(len(tags) == len(tables) and tags >= _NEEDED and bool(tags & _OUTLINES))
    length = sum(table.length for table in tables)
    _require(len(stream) == packed and length <= _LARGEST_UNPACKED)
    _require(_unpacked_length(stream, length) == length)


def _unpacked_length(stream: bytes, most: int) -> int:
    """Return how long a stream is unpacked, without unpacking much more than `most`."""
    unpacker, length = brotli.Decompressor(), 0
    for chunk in _chunks(unpacker, stream):
        length += len(chunk)
        _require(length <= most)
    _require(unpacker.is_finished())
    return length


def _chunks(unpacker: brotli.Decompressor, stream: bytes) -> Iterator[bytes]:
    chunk = unpacker.process(stream, output_buffer_limit=65536)
    while chunk:
        yield chunk
        if unpacker.is_finished():
            return
        chunk = unpacker.process(b"", output_buffer_limit=65536)


def _require(is_so: bool) -> None:
    if not is_so:
        raise ValueError("not as it should be")


class _Reading:
    """Reads the directory of tables byte by byte; an `IndexError` means that it is cut short."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """Return a number of one to five bytes, seven bits in each (UIntBase128)."""
        value = 0
        for place in range(5):
            byte = self.byte()
            _require(place > 0 or byte != 0x80)
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                _require(value < 1 << 32)
                return value
        raise ValueError("a number without an end")

    def table(self) -> _Table:
        flags = self.byte()
        place, version = flags & 63, flags >> 6
        tag = self.tag() if place == 63 else _KNOWN[place]
        length = self.number()
        is_plain = version == (_UNTOUCHED if tag in _TRANSFORMED else 0)
        return _Table(tag, length if is_plain else self.number())

    def tag(self) -> str:
        letters = bytes(self.byte() for _ in range(4))
        _require(letters.isascii() and all(32 <= letter < 127 for letter in letters))
        return letters.decode().strip()
