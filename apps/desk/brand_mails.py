"""The mails of a brand: each kind as it is sent, about invented parcels, in a draft's looks."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any
from urllib.parse import urlencode

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from msgspec import Struct
from msgspec.structs import replace

from apps.branding.looks import Look
from apps.branding.models import Brand
from apps.desk.brand_preview import ALL, SCHEMES, Tile, look_shown
from apps.desk.brand_reach import around, brand_for
from apps.desk.pages import page, show
from apps.mails import samples
from apps.mails.models import Letter
from apps.mails.writing import Written, reader_of, write_as
from apps.pages.addresses import site_of
from apps.shipments.journey import MerchantView

WIDTHS = ("360", "600")
# The one to merchants wears no brand.
KINDS = tuple(name for name in samples.names() if name != Letter.Kind.PAUSED)
USUAL = "out_for_delivery"
_PREFERS = re.compile(r"\(prefers-color-scheme:\s*(dark|light)\)")
# A mail has its styles in its elements; a picture of it can do nothing but be looked at.
POLICY = {
    "default-src": [NONE],
    "script-src": [NONE],
    "img-src": [SELF],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}


class Choice(Struct, frozen=True):
    """Which mails are wanted; what is asked for wrongly is as usual."""

    kind: str
    languages: tuple[str, ...]
    widths: tuple[str, ...] = WIDTHS
    schemes: tuple[str, ...] = SCHEMES

    @property
    def kinds(self) -> tuple[str, ...]:
        return KINDS if self.kind == ALL else (self.kind,)


class Twin(Struct, frozen=True):
    """A mail as programs without pages show it."""

    language: str
    subject: str
    text: str


@page("brands/<int:pk>/mails/", name="brand_mails", methods=("GET", "HEAD"))
def mails(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a brand's mails side by side, and what they say as text."""
    brand, now = brand_for(request, pk), timezone.now()
    look = look_shown(brand, "")
    choice = choice_of(request.GET, look)
    twins = [] if choice.kind == ALL else list(_twins(request, look, choice, now))
    more = {"choice": choice, "tiles": list(_tiles(brand, choice)), "twins": twins}
    context = around(request, brand, "brand_mails", **more, **controls())
    answer = show(request, "desk/brand/mails.html", context)
    csp_update({"frame-src": [SELF]})(lambda _request: answer)(request)
    return answer


@page("brands/<int:pk>/mail/", name="brand_mail", methods=("GET", "HEAD"))
def framed_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with one mail as the draft has it, for frames of the page above only."""
    look = look_shown(brand_for(request, pk), "")
    choice = choice_of(request.GET, look)
    kind = USUAL if choice.kind == ALL else choice.kind
    mail = _written(request, look, kind, choice.languages[0], timezone.now())
    answer = HttpResponse(_in_scheme(mail.html, request.GET.get("scheme", "")))
    answer.xframe_options_exempt = True
    csp_replace(POLICY)(lambda _request: answer)(request)
    return answer


def choice_of(query: QueryDict, look: Look) -> Choice:
    """Return what the controls of the page say."""
    known = dict(settings.LANGUAGES)
    first = query.get("language") or look.language or settings.LANGUAGE_CODE
    asked = (first, query.get("other") or first)
    kind = query.get("kind", "")
    return Choice(
        kind if kind in (*KINDS, ALL) else USUAL,
        tuple(dict.fromkeys(one for one in asked if one in known)) or (settings.LANGUAGE_CODE,),
        tuple(one for one in WIDTHS if one in query.getlist("width")) or WIDTHS,
        tuple(one for one in SCHEMES if one in query.getlist("scheme")) or SCHEMES,
    )


def controls() -> dict[str, Any]:
    """Return what can be chosen."""
    return {
        "kinds": [(ALL, "All kinds"), *((name, _words(name)) for name in KINDS)],
        "widths": WIDTHS,
        "schemes": SCHEMES,
        "languages": settings.LANGUAGES,
    }


def _tiles(brand: Brand, choice: Choice) -> Iterator[Tile]:
    path = reverse("admin:brand_mail", args=[brand.pk])
    every = product(choice.kinds, choice.languages, choice.schemes, choice.widths)
    for kind, language, scheme, width in every:
        name = f"{_words(kind)}, {dict(settings.LANGUAGES)[language]}, {scheme}, {width} pixels"
        query = urlencode({"kind": kind, "language": language, "scheme": scheme})
        yield Tile(name, f"{path}?{query}", width)


def _twins(request: HttpRequest, look: Look, choice: Choice, now: datetime) -> Iterator[Twin]:
    for language in choice.languages:
        mail = _written(request, look, choice.kind, language, now)
        yield Twin(language, mail.subject, mail.text)


def _written(request: HttpRequest, look: Look, kind: str, language: str, now: datetime) -> Written:
    sample = samples.sample_letters(now, language)[kind]
    journey = replace(sample.journey, merchant=MerchantView(look.name, look.merchant))
    reader = reader_of(language, look, site_of(request))
    return write_as(sample.letter, journey, reader, sample.now, sample.code)


def _in_scheme(html: str, scheme: str) -> str:
    if scheme not in SCHEMES:
        return html
    return _PREFERS.sub(lambda found: "all" if found[1] == scheme else "not all", html)


def _words(kind: str) -> str:
    return kind.replace("_", " ").capitalize()
