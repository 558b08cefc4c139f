"""Words from outside, made harmless. Escaping is Django's; this is about what hides in them."""

import re

from django import template

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


@register.filter
def plain(text: object) -> str:
    """Drop direction overrides, zero-width and control characters; never marks text safe."""
    words = str(text)
    if words.isascii() and words.isprintable():
        return words
    return _HIDDEN.sub("", _BREAKS.sub(" ", words))
