"""What never changes within a language, worked out once for each and then kept."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar, TypeVarTuple

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
