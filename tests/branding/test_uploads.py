"""What staff upload is drawn anew or refused, in words that say why."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, PngImagePlugin

from apps.branding.models import Asset
from apps.branding.uploads import LARGEST, kept, made_of
from tests.branding.uploaded import picture
from tests.builders import NOW, make_merchant

LOGO, FAVICON = Asset.Kind.LOGO, Asset.Kind.FAVICON
SECRET = b"51.50735 -0.12776 Ada"


def refusal(data, kind=LOGO):
    with pytest.raises(ValidationError) as refused:
        made_of(data, kind)
    (message,) = refused.value.messages
    return message


def opened(made):
    return Image.open(BytesIO(made.data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_becomes_a_webp(kind):
    made = made_of(picture(kind), LOGO)

    assert (made.mime, made.width, made.height) == ("image/webp", 300, 100)
    assert (opened(made).format, opened(made).size) == ("WEBP", (300, 100))


@pytest.mark.parametrize(
    ("size", "drawn"), [((2400, 200), (600, 50)), ((1000, 2000), (100, 200)), ((30, 10), (30, 10))]
)
def test_a_large_logo_is_made_smaller_in_its_own_shape(size, drawn):
    assert opened(made_of(picture(size=size), LOGO)).size == drawn


@pytest.mark.parametrize("size", [(500, 200), (16, 16), (64, 64)])
def test_a_favicon_is_a_square_png(size):
    made = made_of(picture(size=size), FAVICON)

    assert (made.mime, made.width, made.height) == ("image/png", 64, 64)
    assert (opened(made).format, opened(made).size) == ("PNG", (64, 64))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_every_kind_of_colour_is_drawn(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"

    assert opened(made_of(picture(kind, mode=mode, colour=1), LOGO)).mode in ("RGB", "RGBA")


def test_what_can_be_seen_through_stays_so():
    data = picture(mode="RGBA", colour=(200, 0, 0, 0))

    assert opened(made_of(data, LOGO)).convert("RGBA").getpixel((5, 5))[3] == 0


def test_metadata_is_gone():
    told, exif = PngImagePlugin.PngInfo(), Image.Exif()
    told.add_text("Comment", SECRET.decode())
    exif[0x010E] = SECRET.decode()
    files = [
        picture(pnginfo=told, exif=exif),
        picture("JPEG", exif=exif, comment=SECRET),
        picture("WEBP", exif=exif, xmp=b"<x:xmpmeta>" + SECRET),
        picture("JPEG", icc_profile=SECRET * 10),
    ]

    made = [made_of(data, kind) for data in files for kind in (LOGO, FAVICON)]

    assert all(SECRET in data for data in files)
    assert [one for one in made if SECRET in one.data] == []
    assert [set(opened(one).info) & {"exif", "xmp", "icc_profile", "Comment"} for one in made] == [
        set()
    ] * len(made)


def test_a_picture_that_was_turned_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    assert opened(made_of(picture("JPEG", (300, 100), exif=exif), LOGO)).size == (67, 200)


def test_bytes_after_the_end_are_gone():
    data = picture() + b"<script>alert(1)</script>"

    assert b"script" not in made_of(data, LOGO).data


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data", [SVG, b"\xef\xbb\xbf\n" + SVG, b"<?xml version='1.0'?>" + SVG, b"\x1f\x8bzipped"]
)
def test_an_svg_is_refused_with_the_reason(data):
    assert "SVG pictures are not taken: they can hold scripts" in refusal(data)


@pytest.mark.parametrize("data", [b"<!doctype html><p>Hello", b" <html>", b"<%PDF"])
def test_a_page_that_is_called_a_picture_is_refused(data):
    assert refusal(data) == "This is a page or a document, not a picture."


def frames(kind):
    first, second = (Image.new("RGB", (20, 20), colour) for colour in ("red", "blue"))
    out = BytesIO()
    first.save(out, kind, save_all=True, append_images=[second])
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(kind):
    assert refusal(frames(kind)) == "The picture moves. Save a single frame."


def test_the_second_picture_of_a_telephone_is_no_film():
    out = BytesIO()
    large, small = Image.new("RGB", (300, 100), "red"), Image.new("RGB", (30, 10), "blue")
    large.save(out, "MPO", save_all=True, append_images=[small])

    assert opened(made_of(out.getvalue(), LOGO)).size == (300, 100)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_other_formats_are_refused(kind):
    assert refusal(picture(kind)).startswith("This is no PNG, JPEG or WebP picture")


def test_an_empty_file_is_refused():
    assert refusal(b"") == "The file is empty."


def test_a_file_of_too_many_bytes_is_refused():
    assert refusal(b"\x89PNG" + b"0" * LARGEST) == "The file is larger than 1024 KB."


def claimed(width, height):
    """Return a small PNG that says it is enormous."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(4001, 10), (10, 4001)])
def test_too_many_pixels_are_refused_with_the_number(size):
    assert refusal(picture(size=size)) == (
        f"The picture is {size[0]} × {size[1]} pixels; 4000 is the most."
    )


@pytest.mark.parametrize("size", [(60_000, 60_000), (12_000, 12_000), (2_000_000_000, 1)])
def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused(size):
    assert refusal(claimed(*size))


def test_a_damaged_picture_is_refused():
    whole = picture("JPEG", (600, 600))
    flipped = bytearray(picture(size=(60, 60)))
    flipped[60] ^= 0xFF

    damaged = [whole[: len(whole) // 2], whole[:20], b"\x89PNG\r\n\x1a\n", bytes(flipped)]

    assert {refusal(data)[:34] for data in damaged} == {
        "This is no PNG, JPEG or WebP picture t"[:34]
    }


def test_no_cut_of_a_picture_breaks_anything():
    for kind in ("PNG", "JPEG", "WEBP"):
        whole = picture(kind, (40, 40))
        for length in range(1, len(whole), 7):
            try:
                made_of(whole[:length], LOGO)
            except ValidationError:
                continue


def test_the_same_file_is_kept_once_for_each_merchant(db):
    one, other = make_merchant(), make_merchant("Other")

    first = kept(one, LOGO, picture(), NOW)
    again = kept(one, LOGO, picture(), NOW)
    theirs = kept(other, LOGO, picture(), NOW)

    assert first == again != theirs
    assert Asset.objects.count() == 2
    assert (first.mime, first.width, first.height, first.made_at) == ("image/webp", 300, 100, NOW)
