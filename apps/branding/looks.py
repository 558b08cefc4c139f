"""A brand as pages use it: read once a second at most, and kept."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from msgspec import Struct

from apps.branding.checks import is_domain, wrong_text
from apps.branding.framing import valid_origins
from apps.branding.links import is_web_address
from apps.branding.models import Asset, Brand
from apps.branding.own_css import own_properties
from apps.branding.theme import css_of_brand
from apps.branding.uploads import ENDINGS
from apps.shipments.rows import instant, parsed

# Seconds a brand is believed without asking again, and how many are kept.
BELIEVED, MOST = 1.0, 1000


class Picture(Struct, frozen=True):
    """A picture or font of a brand, by the path it is served from; fonts have no size."""

    url: str
    width: int = 0
    height: int = 0
    is_variable: bool = False


class Look(Struct, frozen=True):
    """What a page needs to know of a brand. Version 0: the merchant has none.

    `stamp` rises with any change of any brand of the merchant. `texts` are plain, by language
    and then by code, milestone or place. `own_css` are custom properties with their values.
    """

    slug: str
    name: str
    merchant: str
    stamp: int = 0
    version: int = 0
    is_default: bool = True
    language: str = ""
    channels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    domain: str = ""
    accent: str = ""
    accent_dark: str = ""
    radius: int = 16
    font: str = "system"
    own_css: tuple[tuple[str, str], ...] = ()
    texts: Mapping[str, Mapping[str, str]] = {}
    shop_url: str = ""
    support_url: str = ""
    support_email: str = ""
    support_phone: str = ""
    returns_url: str = ""
    faq_url: str = ""
    privacy_url: str = ""
    frame_origins: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    slot_heading: str = ""
    slot_text: str = ""
    slot_url: str = ""
    slot_from: datetime | None = None
    slot_until: datetime | None = None
    opens_by_number: bool = False
    quiet_days_first: int = 4
    quiet_days_home: int = 3
    quiet_days_abroad: int = 5
    quiet_days_by_carrier: dict[str, int] = {}
    offers_mail: bool = True
    quiet_from: int = 21
    quiet_until: int = 8
    link_days: int = 90
    logo: Picture | None = None
    logo_dark: Picture | None = None
    favicon: Picture | None = None
    font_file: Picture | None = None

    @property
    def css(self) -> str:
        """Return the rules of the brand's theme, empty when it changes nothing."""
        return css_of_brand(
            (self.accent, self.accent_dark),
            self.radius,
            self.font,
            (self.font_file.url, self.font_file.is_variable) if self.font_file else None,
            self.own_css,
        )

    def says(self, language: str, key: str) -> str:
        """Return the merchant's own text for a code, milestone or place, empty for none."""
        return self.texts.get(language, {}).get(key, "")


# The default one is among them, however many a merchant has.
MOST_BRANDS = 200
FILES = ("logo", "logo_dark", "favicon", "font_file")
_FIELDS = Look.__struct_fields__
_COLUMNS = _FIELDS[4 : _FIELDS.index(FILES[0])]
_OF_FILE = ("digest", "mime", "width", "height", "is_variable")
_STATEMENT = f"""
SELECT b.slug, b.name, m.slug,
       (SELECT SUM(one.version) FROM branding_brand one WHERE one.merchant_id = m.id),
       {", ".join(f"b.{name}" for name in _COLUMNS)},
       {", ".join(f"{name}.{part}" for name in FILES for part in _OF_FILE)}
FROM branding_brand b JOIN shipments_merchant m ON m.id = b.merchant_id
{" ".join(f"LEFT JOIN branding_asset {name} ON {name}.id = b.{name}_id" for name in FILES)}
WHERE {{condition}} ORDER BY b.is_default DESC, b.id LIMIT {MOST_BRANDS}
"""  # noqa: S608  names of our own
_LINKS = ("shop_url", "support_url", "returns_url", "faq_url", "privacy_url", "slot_url")
# The last words are those of the index, or SQLite does not use it.
AT_DOMAIN = "b.domain = %s AND NOT (b.domain = '')"

_kept: dict[tuple[str, str], tuple[float, tuple[Look, ...]]] = {}


def look_of(merchant: str, name: str) -> Look:
    """Return the default brand of a merchant by its slug; a plain one if it has none."""
    return _default(_asked("m.slug = %s", merchant), merchant, name)


def look_for_parcel(merchant: str, name: str, channel: str, country: str) -> Look:
    """Return the brand that a merchant's parcel shows, a plain one if the merchant has none.

    The one that lists the channel, else one that lists the country the parcel goes to, else the
    default one. Where several list the same, the default one or else the oldest is taken.
    """
    looks, tag = _asked("m.slug = %s", merchant), channel.casefold()
    by_channel = (look for look in looks if tag and tag in look.channels)
    by_country = (look for look in looks if country and country in look.countries)
    found = next(by_channel, None) or next(by_country, None)
    return found or _default(looks, merchant, name)


def look_named(slug: str) -> Look | None:
    """Return the brand with a slug, None when there is none."""
    return next(iter(_asked("b.slug = %s", slug)), None)


def look_at(host: str) -> Look | None:
    """Return the brand whose own domain a host is, None when it is nobody's."""
    return next(iter(_asked(AT_DOMAIN, host)), None) if is_domain(host) else None


def look_of_brand(brand: Brand) -> Look:
    """Return the looks of a brand that need not be saved, such as a draft of one."""
    row = {name: getattr(brand, name) for name in _COLUMNS}
    row |= {"slug": brand.slug, "name": brand.name, "merchant": brand.merchant.slug, "stamp": 0}
    files = {name: _file_of(getattr(brand, name)) for name in FILES}
    return _look(row, files)


def forget() -> None:
    """Ask anew for every brand."""
    _kept.clear()


def _default(looks: tuple[Look, ...], merchant: str, name: str) -> Look:
    plain = Look(slug="", name=name, merchant=merchant)
    return next((look for look in looks if look.is_default), plain)


def _asked(condition: str, value: str) -> tuple[Look, ...]:
    key, now = (condition, value), time.monotonic()
    known = _kept.get(key)
    if known and now - known[0] < BELIEVED:
        return known[1]
    found = _fetched(condition, value)
    _kept.pop(key, None)
    _kept[key] = (now, found)
    while len(_kept) > MOST:
        _kept.pop(next(iter(_kept), key), None)
    return found


def _fetched(condition: str, value: str) -> tuple[Look, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT.replace("{condition}", condition), [value])
        return tuple(map(_of_row, cursor.fetchall()))


def _of_row(row: tuple[Any, ...]) -> Look:
    named, count = len(_FIELDS) - len(FILES), len(_OF_FILE)
    values = dict(zip(_FIELDS[:named], row[:named], strict=True))
    files = {}
    for place, name in enumerate(FILES):
        files[name] = row[named + place * count :][:count]
    return _look(values, files)


def _file_of(asset: Asset | None) -> tuple[Any, ...]:
    """Return the row of a file; one that is not stored yet has none."""
    is_stored = asset is not None and bool(asset.digest)
    return tuple(getattr(asset, part) for part in _OF_FILE) if is_stored else (None,)


def _look(row: dict[str, Any], files: Mapping[str, tuple[Any, ...]]) -> Look:
    """Make a look of a row; what is no link, origin or text is left out, however it got there."""
    for name in ("quiet_days_by_carrier", "hidden", "frame_origins", "channels", "countries"):
        row[name] = parsed(row[name])
    for name in _LINKS:
        row[name] = row[name] if is_web_address(row[name]) else ""
    for name in ("slot_from", "slot_until"):
        row[name] = instant(row[name])
    row["frame_origins"] = valid_origins(row["frame_origins"])
    row["hidden"] = frozenset(row["hidden"])
    row["channels"] = tuple(str(tag).casefold() for tag in row["channels"])
    row["countries"] = tuple(row["countries"])
    row["own_css"] = own_properties(parsed(row["own_css"]))
    row["texts"] = _texts(parsed(row["texts"]))
    pictures = {name: _picture(row["slug"], *file) for name, file in files.items()}
    return Look(**row | {name: bool(row[name]) for name in _SWITCHES} | pictures)


_SWITCHES = ("is_default", "opens_by_number", "offers_mail")


def _texts(texts: Any) -> dict[str, dict[str, str]]:
    tables = texts.items() if isinstance(texts, dict) else ()
    return {
        language: {key: text for key, text in words.items() if text and not wrong_text(text)}
        for language, words in tables
        if isinstance(words, dict)
    }


def _picture(slug: str, digest: str | None, *rest: Any) -> Picture | None:
    if digest is None:
        return None
    mime, width, height, is_variable = rest
    url = f"/theme/{slug}/{digest}.{ENDINGS[mime]}"
    return Picture(url, width or 0, height or 0, bool(is_variable))
