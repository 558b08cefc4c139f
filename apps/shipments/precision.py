"""How exactly a time is known, in one small number: ten million events carry it.

The thousands count the kinds below, the rest is the nanoseconds beyond the microsecond.
"""

from datetime import datetime

from apps.shipments.reports import Certainty, Moment

CERTAINTIES = tuple(Certainty)
# Kinds: for each certainty a date only, then 0 to 9 fraction digits. They are counted from
# the middle certainty, so that all of them fit 16 bits with a sign.
KINDS = 11


def pack(moment: Moment) -> int:
    """Return certainty, date-only, digits and nanoseconds as a number of 16 bits."""
    kind = 0 if moment.is_date_only else moment.digits + 1
    return 1000 * (KINDS * (moment.certainty - 1) + kind) + moment.nanos


def unpack(instant: datetime, offset: int, precision: int) -> Moment:
    """Return the moment that `pack` took apart; `offset` in minutes."""
    number, nanos = divmod(precision, 1000)
    certainty, kind = divmod(number, KINDS)
    return Moment(instant, offset, CERTAINTIES[certainty + 1], kind == 0, max(0, kind - 1), nanos)
