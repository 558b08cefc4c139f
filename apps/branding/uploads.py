"""Files that staff upload become files that we made: pictures drawn anew, fonts looked through.

Nothing of what was uploaded is kept but what can be seen: no metadata, no second picture, no
bytes after the end. Staff read every refusal, in words that say what to do.
"""

from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File
from PIL import Image, ImageOps

from apps.branding.fonts import LARGEST_FONT, is_variable
from apps.branding.models import Asset
from apps.shipments.models import Merchant

LARGEST = 1024 * 1024
MOST_PIXELS = 4000
ENDINGS = {"image/webp": "webp", "image/png": "png", "font/woff2": "woff2"}
FORMATS = ("PNG", "JPEG", "WEBP")
LOGO, FAVICON = (600, 200), (64, 64)
# What decoders raise for files that are cut, twisted or made to hurt.
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    ArithmeticError,
    MemoryError,
    AttributeError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
_IS_SVG = (
    "SVG pictures are not taken: they can hold scripts and load other files. Save it as PNG or "
    "WebP, twice as large as it is shown."
)
_IS_ANIMATED = "The picture moves. Save a single frame."
_UNREADABLE = "This is no PNG, JPEG or WebP picture that can be read. It may be damaged."


class Made(NamedTuple):
    """A file as we serve it."""

    mime: str
    data: bytes
    width: int | None = None
    height: int | None = None
    is_variable: bool = False


def bytes_of(file: File[bytes]) -> bytes:
    """Return what a form uploaded, one byte too many of what is too large for any kind."""
    return bytes(file.read(LARGEST + 1))


def kept(merchant: Merchant, kind: str, data: bytes, now: datetime) -> Asset:
    """Return the asset made of an upload, the same one for the same file.

    Raises `ValidationError` with a sentence for staff.
    """
    return kept_as(merchant, kind, made_of(data, kind), now)


def made_of(data: bytes, kind: str) -> Made:
    """Return the file we make of an upload; raise `ValidationError` with a sentence for staff."""
    return font(data) if kind == Asset.Kind.FONT else picture(data, kind)


def kept_as(merchant: Merchant, kind: str, made: Made, now: datetime) -> Asset:
    """Return the asset with what was made of an upload."""
    fields = {**made._asdict(), "made_at": now}
    digest = sha256(made.data).hexdigest()
    asset, is_new = Asset.objects.get_or_create(
        merchant=merchant, kind=kind, digest=digest, defaults=fields
    )
    # One that nobody names may be cleared at this moment; uploaded now, it stays.
    is_there = is_new or Asset.objects.filter(pk=asset.pk).update(made_at=now)
    return asset if is_there else kept_as(merchant, kind, made, now)


def font(data: bytes) -> Made:
    """Return a WOFF2 font as it is; raise `ValidationError` for anything else."""
    _check_size(data, LARGEST_FONT)
    return Made("font/woff2", data, is_variable=is_variable(data))


def picture(data: bytes, kind: str) -> Made:
    """Return a picture drawn anew, as large as its kind may be.

    Raises `ValidationError` for anything but a still PNG, JPEG or WebP.
    """
    _check_size(data, LARGEST)
    _check_is_no_markup(data)
    try:
        drawn = _drawn(data)
    except BROKEN as error:
        raise ValidationError(_UNREADABLE) from error
    return _favicon(drawn) if kind == Asset.Kind.FAVICON else _logo(drawn)


def _check_size(data: bytes, largest: int) -> None:
    if not data:
        raise ValidationError("The file is empty.")
    if len(data) > largest:
        raise ValidationError(f"The file is larger than {largest // 1024} KB.")


def _check_is_no_markup(data: bytes) -> None:
    """Refuse what is text, whatever its name says, with the reason if it is an SVG."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n\0").lower()
    if start.startswith(b"\x1f\x8b") or b"<svg" in start:
        raise ValidationError(_IS_SVG)
    if start.startswith(b"<"):
        raise ValidationError("This is a page or a document, not a picture.")


def _drawn(data: bytes) -> Image.Image:
    """Return the picture upright, after the number of its pixels was checked."""
    with Image.open(BytesIO(data), formats=FORMATS) as found:
        _check_frame(found)
        found.load()
        upright = ImageOps.exif_transpose(_eight_bits(found))
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    return upright.convert("RGBA" if has_alpha else "RGB")


def _check_frame(found: Image.Image) -> None:
    if max(found.size) > MOST_PIXELS:
        told = f"{found.width} × {found.height}"
        raise ValidationError(f"The picture is {told} pixels; {MOST_PIXELS} is the most.")
    # Telephones put a small second picture into a JPEG (MPO), which is no film.
    if found.format != "MPO" and getattr(found, "n_frames", 1) > 1:
        raise ValidationError(_IS_ANIMATED)


def _eight_bits(found: Image.Image) -> Image.Image:
    """Return a picture of 16 bits a pixel with 8, which is all that screens show."""
    if not found.mode.startswith("I"):
        return found
    return found.point(lambda value: value / 256).convert("L")


def _logo(drawn: Image.Image) -> Made:
    drawn.thumbnail(LOGO, Image.Resampling.LANCZOS)
    ways = ({"lossless": True}, {"quality": 90})
    data = min((_saved(drawn, "WEBP", method=6, **way) for way in ways), key=len)
    return Made("image/webp", data, *drawn.size)


def _favicon(drawn: Image.Image) -> Made:
    fitted = ImageOps.pad(drawn.convert("RGBA"), FAVICON, Image.Resampling.LANCZOS, (0, 0, 0, 0))
    return Made("image/png", _saved(fitted, "PNG", optimize=True), *FAVICON)


def _saved(drawn: Image.Image, kind: str, **options: object) -> bytes:
    """Return a file of the pixels alone, without what the picture told of itself."""
    out, bare = BytesIO(), Image.new(drawn.mode, drawn.size)
    bare.paste(drawn)
    bare.save(out, kind, **options)
    return out.getvalue()
