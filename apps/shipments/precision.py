"""How exactly a time is known, in one small number: ten million events carry it.

The thousands count the kinds below, the rest is the nanoseconds beyond the microsecond.
"""

from datetime import datetime

from apps.shipments.reports import Certainty, Moment

# Kinds: each certainty with a date only, or with 0 to 9 fraction digits.
_KINDS = [(certainty, digits) for certainty in Certainty for digits in (None, *range(10))]
_NUMBERS = {kind: 1000 * number for number, kind in enumerate(_KINDS)}
MAXIMUM = 1000 * len(_KINDS) - 1


def pack(moment: Moment) -> int:
    """Return certainty, date-only, digits and nanoseconds as a number below 33,000."""
    digits = None if moment.is_date_only else moment.digits
    return _NUMBERS[moment.certainty, digits] + moment.nanos


def unpack(instant: datetime, offset: int, precision: int) -> Moment:
    """Return the moment that `pack` took apart; `offset` in minutes."""
    kind, nanos = divmod(precision, 1000)
    certainty, digits = _KINDS[kind]
    return Moment(instant, offset, certainty, digits is None, digits or 0, nanos)
