"""An accent colour that anybody may choose, as a pair that everybody can read."""

import re
from collections.abc import Iterator
from colorsys import hls_to_rgb, rgb_to_hls
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

# What WCAG 2.2 asks of text (1.4.3); parts of controls need 3 only (1.4.11).
READABLE = 4.5
_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class Scheme(NamedTuple):
    """What an accent stands on in `static/css/pages.css`, and which way leads to more contrast.

    `tint` is the lightness of the accent's own ground and how much of its saturation it keeps.
    """

    grounds: tuple[str, ...]
    on_accent: str
    tint: tuple[float, float]
    step: float


LIGHT = Scheme(("#ffffff", "#f4f5f8"), "#ffffff", (0.96, 0.8), -0.01)
DARK = Scheme(("#10131a", "#191d27", "#222734"), "#10131a", (0.18, 0.4), 0.01)


class Accent(NamedTuple):
    """Colours as `#rrggbb`: the accent, a quiet ground of its hue, and text on the accent."""

    colour: str
    ground: str
    on: str


def colour_of(text: str) -> str:
    """Return `#rrggbb` for a colour as people write it (`#F60`, `ff6600`), empty for none."""
    found = _HEX.fullmatch(text)
    if not found:
        return ""
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def readable(colour: str, scheme: Scheme) -> Accent:
    """Return a `#rrggbb` with its hue kept and its lightness moved as little as it takes."""
    hue, lightness, saturation = rgb_to_hls(*_parts(colour))
    tint, kept = scheme.tint
    ground = _hex(hue, tint, saturation * kept)
    grounds = (*scheme.grounds, ground)
    found = (
        one
        for one in _moved(hue, lightness, saturation, scheme.step)
        if all(contrast(one, other) >= READABLE for other in grounds)
    )
    return Accent(next(found), ground, scheme.on_accent)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two `#rrggbb`, from 1 to 21, as WCAG defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=1000)
def css_of(accent: str, accent_dark: str = "") -> str:
    """Return the rule that sets an accent, empty when the text is no colour.

    It outranks the one of `pages.css`, whichever is read first. Where no second accent is
    given for dark pages, the first is made lighter for them.
    """
    colour = colour_of(accent)
    if not colour:
        return ""
    light, dark = readable(colour, LIGHT), readable(colour_of(accent_dark) or colour, DARK)
    return (
        f"html:root{{--accent:light-dark({light.colour},{dark.colour});"
        f"--accent-ground:light-dark({light.ground},{dark.ground});"
        f"--on-accent:light-dark({light.on},{dark.on})}}"
    )


# Families that devices have; the first of the row is what `pages.css` says itself.
STACKS = {
    "system": "",
    "serif": "ui-serif,Georgia,Cambria,'Times New Roman',serif",
    "rounded": "ui-rounded,'SF Pro Rounded','Arial Rounded MT Bold',Nunito,system-ui,sans-serif",
    "mono": "ui-monospace,'Cascadia Mono',Menlo,Consolas,monospace",
    "own": "own,system-ui,sans-serif",
}
USUAL_RADIUS, LARGEST_RADIUS = 16, 24


@lru_cache(maxsize=1000)
def css_of_brand(
    accents: tuple[str, str],
    radius: int,
    font: str,
    file: tuple[str, bool] | None,
    own: tuple[tuple[str, str], ...],
) -> str:
    """Return all that a brand's theme sets, empty when that is nothing.

    `accents` are the one for light pages and the one for dark ones, `file` the path of an own
    font and whether it has all weights, `own` what `own_properties` answered.
    """
    face, family = _font(font, file)
    set_here = {"--radius": f"{min(radius, LARGEST_RADIUS)}px"} if radius != USUAL_RADIUS else {}
    set_here |= {"--font": family} if family else {}
    rules = ";".join(f"{name}:{value}" for name, value in (set_here | dict(own)).items())
    return css_of(*accents) + face + (f"html:root{{{rules}}}" if rules else "")


def _font(font: str, file: tuple[str, bool] | None) -> tuple[str, str]:
    """Return the rule that loads a font, and the families; an own one needs its file."""
    if font != "own" or file is None:
        return "", STACKS.get(font, "") if font != "own" else ""
    path, is_variable = file
    weights = "font-weight:100 900;" if is_variable else ""
    face = (
        f'@font-face{{font-family:own;{weights}font-display:swap;src:url({path})format("woff2")}}'
    )
    return face, STACKS["own"]


class Side(Struct, frozen=True):
    """What becomes of an accent on light or dark pages: ratios of contrast, and in words.

    `before` is the least contrast of the accent as it was given, `after` as it is shown.
    """

    scheme: str
    colour: str
    before: float
    after: float
    is_changed: bool
    words: str


class Report(Struct, frozen=True):
    """`buttons` is the contrast of a button's text, on light and on dark pages."""

    light: Side
    dark: Side
    buttons: tuple[float, float]

    @property
    def is_changed(self) -> bool:
        return self.light.is_changed or self.dark.is_changed


def report(accent: str, accent_dark: str = "") -> Report | None:
    """Tell the editor what an accent becomes, None for what is no colour."""
    colour = colour_of(accent)
    if not colour:
        return None
    pairs = ((colour, LIGHT), (colour_of(accent_dark) or colour, DARK))
    made = [readable(one, scheme) for one, scheme in pairs]
    light, dark = (_side(one, scheme) for one, scheme in pairs)
    on_light, on_dark = (round(contrast(one.on, one.colour), 2) for one in made)
    return Report(light, dark, (on_light, on_dark))


def _side(colour: str, scheme: Scheme) -> Side:
    made = readable(colour, scheme)
    grounds = (*scheme.grounds, made.ground)
    before, after = (min(contrast(c, g) for g in grounds) for c in (colour, made.colour))
    name = "light" if scheme is LIGHT else "dark"
    is_changed = made.colour != colour
    way = "darker" if scheme is LIGHT else "lighter"
    words = f"On {name} pages {colour} can be read as it is ({before:.1f} : 1)."
    if is_changed:
        words = (
            f"On {name} pages {colour} could hardly be read ({before:.1f} : 1, and text needs"
            f" {READABLE} : 1). It is shown {way}, as {made.colour} ({after:.1f} : 1)."
        )
    return Side(name, made.colour, round(before, 2), round(after, 2), is_changed, words)


def _moved(hue: float, lightness: float, saturation: float, step: float) -> Iterator[str]:
    """Yield a colour lighter and lighter, or darker and darker, to the end."""
    while 0 < lightness < 1:
        yield _hex(hue, lightness, saturation)
        lightness += step
    yield "#000000" if step < 0 else "#ffffff"


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red / 255, green / 255, blue / 255


def _hex(hue: float, lightness: float, saturation: float) -> str:
    parts = hls_to_rgb(hue, lightness, saturation)
    return "#" + bytes(round(part * 255) for part in parts).hex()


def _luminance(colour: str) -> float:
    red, green, blue = map(_linear, _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
