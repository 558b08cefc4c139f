"""What a mail holds: one value, from which its page, its text and its subject are written.

Whatever comes from outside is made harmless on the way in, once, for all of them.
"""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.safestring import SafeString

from apps.branding.looks import Look
from apps.pages.shown import Shown
from apps.pages.text import one_line

LONGEST_SUBJECT = 78
FIRST_STRONG, END = "\u2068", "\u2069"
RIGHT_TO_LEFT = ("R", "AL")


class Link(Shown, frozen=True):
    """A link with a whole address, which the text twin shows in full."""

    words: str
    url: str


class Line(Shown, frozen=True):
    """A paragraph. `style` is a class of the sheet: `strong`, `quiet` or none."""

    words: str
    style: str = ""


class Fact(Shown, frozen=True):
    name: str
    value: str


class Card(Shown, frozen=True):
    """What to do next. `place` is where to go."""

    title: str
    tone: str
    means: str
    then: str
    place: str = ""


class Mail(Shown, frozen=True):
    """A mail in the reader's language.

    `above` stands over the heading, `lines` below it. `button` is the main thing to do, `links`
    are the others. `ends` are the links of the foot: to choose, to stop, to read on. `json_ld`
    is for programs, empty where there is no parcel.
    """

    subject: str
    shop: str
    look: Look
    site: str
    heading: str
    tone: str
    lines: tuple[Line, ...]
    foot: tuple[str, ...]
    preheader: str = ""
    above: str = ""
    card: Card | None = None
    code: str = ""
    button: Link | None = None
    links: tuple[Link, ...] = ()
    items: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    contacts: tuple[Link, ...] = ()
    ends: tuple[Link, ...] = ()
    json_ld: SafeString = SafeString("")


def clean(text: str, longest: int = 600) -> str:
    """Return text that is a paragraph of its own: on one line and cut."""
    return cut(one_line(text), longest)


def told(text: str, longest: int = 300) -> str:
    """Return text from outside that stands among our words, and keep it from turning them.

    It stands between isolates (Unicode's annex 9) where it may run the other way than the mail:
    programs that show mail as text know these, and no elements.
    """
    text = clean(text, longest)
    is_mixed = translation.get_language_bidi() or any(map(_runs_left, text))
    return f"{FIRST_STRONG}{text}{END}" if text and is_mixed else text


def _runs_left(letter: str) -> bool:
    return not letter.isascii() and unicodedata.bidirectional(letter) in RIGHT_TO_LEFT


def cut(text: str, longest: int) -> str:
    """Return text with no more characters than that, the last one a mark that more was there."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def subject_of(heading: str, *parts: str) -> str:
    """Return a subject of one line: the heading, then as many of the parts as there is room for."""
    subject = one_line(heading)
    for part in filter(None, map(one_line, parts)):
        longer = f"{subject} – {part}"
        subject = longer if len(longer) <= LONGEST_SUBJECT else subject
    return cut(subject, LONGEST_SUBJECT)


def reply_to(look: Look) -> str:
    """Return the address that answers go to, empty when the shop gave none that is one."""
    try:
        validate_email(look.support_email)
    except ValidationError:
        return ""
    return look.support_email
