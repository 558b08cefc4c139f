"""When a message that was not taken is sent again: Standard Webhooks' table, three days long."""

import random
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
GAPS = (
    5 * SECOND,
    MINUTE,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
JITTER = 0.2
# What a receiver may ask for at most.
LONGEST_REST = 24 * HOUR


def gap_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries, None when it is time to give up."""
    if tries > len(GAPS):
        return None
    return GAPS[tries - 1] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311


def rest_asked(retry_after: str, now: datetime) -> timedelta:
    """Return the rest a `Retry-After` asks for, in seconds or as a date; nonsense is none."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text), 10**9)), LONGEST_REST)
    try:
        rest = parsedate_to_datetime(text) - now
    except (TypeError, ValueError, OverflowError):
        return timedelta()
    return min(max(rest, timedelta()), LONGEST_REST)
