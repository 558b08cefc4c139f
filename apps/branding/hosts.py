"""A shop's page as its HTML tells it: what of ours stands in it, and what stands around that."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from msgspec import Struct

LONGEST = 2_000_000
# What the doctor looks at, and how many of it.
WANTED = frozenset(("parcel-tracking", "iframe", "a", "script"))
MOST = 2000
# Tags that are read at all, and the characters of one.
MOST_TAGS, LONGEST_TAG = 50_000, 8000
# As deep as browsers nest; what lies deeper has no ground of its own.
DEEPEST = 512
VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
# Within these nothing is a tag but their own end.
RAW = frozenset(("script", "style", "textarea", "title"))
# Never goes back, whatever it is given: the library's own patterns take hours for some pages.
_TAG = re.compile(r"""</?+([a-zA-Z][^\s/<>"']*+)(?:[^"'<>]++|"[^"]*+"|'[^']*+')*+>""")
_SPACES = re.compile(r"\s+")

Attributes = list[tuple[str, str | None]]


class Tag(Struct, frozen=True):
    """A start tag. `ground` is the colour an inline style puts behind it, as it is written.

    `is_short` when it was written `<x/>`, which HTML reads as `<x>`.
    """

    name: str
    attributes: dict[str, str]
    ground: str = ""
    is_short: bool = False

    def get(self, name: str) -> str:
        """Return an attribute without the spaces around it, empty when it is not there."""
        return self.attributes.get(name, "").strip()

    def has(self, name: str) -> bool:
        return name in self.attributes


class Host(Struct, frozen=True):
    """`policies` are those of `<meta http-equiv>`; `is_whole` when all could be read."""

    tags: tuple[Tag, ...]
    policies: tuple[str, ...] = ()
    base: str = ""
    is_whole: bool = True

    def named(self, name: str) -> tuple[Tag, ...]:
        return tuple(tag for tag in self.tags if tag.name == name)


def read(html: str) -> Host:
    """Read a page, which can be anything; what cannot be read is left out."""
    reader, is_whole = _Reader(), len(html) <= LONGEST
    for count, tag in enumerate(_tags(_uncommented(html[:LONGEST]))):
        if count == MOST_TAGS:
            is_whole = False
            break
        reader.reset()
        reader.feed(tag)
    return Host(tuple(reader.tags), tuple(reader.policies), reader.base, is_whole)


def _tags(html: str) -> Iterator[str]:
    """Yield each tag as it is written, but for its spaces."""
    small, start = html.lower(), 0
    # Some capitals have two small letters.
    small = small if len(small) == len(html) else html
    while (start := html.find("<", start)) >= 0:
        found = _TAG.match(html, start, start + LONGEST_TAG)
        if found:
            yield _SPACES.sub(" ", found[0])
            start = found.end()
            if (name := found[1].lower()) in RAW and not found[0].startswith("</"):
                end = small.find(f"</{name}", start)
                start = len(html) if end < 0 else end
        else:
            start += 1


def _uncommented(html: str) -> str:
    """Return the page without comments; one that never ends takes the rest along.

    The library looks for the end of each from where it begins.
    """
    kept, start = [], 0
    while (found := html.find("<!--", start)) >= 0:
        kept.append(html[start:found])
        end = html.find("-->", found + 4)
        if end < 0:
            return "".join(kept)
        start = end + 3
    return "".join(kept) + html[start:]


class _Reader(HTMLParser):
    """Notes wanted tags and the grounds they stand on."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Tag] = []
        self.policies: list[str] = []
        self.base = ""
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self._note(tag, attrs, is_short=False)
        if tag not in VOID and len(self._open) < DEEPEST:
            self._open.append((tag, _ground(dict(attrs)) or self._ground))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self._note(tag, attrs, is_short=True)

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ground in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    @property
    def _ground(self) -> str:
        return self._open[-1][1] if self._open else ""

    def _note(self, name: str, attrs: Attributes, *, is_short: bool) -> None:
        # Of an attribute that is there twice the first counts.
        known = {key: value or "" for key, value in reversed(attrs)}
        if name == "meta" and known.get("http-equiv", "").lower() == "content-security-policy":
            self.policies = [*self.policies, known.get("content", "")][:MOST]
        if name == "base":
            self.base = self.base or known.get("href", "")
        if name in WANTED and len(self.tags) < MOST:
            self.tags.append(Tag(name, known, _ground(known) or self._ground, is_short))


def _ground(attributes: dict[str, str | None] | dict[str, str]) -> str:
    """Return the colour of a background that stands in the tag itself, empty for none."""
    found = attributes.get("bgcolor") or ""
    for rule in (attributes.get("style") or "")[:2000].split(";"):
        name, _colon, value = rule.partition(":")
        if name.strip().lower() in ("background", "background-color"):
            found = value
    return found.strip().lower()
