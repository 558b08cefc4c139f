"""Whether our text can be read on the ground of a shop's page."""

import re

from msgspec import Struct

from apps.branding.theme import READABLE, colour_of, contrast

# The text of `static/css/pages.css` in either scheme.
TEXT = {"light": "#171b26", "dark": "#eef0f6"}
NAMED = {
    "white": "#ffffff",
    "black": "#000000",
    "gray": "#808080",
    "grey": "#808080",
    "navy": "#000080",
    "silver": "#c0c0c0",
    "red": "#ff0000",
    "green": "#008000",
    "blue": "#0000ff",
    "yellow": "#ffff00",
    "ivory": "#fffff0",
    "beige": "#f5f5dc",
    "whitesmoke": "#f5f5f5",
}
_RGB = re.compile(r"rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)")


class Unreadable(Struct, frozen=True):
    """Words on what cannot be read, and the theme that can, empty when none can."""

    words: str
    theme: str


def colour_in(text: str) -> str:
    """Return the `#rrggbb` of a colour as style sheets write it, empty when it is not plain."""
    text = text.strip().lower()[:100]
    if found := _RGB.fullmatch(text):
        parts = [int(part) for part in found.groups()]
        return "#" + bytes(parts).hex() if max(parts) < 256 else ""
    return NAMED.get(text) or (colour_of(text) if text.startswith("#") else "")


def unreadable(ground: str, theme: str) -> Unreadable | None:
    """Return what is wrong with transparent text on a ground, None when it can be read."""
    colour = colour_in(ground)
    wanted = [theme] if theme in TEXT else list(TEXT)
    bad = [name for name in wanted if colour and contrast(TEXT[name], colour) < READABLE]
    if not bad:
        return None
    good = next((name for name in TEXT if contrast(TEXT[name], colour) >= READABLE), "")
    ratio = min(contrast(TEXT[name], colour) for name in bad)
    advice = f"set theme=“{good}”" if good else "do not make it transparent"
    words = (
        f"The frame is transparent on {colour}; its text in {' and '.join(bad)} mode has a "
        f"contrast of {ratio:.1f} : 1, and 4.5 is needed: {advice}."
    )
    return Unreadable(words, good)
