"""Our own words, looked up once for each language, and words from outside, made harmless.

Escaping is Django's; `plain` is about what hides in a text.
"""

import re
from functools import cache

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags.static import static
from django.utils.text import unescape_string_literal

from apps.pages.languages import Choice, choices, comma, gettext

register = template.Library()

# What reorders, hides or breaks what a reader sees: controls, soft hyphen, direction marks
# and overrides, zero-width and tag characters, surrogates, private use. The joiners U+200C
# and U+200D stay: Persian and emoji need them.
_HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\uf8ff\ufeff\ufff9-\ufffc\ufffe\uffff"
    "\U000e0000-\U000e007f\U000f0000-\U0010ffff"
    "]"
)
_BREAKS = re.compile("[\u2028\u2029]")


class Translated(template.Node):
    """A text that stands in a template, in the reader's language."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render(self, context: Context) -> str:
        return gettext(self.text)


@register.tag
def translate(parser: Parser, token: Token) -> Translated:
    """Show one text in quotes, like Django's tag of this name but without its options.

    Django's asks the catalogue again each time, and a page shows some thirty texts.
    """
    try:
        _tag, literal = token.split_contents()
        return Translated(unescape_string_literal(literal))
    except ValueError as error:
        raise template.TemplateSyntaxError("translate takes one text in quotes") from error


@register.simple_tag
@cache
def asset(path: str) -> str:
    """Return the address of a file of ours; files do not change while a process runs."""
    return static(path)


@register.simple_tag
def languages() -> tuple[Choice, ...]:
    """Return the languages the page can be read in."""
    return choices()


register.simple_tag(comma)


@register.filter
def plain(text: object) -> str:
    """Drop direction overrides, zero-width and control characters; never marks text safe."""
    words = str(text)
    if words.isascii() and words.isprintable():
        return words
    return _HIDDEN.sub("", _BREAKS.sub(" ", words))
