"""The languages of the pages, and what never changes within one: worked out once, then kept."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import NamedTuple, TypeVar, TypeVarTuple

from django.conf import settings
from django.utils import translation

Arguments = TypeVarTuple("Arguments")
R = TypeVar("R")

# Dates and counts come from outside, so what is kept of them has a limit.
MOST = 4096


def per_language(function: Callable[[*Arguments], R]) -> Callable[[*Arguments], R]:
    """Keep the answers of a function that depends on its arguments and the language only.

    The arguments must be hashable. Gettext walks its catalogues and date formats are taken
    apart for every value; a page asks for the same few words dozens of times.
    """

    @lru_cache(maxsize=MOST)
    def kept(_language: str | None, *arguments: *Arguments) -> R:
        return function(*arguments)

    @wraps(function)
    def asked(*arguments: *Arguments) -> R:
        return kept(translation.get_language(), *arguments)

    return asked


gettext = per_language(translation.gettext)
ngettext = per_language(translation.ngettext)
pgettext = per_language(translation.pgettext)


def comma() -> str:
    """Return what stands between two parts of a line, before a space."""
    return pgettext("between parts", ",")


def listed(*parts: str) -> str:
    """Join what is not empty with the comma of the reader's language."""
    return f"{comma()} ".join(filter(None, parts))


class Choice(NamedTuple):
    """A language that a page can be read in, by the name it has for itself."""

    code: str
    name: str
    is_current: bool


def choices() -> tuple[Choice, ...]:
    current = translation.get_language()
    return tuple(Choice(code, name, code == current) for code, name in settings.LANGUAGES)
