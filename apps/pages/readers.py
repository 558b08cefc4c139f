"""Who reads a page: what they may see, in which language, in whose looks."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from apps.branding.looks import Look
from apps.pages.shown import Shown
from apps.shipments.privacy import Level

PLAIN = Look(slug="", name="", merchant="")


class Frame(Shown, frozen=True):
    """How a merchant's page wants the frame to be. `origin` is the page's, empty when unknown."""

    origin: str = ""
    theme: str = "auto"
    accent: str = ""
    is_transparent: bool = False
    heading: int = 2
    hidden: frozenset[str] = frozenset()


class Reader(Shown, frozen=True):
    """`frame` is None on our own pages. `proof` is what showed a right to level PROVED.

    A guest came by a shared link or a number alone, without the secret. `site` is where we
    are, such as `https://parcels.example`, for addresses that are read elsewhere.
    """

    level: Level = Level.LINK
    look: Look = PLAIN
    language: str = settings.LANGUAGE_CODE
    frame: Frame | None = None
    proof: str = ""
    is_guest: bool = False
    site: str = ""

    def says(self, key: str) -> str:
        """Return the merchant's own text for a code, milestone or place, empty for none.

        It has none in a language that it did not write it in.
        """
        return self.look.says(self.language, key)

    @property
    def heading(self) -> str:
        """Return what the merchant wrote above the look-up form."""
        return self.says("heading")

    @property
    def foot(self) -> str:
        """Return what the merchant wrote below its pages."""
        return self.says("foot")

    def hides(self, part: str) -> bool:
        """Tell whether a part of the page (`branding.models.PARTS`) is left out."""
        return part in self.look.hidden or (self.frame is not None and part in self.frame.hidden)


def language_for(asked: str, accepted: str, look: Look) -> str:
    """Return the language of a page: the address's, the browser's, the merchant's, ours.

    `asked` is the `lang` of the address and `accepted` the `Accept-Language` header; both
    can be anything.
    """
    return _known(asked) or _accepted(accepted[:200]) or _known(look.language) or _ours()


def prefers_text(accepted: str) -> bool:
    """Tell whether an `Accept` header, which can be anything, asks for text rather than a page."""
    return _prefers_text(accepted[:300])


@lru_cache(maxsize=1000)
def _prefers_text(accepted: str) -> bool:
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = accepted or "*/*"
    return request.get_preferred_type(["text/html", "text/plain"]) == "text/plain"


def _ours() -> str:
    return settings.LANGUAGE_CODE


@lru_cache(maxsize=1000)
def _accepted(header: str) -> str:
    wanted = (code for code, _weight in parse_accept_lang_header(header.lower()))
    return next(filter(None, map(_known, wanted)), "")


def _known(code: str) -> str:
    """Return the language of ours that a tag such as `de-AT` means, empty for none."""
    if not code or len(code) > 20:
        return ""
    try:
        return translation.get_supported_language_variant(code.lower())
    except LookupError:
        return ""
