"""Files as staff may upload them: pictures by Pillow, fonts put together by hand."""

import struct
from io import BytesIO

import brotli
from PIL import Image

# Numbers that the format gives to tags.
TAGS = {"cmap": 0, "head": 1, "maxp": 4, "glyf": 10, "loca": 11, "CFF": 13, "fvar": 47}
PLAIN = {"cmap": b"c" * 40, "head": b"h" * 54, "maxp": b"m" * 6, "CFF": b"f" * 300}


def picture(kind="PNG", size=(300, 100), mode="RGB", colour="#c2410c", **options):
    out = BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def number(value):
    """Return a number as WOFF2 writes it: seven bits a byte."""
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.insert(0, value & 0x7F | 0x80)
    return bytes(parts)


def font(tables=None, *, stream=None, after=b"", **header):
    """Return a WOFF2 file whose header and stream can be made wrong."""
    tables = PLAIN if tables is None else tables
    directory = b"".join(entry(tag, len(data)) for tag, data in tables.items())
    packed = brotli.compress(b"".join(tables.values())) if stream is None else stream
    fields = {
        "signature": b"wOF2",
        "flavour": 0x4F54544F,
        "length": 48 + len(directory) + len(packed) + len(after),
        "count": len(tables),
        "reserved": 0,
        "unpacked": 4000,
        "packed": len(packed),
    } | header
    start = struct.pack(">4sIIHHIIHHIIIII", *fields.values(), 1, 0, 0, 0, 0, 0, 0)
    return start + directory + packed + after


def entry(tag, length):
    if tag in ("glyf", "loca"):
        return bytes([TAGS[tag]]) + number(length) + number(length)
    if tag in TAGS:
        return bytes([TAGS[tag]]) + number(length)
    return bytes([63]) + tag.encode().ljust(4) + number(length)
