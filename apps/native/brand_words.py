"""A brand as our own API tells of it and takes it: one table of fields for both."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from msgspec import UNSET, Meta, Struct, UnsetType, defstruct

from apps.branding.drafts import Version
from apps.branding.models import Brand
from apps.dialects import moments

# One line, without characters that nobody sees.
_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$(?!\n)"
_LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)
MOST_LISTED = 250

Link = Annotated[str, Meta(max_length=500, pattern=_LINE)]
Colour = Annotated[str, Meta(max_length=7, pattern=r"^(#[0-9a-fA-F]{6})?$(?!\n)")]
Words = Annotated[list[str], Meta(max_length=MOST_LISTED)]
Days = Annotated[int, Meta(ge=0, le=60)]
Hour = Annotated[int, Meta(ge=0, le=23)]
Time = Annotated[datetime, Meta(tz=True)] | None
Slug = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"^[-a-zA-Z0-9_]+$(?!\n)")]

# What each means stands at `Brand`. Hosts and files are for people.
FIELDS: Mapping[str, Any] = {
    "name": Annotated[str, Meta(min_length=1, max_length=100, pattern=_LINE)],
    "is_default": bool,
    "language": Annotated[str, Meta(pattern=rf"^({_LANGUAGES})?$(?!\n)")],
    "channels": Words,
    "countries": Words,
    "accent": Colour,
    "accent_dark": Colour,
    "radius": Annotated[int, Meta(ge=0, le=24)],
    "font": Literal["system", "serif", "rounded", "mono", "own"],
    "own_css": dict[str, str],
    "texts": dict[str, dict[str, str]],
    "shop_url": Link,
    "support_url": Link,
    "support_email": Annotated[str, Meta(max_length=254, pattern=_LINE)],
    "support_phone": Annotated[str, Meta(max_length=30, pattern=_LINE)],
    "returns_url": Link,
    "faq_url": Link,
    "privacy_url": Link,
    "frame_origins": Words,
    "hidden": Words,
    "slot_heading": Annotated[str, Meta(max_length=80, pattern=_LINE)],
    "slot_text": Annotated[str, Meta(max_length=300, pattern=_LINE)],
    "slot_url": Link,
    "slot_from": Time,
    "slot_until": Time,
    "opens_by_number": bool,
    "quiet_days_first": Days,
    "quiet_days_home": Days,
    "quiet_days_abroad": Days,
    "quiet_days_by_carrier": dict[str, int],
    "offers_mail": bool,
    "quiet_from": Hour,
    "quiet_until": Hour,
    "link_days": Annotated[int, Meta(ge=1, le=3650)],
}

BrandAnswer = defstruct(
    "BrandAnswer",
    [("slug", str), ("version", int), ("domain", str | None), *FIELDS.items()],
    namespace={"__doc__": "A brand as it is published. The host is set by the site's staff."},
    module=__name__,
    frozen=True,
)
BrandChange = defstruct(
    "BrandChange",
    [(name, kind | UnsetType, UNSET) for name, kind in FIELDS.items()],
    namespace={"__doc__": "What is left out stays as it is."},
    module=__name__,
    frozen=True,
    forbid_unknown_fields=True,
)
NewBrand = defstruct(
    "NewBrand",
    [("slug", Slug), ("name", FIELDS["name"])],
    bases=(BrandChange,),
    namespace={"__doc__": "A brand to make. `slug` is its address, and no other brand's."},
    module=__name__,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
)


class VersionAnswer(Struct, frozen=True):
    """A state that was published, and the fields that were new in it."""

    id: int
    version: int
    published_at: str
    changed: list[str]


class HistoryAnswer(Struct, frozen=True):
    """The last versions, newest first."""

    data: list[VersionAnswer]


def write(brand: Brand) -> Struct:
    """Return a brand as it is published."""
    values = {name: getattr(brand, name) for name in FIELDS}
    return BrandAnswer(
        slug=brand.slug, version=brand.version, domain=brand.domain or None, **values
    )


def write_version(version: Version) -> VersionAnswer:
    changed = [change.name for change in version.changes]
    return VersionAnswer(version.key, version.number, moments.iso_utc(version.at), changed)
