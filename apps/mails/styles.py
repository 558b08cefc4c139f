"""What a mail looks like: one sheet, written into each element, and its dark twin.

Mail programs drop style sheets as they like, so the light colours stand in the elements. The
dark ones stay in the head, for those that know `prefers-color-scheme`.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from css_inline import CSSInliner
from django.conf import settings
from msgspec import Struct

from apps.branding.looks import Look, Picture
from apps.branding.theme import DARK, LARGEST_RADIUS, LIGHT, STACKS, colour_of, readable

FOLDER = Path(settings.BASE_DIR) / "templates/mails"
SHEET = (FOLDER / "mail.css").read_text("utf-8")
DARK_SHEET = (FOLDER / "dark.css").read_text("utf-8")
TONES = ("info", "ok", "warning", "problem")
USUAL_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
# As they stand in `static/css/pages.css`; the accents are those of a brand that has none.
COLOURS: Mapping[str, Mapping[str, str]] = {
    "light": {
        "ground": "#f4f5f8",
        "surface": "#ffffff",
        "line": "#dfe2ea",
        "text": "#171b26",
        "text-quiet": "#545c6e",
        "accent": "#2f52c9",
        "info-ground": "#ecf0fd",
        "on-accent": "#ffffff",
        "ok": "#17713f",
        "ok-ground": "#e6f4ec",
        "warning": "#8a5300",
        "warning-ground": "#fdf3df",
        "problem": "#b3261e",
        "problem-ground": "#fdecea",
    },
    "dark": {
        "ground": "#10131a",
        "surface": "#191d27",
        "line": "#2f3543",
        "text": "#eef0f6",
        "text-quiet": "#a9b1c3",
        "accent": "#9db2ff",
        "info-ground": "#222b4b",
        "on-accent": "#0e1530",
        "ok": "#6fd39b",
        "ok-ground": "#16301f",
        "warning": "#f1bd66",
        "warning-ground": "#35290f",
        "problem": "#ff9d94",
        "problem-ground": "#3c1c1a",
    },
}
# The most room a logo takes, in pixels of the screen.
LOGO_WIDTH, LOGO_HEIGHT = 220, 44
_VARIABLE = re.compile(r"var\(--([a-z-]+)\)")


class Style(Struct, frozen=True):
    """`dark` are the rules for the head, without the condition they stand under."""

    inliner: CSSInliner
    dark: str

    def inlined(self, html: str) -> str:
        """Return a page with the light rules written into its elements."""
        return self.inliner.inline(html)


class Logo(Struct, frozen=True):
    """A picture by its whole address, as large as it is shown."""

    url: str
    width: int
    height: int


def style_of(look: Look) -> Style:
    """Return how a brand's mails look."""
    return _style(look.accent, look.accent_dark, look.radius, look.font)


def colours_of(look: Look, scheme: str) -> dict[str, str]:
    """Return the colours of a brand's mails on `light` or `dark` screens, as `#rrggbb`."""
    return _colours(look.accent, look.accent_dark, scheme)


def logo_of(picture: Picture | None, site: str) -> Logo | None:
    """Return a brand's logo at the size of a mail's head, None where there is none."""
    if picture is None or not picture.width or not picture.height:
        return None
    scale = min(1, LOGO_WIDTH / picture.width, LOGO_HEIGHT / picture.height)
    sizes = (max(1, round(side * scale)) for side in (picture.width, picture.height))
    return Logo(site + picture.url, *sizes)


@lru_cache(maxsize=200)
def _style(accent: str, accent_dark: str, radius: int, font: str) -> Style:
    more = {
        "radius": f"{min(radius, LARGEST_RADIUS)}px",
        "font": STACKS.get(font, "") if font != "own" else "",
    }
    more["font"] = more["font"] or USUAL_FONT
    light, dark = (_colours(accent, accent_dark, scheme) | more for scheme in COLOURS)
    inliner = CSSInliner(
        extra_css=_filled(SHEET, light),
        inline_style_tags=False,
        keep_style_tags=True,
        load_remote_stylesheets=False,
    )
    return Style(inliner, _squeezed(_filled(DARK_SHEET, dark)))


@lru_cache(maxsize=400)
def _colours(accent: str, accent_dark: str, scheme: str) -> dict[str, str]:
    colours, given = dict(COLOURS[scheme]), colour_of(accent)
    if given:
        own = given if scheme == "light" else colour_of(accent_dark) or given
        made = readable(own, LIGHT if scheme == "light" else DARK)
        shown = {"accent": made.colour, "info-ground": made.ground, "on-accent": made.on}
        colours |= shown
    return colours | {"info": colours["accent"]}


def _filled(sheet: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: values[found[1]], sheet)


def _squeezed(sheet: str) -> str:
    return re.sub(r"\s+", " ", sheet).strip()
