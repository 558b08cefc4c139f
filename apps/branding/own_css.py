"""The few properties of the style sheet that a merchant may set itself.

What goes into a sheet is written anew from the parts that were read, so that nothing of a
merchant's text, however it got into a row, ever reaches a browser as CSS.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_NUMBER = re.compile(r"(-?\d{0,4}(?:\.\d{1,4})?)(px|em|)", re.ASCII)
SHADOWS = {
    "none": "none",
    "soft": "0 1px 2px rgb(16 24 48/.06),0 4px 16px rgb(16 24 48/.06)",
    "strong": "0 2px 4px rgb(16 24 48/.12),0 12px 32px rgb(16 24 48/.16)",
}

Reader = Callable[[str], str]


def _number(unit: str, least: float, most: float) -> Reader:
    """Return what reads a number with a unit, and answers nothing for any other text."""

    def read(text: str) -> str:
        found = _NUMBER.fullmatch(text)
        if not found or found[2] != unit or not any(map(str.isdigit, found[1])):
            return ""
        value = float(found[1])
        return f"{value:g}{unit}" if least <= value <= most else ""

    return read


# By the name staff use: the property of `pages.css`, what reads a value, and how to say it.
PROPERTIES: Mapping[str, tuple[str, Reader, str]] = MappingProxyType(
    {
        "radius": ("--radius", _number("px", 0, 24), "0px to 24px"),
        "max-width": ("--max-width", _number("px", 640, 1440), "640px to 1440px"),
        "letter-spacing": ("--letter-spacing", _number("em", -0.02, 0.08), "-0.02em to 0.08em"),
        "heading-weight": ("--heading-weight", _number("", 400, 900), "400 to 900"),
        "card-shadow": ("--shadow", lambda text: SHADOWS.get(text, ""), ", ".join(SHADOWS)),
    }
)


def check_own_css(own: object) -> None:
    """Raise `ValidationError` for anything but {name: value} of `PROPERTIES`."""
    if not isinstance(own, dict):
        raise ValidationError(_("Write a table of properties."))
    for name, value in own.items():
        known = PROPERTIES.get(_bare(name))
        if known is None:
            told = {"name": str(name)[:50], "known": ", ".join(PROPERTIES)}
            raise ValidationError(_("%(name)s cannot be set, only: %(known)s.") % told)
        if not _read(known[1], value):
            raise ValidationError(_("%(name)s: write %(how)s.") % {"name": name, "how": known[2]})


def own_properties(own: object) -> tuple[tuple[str, str], ...]:
    """Return custom properties and their values; what is no such thing is left out."""
    if not isinstance(own, dict):
        return ()
    found = {}
    for name, value in own.items():
        if known := PROPERTIES.get(_bare(name)):
            found[known[0]] = _read(known[1], value)
    return tuple((name, value) for name, value in found.items() if value)


def _bare(name: object) -> str:
    return str(name)[:50].removeprefix("--")


def _read(read: Reader, value: object) -> str:
    return read(value) if isinstance(value, str) and len(value) <= 20 else ""
