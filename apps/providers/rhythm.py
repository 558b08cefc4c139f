"""When to ask next: a pure function of how a parcel stands.

A parcel is asked about as often as somebody would look: slowly while it is only a label,
hourly on the road, by the minute on its delivery day, ever more rarely while it is silent,
and once more after its journey is over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from apps.providers.asking import Trouble
from apps.providers.models import Ending, Urgency
from apps.shipments.status import STATUSES, milestone_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Pace(NamedTuple):
    gap: timedelta
    urgency: Urgency


PACES = {
    "unknown": Pace(3 * HOUR, Urgency.SLOW),
    "pre_transit": Pace(6 * HOUR, Urgency.SLOW),
    "accepted": Pace(HOUR, Urgency.MOVING),
    "in_transit": Pace(HOUR, Urgency.MOVING),
    "attempted": Pace(HOUR, Urgency.MOVING),
    "out_for_delivery": Pace(10 * MINUTE, Urgency.TODAY),
    "available_for_pickup": Pace(4 * HOUR, Urgency.SLOW),
    "exception": Pace(2 * HOUR, Urgency.MOVING),
    "returning": Pace(6 * HOUR, Urgency.SLOW),
    # Over, but found again: a returned parcel that moves.
    "delivered": Pace(6 * HOUR, Urgency.SLOW),
    "returned": Pace(6 * HOUR, Urgency.SLOW),
    "cancelled": Pace(6 * HOUR, Urgency.SLOW),
}
DELIVERY_DAY = Pace(15 * MINUTE, Urgency.TODAY)
# A promised window is watched closely from so long before its end to so long after.
BEFORE_PROMISE, AFTER_PROMISE = 12 * HOUR, 6 * HOUR
# Silent for a day: asked every hour; for ten days: every ten hours; never less than daily.
SILENCE_PARTS = 24
LONGEST_GAP = DAY
# Late scans and corrected signatures come within half a day.
LAST_LOOK = 12 * HOUR
GIVEN_UP_AFTER = {"unknown": 30 * DAY, "pre_transit": 60 * DAY}
SILENT_AFTER = 90 * DAY

LATENESS = 2  # minutes

# After a question that brought no news: the first gap, doubled each time in a row.
RETRIES = {
    Trouble.NOT_FOUND: HOUR,
    Trouble.TRANSIENT: 5 * MINUTE,
    Trouble.MALFORMED: HOUR,
    Trouble.PARTIAL: 15 * MINUTE,
}
ENDS = {Trouble.INVALID_NUMBER, Trouble.ACCESS_DENIED}


class Standing(Struct, frozen=True):
    """How a parcel stands after an answer. `since` is when the watch began."""

    code: str
    since: datetime
    last_scan_at: datetime | None = None
    promised_until: datetime | None = None
    trouble: Trouble | None = None
    failures: int = 0  # answers without news in a row, this one included


class Next(Struct, frozen=True):
    """When to ask again, or why not."""

    due_at: datetime | None
    urgency: Urgency = Urgency.QUIET
    ended: Ending | None = None


def after(
    standing: Standing,
    now: datetime,
    *,
    seed: int,
    minutes: Sequence[int] = (),
    looks_again: bool = True,
    scale: float = 1.0,
) -> Next:
    """Return what follows an answer that came at `now`.

    `seed` spreads parcels that were asked together. `minutes` of the hour (UTC) are the only
    ones a provider wants to be asked at. `scale` shortens every gap, for demonstrations.
    """
    if standing.trouble in ENDS:
        return Next(None, ended=Ending.REFUSED)
    if _is_over(standing, now, looks_again, scale):
        return Next(None, ended=Ending.FINAL)
    if _is_given_up(standing, now):
        return Next(None, ended=Ending.SILENT)
    pace = _pace(standing, now)
    due_at = now + _spread(pace.gap * scale, seed)
    return Next(on_minute(due_at, minutes) if minutes else due_at, pace.urgency)


def on_minute(earliest: datetime, minutes: Sequence[int]) -> datetime:
    """Return the first of these minutes of the hour (UTC) at or after `earliest`."""
    start = earliest.replace(second=0, microsecond=0)
    start = start if start == earliest else start + MINUTE
    return min(start + ((minute - start.minute) % 60) * MINUTE for minute in minutes)


def is_on_minute(now: datetime, minutes: Sequence[int]) -> bool:
    """Tell whether `now` is one of these minutes; a job may come up to two minutes late."""
    return any((now.minute - minute) % 60 <= LATENESS for minute in minutes)


def _is_over(standing: Standing, now: datetime, looks_again: bool, scale: float) -> bool:
    status = STATUSES.get(standing.code)
    if status is None or not status.is_terminal:
        return False
    last = standing.last_scan_at or standing.since
    return not looks_again or now >= last + LAST_LOOK * scale


def _is_given_up(standing: Standing, now: datetime) -> bool:
    silence = now - (standing.last_scan_at or standing.since)
    limit = GIVEN_UP_AFTER.get(milestone_of(standing.code), SILENT_AFTER)
    return standing.code == "unknown.expired" or silence > limit


def _pace(standing: Standing, now: datetime) -> Pace:
    if standing.trouble in RETRIES:
        gap = RETRIES[standing.trouble] * 2 ** min(standing.failures - 1, 10)
        return Pace(min(gap, LONGEST_GAP), Urgency.SLOW)
    if STATUSES[standing.code].is_terminal:
        return Pace(LAST_LOOK, Urgency.QUIET)
    pace = DELIVERY_DAY if _is_delivery_day(standing, now) else _usual(standing.code)
    silence = now - (standing.last_scan_at or standing.since)
    quiet = min(silence / SILENCE_PARTS, LONGEST_GAP)
    return Pace(quiet, Urgency.QUIET) if quiet > 2 * pace.gap else pace


def _usual(code: str) -> Pace:
    return PACES.get(milestone_of(code), PACES["unknown"])


def _is_delivery_day(standing: Standing, now: datetime) -> bool:
    until = standing.promised_until
    is_moving = _usual(standing.code).urgency <= Urgency.MOVING
    return is_moving and until is not None and -BEFORE_PROMISE < now - until < AFTER_PROMISE


def _spread(gap: timedelta, seed: int) -> timedelta:
    """Return the gap, up to a tenth longer: parcels asked in one batch drift apart."""
    return gap * (1 + (seed * 2654435761 % 1000) / 10_000)
