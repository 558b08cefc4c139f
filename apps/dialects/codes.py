"""Tables between a language's words and our codes."""

from collections.abc import Mapping

from apps.shipments.status import milestone_of

_SEPARATORS = str.maketrans("", "", " -_")


def fold(word: str) -> str:
    """Return a word as it is compared: `In Transit - Waiting` is `intransitwaiting`."""
    return word.casefold().translate(_SEPARATORS)


def spread(groups: Mapping[str, str]) -> dict[str, str]:
    """Return a table with an entry for each word of groups written `one · two`."""
    return {word: code for group, code in groups.items() for word in group.split(" · ")}


def outward(table: Mapping[str, str], code: str) -> str:
    """Return the word for one of our codes: its own, else its milestone's."""
    return table.get(code) or table.get(milestone_of(code)) or table["unknown"]
