"""Which files are WOFF2 fonts."""

import brotli
import pytest
from django.core.exceptions import ValidationError

from apps.branding.models import Asset
from apps.branding.uploads import made_of
from tests.branding.uploaded import PLAIN, font, number, picture

VARIABLE = PLAIN | {"fvar": b"v" * 20}
TRUETYPE = {name: PLAIN[name] for name in ("cmap", "head", "maxp")} | {
    "glyf": b"g" * 90,
    "loca": b"",
}


def made(data):
    return made_of(data, Asset.Kind.FONT)


def refusal(data):
    with pytest.raises(ValidationError) as refused:
        made(data)
    return refused.value.messages[0]


@pytest.mark.parametrize("tables", [PLAIN, TRUETYPE, PLAIN | {"TEST": b"own"}])
def test_a_font_is_kept_as_it_is(tables):
    data = font(tables)

    assert made(data) == ("font/woff2", data, None, None, False)


def test_a_font_with_all_weights_is_known():
    assert made(font(VARIABLE)).is_variable


@pytest.mark.parametrize(
    "data",
    [b"wOFF" + b"0" * 90, b"OTTO" + b"0" * 90, b"\0\1\0\0" + b"0" * 90, picture(), b"<svg></svg>"],
    ids=["woff", "otf", "ttf", "picture", "svg"],
)
def test_other_files_are_refused_with_what_is_wanted(data):
    assert refusal(data) == "Fonts are taken as WOFF2 files only, such as Inter.woff2."


BROKEN = {
    "nothing but a signature": b"wOF2",
    "cut short": font()[:-5],
    "longer than it says": font() + b"0",
    "length": font(length=9),
    "no tables": font({}),
    "more tables than there are": font(count=90),
    "a collection": font(flavour=0x74746366),
    "reserved bits": font(reserved=1),
    "a huge font": font(unpacked=2**31),
    "no outlines": font({name: PLAIN[name] for name in ("cmap", "head", "maxp")}),
    "no head": font({name: PLAIN[name] for name in ("cmap", "maxp", "CFF")}),
    "no stream": font(stream=b""),
    "a stream of rubbish": font(stream=b"rubbish" * 20),
    "a stream that is too long": font(stream=brotli.compress(b"0" * 500)),
    "a stream that is too short": font(stream=brotli.compress(b"0" * 5)),
    "a bomb": font(stream=brotli.compress(b"0" * 50_000_000)),
    "a table like a bomb": font(PLAIN | {"TEST": b"0" * 5_000_000}),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_font_that_does_not_fit_together_is_refused(what):
    assert refusal(BROKEN[what]) == "The font cannot be read. It may be damaged."


def test_numbers_that_never_end_or_are_too_large_are_refused():
    whole = font({"cmap": b""})
    for length in (b"\x80\x01", b"\xff" * 6, b"\x9f" + b"\xff" * 4 + b"\x7f", number(2**33)):
        data = whole[:49] + length + whole[50:]
        assert refusal(data[:8] + len(data).to_bytes(4) + data[12:])


def test_no_cut_and_no_flipped_byte_breaks_anything():
    whole = font(VARIABLE)
    for place in range(4, len(whole)):
        flipped = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        for data in (whole[:place], flipped):
            try:
                made(data)
            except ValidationError:
                continue


def test_an_empty_font_and_one_of_too_many_bytes_are_refused():
    assert refusal(b"") == "The file is empty."
    assert refusal(b"wOF2" + b"0" * 300_000) == "The file is larger than 200 KB."
