"""How a merchant's page wants a frame of ours to be, and what makes a page of ours a frame."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from msgspec.structs import replace

from apps.branding.framing import allows
from apps.branding.looks import Look
from apps.branding.theme import colour_of
from apps.pages.critical import critical_css
from apps.pages.readers import Frame, Reader

# What the address of a frame may say beside the language. What else it says is ignored.
OPTIONS = ("theme", "accent", "background", "show", "hide", "heading-level", "host")
# Of these a page that renews a part of itself has to remind us.
KEPT = ("show", "hide", "heading-level")
PARTS = frozenset(("items", "journey", "map", "details", "help", "slot", "rating"))
# A frame is small, so this has to be asked for.
SELDOM = frozenset(("map",))
THEMES, LEVELS = ("light", "dark"), ("2", "3", "4")

_INDENT = re.compile(r"\s*\n\s*")
_HEADING = re.compile(r"<h([1-4])(?=[\s>])")
_LINK = re.compile(r'<a (?=[^>]*href="[^#?"])(?![^>]* target=)')


def frame_of(query: Mapping[str, str], look: Look) -> Frame:
    """Return the frame that an address asks for, with everything else as it is by default.

    What the brand hides stays hidden: anybody can change an address.
    """
    asked = {name: query.get(name, "") for name in OPTIONS}
    shown, hidden = _parts(asked["show"]), _parts(asked["hide"])
    return Frame(
        origin=asked["host"] if allows(look.frame_origins, asked["host"]) else "",
        theme=asked["theme"] if asked["theme"] in THEMES else "auto",
        accent=colour_of(asked["accent"]),
        is_transparent=asked["background"] == "transparent",
        heading=int(asked["heading-level"]) if asked["heading-level"] in LEVELS else 2,
        hidden=hidden | (PARTS - shown if shown else SELDOM),
    )


def _parts(text: str) -> frozenset[str]:
    return PARTS & frozenset(re.split(r"[\s,]+", text[:200]))


def shell_of(reader: Reader, query: Mapping[str, str]) -> dict[str, Any]:
    """Return what turns a template that extends `base` into a frame."""
    return {
        "base": "pages/embed.html",
        "style": style_of(reader)[0],
        "options": json.dumps({name: query[name] for name in KEPT if name in query}),
        "kept_query": urlencode({name: query[name] for name in OPTIONS if name in query}),
    }


def framed(request: HttpRequest, answer: HttpResponse, reader: Reader) -> HttpResponse:
    """Fit an answer into a frame that the brand's sites may show, and nobody else.

    Forms of a page that says `no-referrer` are sent without an origin; with `same-origin`
    no other site learns more.
    """
    frame = reader.frame or Frame()
    answer.content = fitted(answer.content.decode(), frame.heading)
    policy = {
        "frame-ancestors": list(reader.look.frame_origins) or [NONE],
        "style-src": [SELF, style_of(reader)[1]],
    }
    answer["Referrer-Policy"] = "same-origin"
    answer.xframe_options_exempt = True
    csp_replace(policy)(lambda _request: answer)(request)
    return answer


def fitted(html: str, heading: int) -> str:
    """Have headings go on from those around the frame, and links open outside of it."""
    html = _INDENT.sub("\n", html)
    html = _HEADING.sub(
        lambda found: f'{found[0]} aria-level="{int(found[1]) + heading - 1}"', html
    )
    return _LINK.sub('<a target="_blank" ', html)


def style_of(reader: Reader) -> tuple[str, str]:
    """Return the style that stands in a frame, and the word by which a policy allows it."""
    accent, look = reader.frame.accent if reader.frame else "", reader.look
    return _style(replace(look, accent=accent, accent_dark="").css if accent else look.css)


@lru_cache(maxsize=1000)
def _style(theme: str) -> tuple[str, str]:
    style = critical_css() + theme
    return style, f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
