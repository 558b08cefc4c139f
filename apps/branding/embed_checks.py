"""What can be wrong with a tag of ours in a shop's page, one check for each."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from apps.branding import snippets
from apps.branding.embeds import Embed, Site, of_kind, with_attributes
from apps.branding.findings import Finding, hint, problem, warning
from apps.branding.grounds import unreadable
from apps.branding.hosts import Tag
from apps.branding.looks import Look

SECRET = re.compile(r"[A-Za-z0-9_-]{20,40}")
# A frame of this height shows the state, its window and the first actions on a phone.
TALL_ENOUGH = 400
# What browsers make of a frame without a height.
UNSAID = 150
_STYLED = re.compile(r"(?:^|[;\s])height\s*:\s*(\d{1,5})px")
_PLAIN = re.compile(r"(\d{1,5})(?:px)?")
THEMES = ("", "auto", "light", "dark")


def of_all(embeds: tuple[Embed, ...], look: Look, site: Site) -> Iterator[Finding]:
    """Yield what is wrong with the tags, each for itself and all together."""
    yield from _brands(embeds, look)
    yield from _loaders(embeds, site)
    for one in of_kind(embeds, "element"):
        yield from _element(one)
    for one in of_kind(embeds, "frame"):
        yield from _frame(one, look, site)
    for one in embeds:
        yield from _secret(one)


def moved(one: Embed, url: str) -> str:
    """Return a tag that leads elsewhere."""
    name = "href" if one.tag.name == "a" else "src"
    return with_attributes(one.tag, **{name: url})


def _brands(embeds: Iterable[Embed], look: Look) -> Iterator[Finding]:
    slugs = dict.fromkeys(one.slug for one in embeds if one.slug)
    if len(slugs) > 1:
        named = ", ".join(slug[:50] for slug in slugs)
        yield warning("two-brands", f"The page mixes brands: {named[:300]}.")
    for one in embeds:
        if one.slug and one.slug != look.slug:
            words = f"The {one.kind} names “{one.slug[:50]}”; this brand is “{look.slug}”."
            yield problem("wrong-brand", words, _renamed(one, look.slug))
        elif one.kind == "element" and not one.slug:
            line = with_attributes(one.tag, merchant=look.slug)
            yield problem("no-brand", "The element does not name a brand.", line)


def _renamed(one: Embed, slug: str) -> str:
    if one.kind == "element":
        return with_attributes(one.tag, merchant=slug)
    old = f"/{one.page}/{one.slug}"
    return moved(one, one.url.replace(old, f"/{one.page}/{slug}", 1))


def _loaders(embeds: tuple[Embed, ...], site: Site) -> Iterator[Finding]:
    elements, loaders = of_kind(embeds, "element"), of_kind(embeds, "loader")
    line = snippets.script(site.address)
    ours = [one for one in loaders if site.is_at(urlsplit(one.url))]
    for one in loaders:
        if one not in ours:
            words = f"The element's script is loaded from elsewhere: {one.url[:200]}."
            yield problem("strange-script", words, line)
        if one.tag.get("type").lower() == "module":
            yield problem("module", "The script does not work as a module.", line)
    if elements and not loaders:
        words = "The script that makes the element work is missing. Paste it once, anywhere."
        yield problem("no-script", words, line)
    if loaders and not elements:
        yield hint("idle-script", "The script is loaded, but no element uses it.")


def _element(one: Embed) -> Iterator[Finding]:
    tag = one.tag
    if tag.is_short:
        words = "The element is closed as <…/>, which HTML does not know: it swallows the rest."
        yield problem("short", words, with_attributes(tag))
    theme = tag.get("theme")
    if theme not in THEMES:
        line = with_attributes(tag, theme="auto")
        yield warning("theme", f"“{theme[:50]}” is no theme: light, dark or auto.", line)
    if tag.get("background") == "transparent" and (fix := unreadable(tag.ground, theme)):
        yield warning("contrast", fix.words, with_attributes(tag, theme=fix.theme or None))
    yield from _clipped(tag.get("style"), with_attributes(tag, style=None))


def _frame(one: Embed, look: Look, site: Site) -> Iterator[Finding]:
    tag = one.tag
    if one.page in ("b", "t"):
        place = snippets.Place(site.address, look.slug, one.token if _is_secret(one.token) else "")
        words = "Browsers do not show this page in a frame: frames have addresses with /e/."
        yield problem("not-framed", words, moved(one, place.framed))
    if not tag.get("title"):
        words = "The frame has no title: people who listen to the page are not told what it is."
        yield warning("title", words, with_attributes(tag, title=snippets.TITLE))
    yield from _sandbox(one)
    yield from _height(one)


def _sandbox(one: Embed) -> Iterator[Finding]:
    if not one.tag.has("sandbox"):
        return
    given = set(one.tag.get("sandbox").lower().split())
    missing = [word for word in snippets.SANDBOX.split() if word not in given]
    if missing:
        words = f"The frame's sandbox lacks {', '.join(missing)}."
        line = with_attributes(one.tag, sandbox=snippets.SANDBOX)
        tell = problem if "allow-scripts" in missing or "allow-forms" in missing else warning
        yield tell("sandbox", words, line)


def _height(one: Embed) -> Iterator[Finding]:
    height = _pixels(one.tag)
    line = with_attributes(one.tag, height=str(snippets.HEIGHT), scrolling=None)
    if one.tag.get("scrolling").lower() == "no":
        words = "The frame may not scroll and does not grow: what is longer is cut off."
        yield problem("cut-off", words, line)
    elif height is not None and height < TALL_ENOUGH:
        words = (
            f"The frame is {height} pixels high and does not grow: readers have to scroll in it."
        )
        yield warning("height", words, line)


def _pixels(tag: Tag) -> int | None:
    """Return a frame's height, from its style or else its attribute; None when it is relative."""
    style = tag.get("style")[:2000]
    found = _STYLED.search(style) or _PLAIN.fullmatch(tag.get("height"))
    if found:
        return int(found[1])
    return None if "height" in style or tag.get("height") else UNSAID


def _clipped(style: str, line: str) -> Iterator[Finding]:
    fixed = re.search(r"(?:^|[;\s])(?:max-)?height\s*:\s*\d+px", style[:2000])
    if fixed and re.search(r"overflow(?:-y)?\s*:\s*(?:hidden|clip)", style[:2000]):
        words = "The element's own style fixes its height and hides the rest: it grows by itself."
        yield warning("clipped", words, line)


def _secret(one: Embed) -> Iterator[Finding]:
    if not one.token:
        return
    if not _is_secret(one.token):
        words = (
            f"“{one.token[:60]}” is no secret of a parcel's link: it is cut, or was not filled in."
        )
        yield problem("secret", words, _without_secret(one))
    else:
        words = "One parcel's secret stands in the page: everybody who opens the page sees it."
        yield hint("fixed-secret", words, _without_secret(one))


def _without_secret(one: Embed) -> str:
    if one.kind == "element":
        return with_attributes(one.tag, token=None, token_param=snippets.PARAMETER)
    return ""


def _is_secret(token: str) -> bool:
    return bool(SECRET.fullmatch(token))
