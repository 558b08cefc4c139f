"""How soon an open page asks for news again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from apps.pages.clocks import today_at, wall_clock
from apps.shipments.journey import Journey
from apps.shipments.status import milestone_of, status_of

MINUTE = 60
# Seconds; what is not named moves slowly.
OF_MILESTONE = {
    "out_for_delivery": MINUTE,
    "attempted": 5 * MINUTE,
    "in_transit": 10 * MINUTE,
    "accepted": 10 * MINUTE,
    "available_for_pickup": 10 * MINUTE,
    "exception": 10 * MINUTE,
}
SLOW = 15 * MINUTE
# What is on its way and was not seen for so long is asked about slowly.
QUIET, ON_ITS_WAY = timedelta(days=2), ("accepted", "in_transit")
LEAST = 5


def pace_of(journeys: Iterable[Journey], now: datetime) -> int:
    """Return seconds until the next question, 0 when every parcel has reached its end."""
    paces = [_pace(j, now) for j in journeys if not status_of(j.code).is_terminal]
    return max(LEAST, round(min(paces) * settings.LIVE_PACE_SCALE)) if paces else 0


def _pace(journey: Journey, now: datetime) -> int:
    usual = OF_MILESTONE.get(milestone_of(journey.code), SLOW)
    if _is_due_today(journey, now):
        return MINUTE
    return SLOW if _is_quiet(journey, now) else usual


def _is_quiet(journey: Journey, now: datetime) -> bool:
    is_on_its_way = milestone_of(journey.code) in ON_ITS_WAY and bool(journey.events)
    return is_on_its_way and now - journey.events[0].moment.instant > QUIET


def _is_due_today(journey: Journey, now: datetime) -> bool:
    promise = journey.promise
    return promise is not None and wall_clock(promise.until).date() == today_at(promise.until, now)
