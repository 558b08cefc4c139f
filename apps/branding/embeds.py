"""What of ours stands in a shop's page: elements, frames, links and the script of the element."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urljoin, urlsplit

from django.utils.html import escape
from msgspec import Struct

from apps.branding.hosts import Host, Tag

_PATH = re.compile(r"/(?P<kind>[ebt])/(?P<first>[^/]*)/?(?P<second>[^/]*)/?")
_LOADER = re.compile(r"/embed/v1\.js|/static/js/embed(\.[0-9a-f]+)?\.js")
ELEMENT = "parcel-tracking"


class Site(Struct, frozen=True):
    """Where we are, such as `https://track.example`, and the brand's own host if it has one."""

    address: str
    domain: str = ""

    def is_at(self, url: SplitResult) -> bool:
        """Tell whether an address is one of ours, whatever its scheme."""
        home = urlsplit(self.address)
        return url.netloc.lower() in {home.netloc.lower(), self.domain} - {""}

    @property
    def is_safe(self) -> bool:
        return self.address.startswith("https:")


class Embed(Struct, frozen=True):
    """A tag of ours. `kind` is `element`, `frame`, `link` or `loader`; `url` is whole.

    `page` is the letter of the address: e (framed), b (a brand's), t (a parcel's).
    """

    tag: Tag
    kind: str
    url: str = ""
    page: str = ""
    slug: str = ""
    token: str = ""


def embeds_of(host: Host, site: Site, address: str) -> tuple[Embed, ...]:
    """Return what is ours in a page; `address` is the page's own, empty when unknown."""
    base = whole(host.base, address) if host.base else address
    found = (_embed(tag, site, base or site.address) for tag in host.tags)
    return tuple(one for one in found if one)


def of_kind(embeds: Iterable[Embed], *kinds: str) -> tuple[Embed, ...]:
    return tuple(one for one in embeds if one.kind in kinds)


def whole(url: str, base: str) -> str:
    """Return an address as the browser makes it of what is written, empty when it cannot."""
    try:
        found = urljoin(base, "".join(url.split()))
        _ = urlsplit(found).port
    except ValueError:
        return ""
    return found


def with_attributes(tag: Tag, **changes: str | None) -> str:
    """Return a tag as HTML with some attributes set, and those that are None left out."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    known = {name: value for name, value in (tag.attributes | named).items() if value is not None}
    words = "".join(
        f' {name}="{escape(value)}"' if value else f" {name}" for name, value in known.items()
    )
    inside = "…" if tag.name in (ELEMENT, "a") else ""
    return f"<{tag.name}{words}>{inside}</{tag.name}>"


def _embed(tag: Tag, site: Site, base: str) -> Embed | None:
    if tag.name == ELEMENT:
        return Embed(tag, "element", slug=tag.get("merchant"), token=tag.get("token"))
    url = whole(tag.get("href" if tag.name == "a" else "src"), base)
    if tag.name == "script":
        return Embed(tag, "loader", url) if _is_loader(url) else None
    return _led(tag, site, url)


def _is_loader(url: str) -> bool:
    return bool(_LOADER.fullmatch(urlsplit(url).path)) if url else False


def _led(tag: Tag, site: Site, url: str) -> Embed | None:
    """Return the link or frame that leads to a page of ours."""
    parts = urlsplit(url) if url else SplitResult("", "", "", "", "")
    if not site.is_at(parts):
        return None
    kind = "frame" if tag.name == "iframe" else "link"
    found = _PATH.fullmatch(parts.path)
    if not found:
        return Embed(tag, kind, url)
    page, first, second = found["kind"], found["first"], found["second"]
    if page == "t":
        return Embed(tag, kind, url, page, token=first)
    return Embed(tag, kind, url, page, slug=first, token=second if page == "e" else "")
