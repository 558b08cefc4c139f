"""What the embed doctor says of a shop's page."""

from enum import StrEnum

from msgspec import Struct

LONGEST_LINE = 2000


class Severity(StrEnum):
    PROBLEM = "problem"  # parcels are not shown, or not to everybody
    WARNING = "warning"  # shown, but worse than need be
    HINT = "hint"  # what could not be seen from the page, or is good to know
    FINE = "fine"


ORDER = tuple(Severity)


class Finding(Struct, frozen=True):
    """One thing about a page. `line` is what to paste, empty when nothing is to be pasted.

    `where` says into what: the page, the header of that name, or the brand's form.
    """

    severity: Severity
    name: str
    words: str
    line: str = ""
    where: str = "your page"


def problem(name: str, words: str, line: str = "", where: str = "your page") -> Finding:
    return Finding(Severity.PROBLEM, name, words, line[:LONGEST_LINE], where)


def warning(name: str, words: str, line: str = "", where: str = "your page") -> Finding:
    return Finding(Severity.WARNING, name, words, line[:LONGEST_LINE], where)


def hint(name: str, words: str, line: str = "", where: str = "your page") -> Finding:
    return Finding(Severity.HINT, name, words, line[:LONGEST_LINE], where)
