"""How exactly a time is known, in one small number: ten million events carry it.

The thousands count the kinds below, the rest is the nanoseconds beyond the microsecond.
"""

from datetime import datetime

from apps.shipments.reports import Certainty, Moment

CERTAINTIES = tuple(Certainty)
# Kinds: for each certainty a date only, then 0 to 9 fraction digits.
KINDS = 11


def pack(moment: Moment) -> int:
    """Return certainty, date-only, digits and nanoseconds as a number below 33,000."""
    kind = 0 if moment.is_date_only else moment.digits + 1
    return 1000 * (KINDS * moment.certainty + kind) + moment.nanos


def unpack(instant: datetime, offset: int, precision: int) -> Moment:
    """Return the moment that `pack` took apart; `offset` in minutes."""
    number, nanos = divmod(precision, 1000)
    certainty, kind = divmod(number, KINDS)
    return Moment(instant, offset, CERTAINTIES[certainty], kind == 0, max(0, kind - 1), nanos)
