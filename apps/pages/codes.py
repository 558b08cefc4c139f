"""A code by mail as a second fact: six digits that hold for one parcel and a quarter of an hour.

Nothing is kept. The code follows from the parcel's secret and the moment it was asked for; that
moment stands, signed, in the form that takes the code. So a code that nobody was sent is no code.
"""

from datetime import datetime

from django.utils.crypto import constant_time_compare, salted_hmac

from apps.pages import tickets
from apps.pages.facts import readable

LIVES = 15 * 60
DIGITS = 6


def code_of(token: str, asked_at: datetime) -> str:
    """Return the code of a parcel that was asked for at a time; parts of a second do not count."""
    return _code(token, int(asked_at.timestamp()))


def ticket_of(token: str, asked_at: datetime) -> str:
    """Return what the form that takes the code must send beside it."""
    return tickets.issue(_purpose(token), asked_at)


def fits(given: str, ticket: str, token: str, now: datetime) -> bool:
    """Tell whether this is the code that was sent for the parcel a little while ago."""
    asked_at = tickets.issued_at(ticket, _purpose(token))
    if asked_at is None or abs(now.timestamp() - asked_at) > LIVES:
        return False
    typed = "".join(letter for letter in readable(given) if letter.isalnum())
    return constant_time_compare(typed, _code(token, asked_at))


def _code(token: str, second: int) -> str:
    digest = salted_hmac("apps.pages.codes", f"{token} {second}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}}"


def _purpose(token: str) -> str:
    return f"code {token}"
