"""What an unknown word may mean: likely codes by words we know that look alike."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache

from apps.dialects import (
    easypost_words,
    shiplemon_words,
    shipstation_words,
    sorted_v1_words,
    sorted_v2_words,
)
from apps.dialects.codes import fold
from apps.shipments.status import STATUSES, UNMAPPED, english

# Tables whose words are words; letters and numbers are alike by accident.
TABLES: tuple[Mapping[str, str], ...] = (
    easypost_words.DETAILS,
    shiplemon_words.STATUSES,
    shipstation_words.DETAIL_CODES,
    sorted_v1_words.STATES,
    sorted_v2_words.EVENT_CODES,
)
MOST, ALIKE = 3, 0.6
# A carrier's free text is compared no further than this; its cost grows with the square.
LONGEST = 80


@lru_cache(1000)
def guesses(word: str, description: str = "") -> tuple[str, ...]:
    """Return up to three codes a word may stand for, the likeliest first.

    The word itself counts before the description that came with it.
    """
    known, found = _known(), list[str]()
    for text in (word, description):
        folded = fold(text)[:LONGEST]
        for match in get_close_matches(folded, known, n=MOST, cutoff=ALIKE) if folded else ():
            if known[match] not in found:
                found.append(known[match])
    return tuple(found[:MOST])


@cache
def _known() -> dict[str, str]:
    """Return folded words with their codes; our own are surer than any language's."""
    return {fold(word): code for word, code in _words() if code and code != UNMAPPED}


def _words() -> Iterator[tuple[str, str]]:
    for table in TABLES:
        yield from table.items()
    for code in STATUSES:
        yield code.partition(".")[2] or code, code
        yield english(code), code
