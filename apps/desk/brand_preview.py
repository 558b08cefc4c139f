"""The preview of a brand: real pages of invented parcels, in the looks of a draft.

What was typed and not saved travels in the addresses of the frames, signed: nothing is stored.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import product
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from msgspec import Struct
from msgspec.structs import replace

from apps.branding.drafts import draft_of, drafted, with_values
from apps.branding.looks import Look, look_of_brand
from apps.branding.models import Brand
from apps.desk.brand_reach import brand_for
from apps.desk.pages import page
from apps.pages import looking_up, showing
from apps.pages.addresses import site_of
from apps.pages.looking_up import Door
from apps.pages.readers import Reader
from apps.pages.samples import samples_near
from apps.pages.states import State
from apps.shipments.journey import MerchantView

WIDTHS = ("320", "360", "700", "1280")
SCHEMES = ("light", "dark")
ALL = "all"
MOST_TILES = 84
# Addresses longer than this are refused by servers in between.
LONGEST_TOKEN = 5000
TOKEN_SECONDS = 12 * 3600
NOTICES = {
    State.LOOKUP: "pages/start.html",
    State.NOT_FOUND: "404.html",
    State.LINK_ENDED: "pages/ended.html",
    State.TOO_MANY_TRIES: "pages/limited.html",
}
_SCRIPT = re.compile(r"<script\b[^>]*></script>")
_THEME = re.compile(r'href="/theme/[^"]+\.css"')
_PREFERS = re.compile(r"\(prefers-color-scheme:\s*(dark|light)\)")


class Choice(Struct, frozen=True):
    """Which tiles of the grid are wanted; what is asked for wrongly is as usual."""

    state: str = State.IN_TRANSIT.value
    widths: tuple[str, ...] = WIDTHS
    schemes: tuple[str, ...] = SCHEMES
    languages: tuple[str, ...] = ("en", "ar")

    @property
    def states(self) -> tuple[str, ...]:
        return tuple(map(str, State)) if self.state == ALL else (self.state,)


class Tile(Struct, frozen=True):
    """A frame of the grid."""

    name: str
    address: str
    width: str


def choice_of(query: QueryDict, look: Look) -> Choice:
    """Return what the controls of the preview say."""
    known = dict(settings.LANGUAGES)
    first = query.get("language") or look.language or settings.LANGUAGE_CODE
    second = query.get("other") or "ar"
    state = query.get("state", "")
    return Choice(
        state if state in (*State, ALL) else State.IN_TRANSIT.value,
        tuple(one for one in WIDTHS if one in query.getlist("width")) or WIDTHS,
        tuple(one for one in SCHEMES if one in query.getlist("scheme")) or SCHEMES,
        tuple(dict.fromkeys(one for one in (first, second) if one in known)) or ("en", "ar"),
    )


def grid(brand: Brand, choice: Choice, token: str) -> dict[str, Any]:
    """Return the tiles of a choice, and how many more there would be."""
    every = list(product(choice.states, choice.languages, choice.schemes, choice.widths))
    tiles = [_tile(brand, token, *one) for one in every[:MOST_TILES]]
    return {"tiles": tiles, "more_tiles": len(every) - len(tiles), "choice": choice}


def controls() -> dict[str, Any]:
    """Return what can be chosen."""
    return {
        "states": [(ALL, "All states"), *((str(one), _words(one)) for one in State)],
        "widths": WIDTHS,
        "schemes": SCHEMES,
        "languages": settings.LANGUAGES,
    }


def _tile(brand: Brand, token: str, state: str, language: str, scheme: str, width: str) -> Tile:
    name = f"{_words(state)}, {dict(settings.LANGUAGES)[language]}, {scheme}, {width} pixels"
    asked = {"state": state, "language": language, "scheme": scheme}
    asked |= {"draft": token} if token else {}
    return Tile(name, f"{reverse('admin:brand_page', args=[brand.pk])}?{urlencode(asked)}", width)


def _words(state: str) -> str:
    return str(state).replace("_", " ").capitalize()


def token_of(brand: Brand, values: Mapping[str, Any]) -> str:
    """Return what was typed and not saved, for the addresses of frames; empty when too long."""
    token = signing.dumps(dict(values), salt=_salt(brand), compress=True) if values else ""
    return token if len(token) <= LONGEST_TOKEN else ""


def _salt(brand: Brand) -> str:
    return f"brand preview {brand.pk}"


def look_shown(brand: Brand, token: str) -> Look:
    """Return the looks of the draft, with what a token adds; a token that is none adds nothing."""
    shown = drafted(brand, draft_of(brand))
    try:
        more = signing.loads(token, salt=_salt(brand), max_age=TOKEN_SECONDS) if token else {}
    except signing.BadSignature:
        more = {}
    return look_of_brand(with_values(shown, more))


@page("brands/<int:pk>/page/", name="brand_page", methods=("GET", "HEAD"))
def framed_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with a page of ours as the draft has it, for frames of the editor only."""
    brand, token = brand_for(request, pk), request.GET.get("draft", "")
    look, language = look_shown(brand, token), request.GET.get("language", "")
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    reader = Reader(look=look, language=known, site=site_of(request))
    html = _html(request, reader, request.GET.get("state", ""), timezone.now())
    theme = reverse("admin:brand_theme", args=[brand.pk])
    answer = HttpResponse(_still(html, request.GET.get("scheme", ""), theme, token))
    answer.xframe_options_exempt = True
    csp_replace({"frame-ancestors": [SELF]})(lambda _request: answer)(request)
    return answer


@page("brands/<int:pk>/theme.css", name="brand_theme", methods=("GET", "HEAD"))
def theme(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with the theme of a draft."""
    look = look_shown(brand_for(request, pk), request.GET.get("draft", ""))
    return HttpResponse(look.css, content_type="text/css")


def _html(request: HttpRequest, reader: Reader, state: str, now: datetime) -> str:
    template = NOTICES.get(State(state)) if state in tuple(State) else None
    if template:
        return _notice(request, reader, template, now)
    samples = samples_near(now)
    sample = samples.get(state) or samples[State.IN_TRANSIT]
    shop = MerchantView(reader.look.name, reader.look.merchant)
    journeys = [replace(one, merchant=shop) for one in sample.journeys]
    return showing.render("pages/tracking.html", journeys, reader, sample.now)


def _notice(request: HttpRequest, reader: Reader, template: str, now: datetime) -> str:
    with translation.override(reader.language):
        form = looking_up.blank(request, Door(reader.look), now)
    answer = showing.notice(template, reader, 200, {"lookup": form})
    return answer.content.decode()


def _still(html: str, scheme: str, theme: str, token: str) -> str:
    """Return a page that asks for no news and leads nowhere, in the scheme that is wanted."""
    query = f"?{urlencode({'draft': token})}" if token else ""
    html = _SCRIPT.sub("", html)
    html = _THEME.sub(f'href="{theme}{query}"', html)
    html = html.replace("<head>", '<head><base target="_blank">', 1)
    if scheme not in SCHEMES:
        return html
    html = _PREFERS.sub(lambda found: "all" if found[1] == scheme else "not all", html)
    return html.replace("<html ", f'<html data-theme="{scheme}" ', 1)
