"""When a link ends: some time after its parcels have reached their end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.branding.looks import Look
from apps.shipments.journey import Journey
from apps.shipments.status import status_of


def has_ended(journeys: Sequence[Journey], look: Look, now: datetime) -> bool:
    """Tell whether a link to these parcels opens nothing any more.

    It lives on while one of them is still under way, and for `look.link_days` after.
    """
    ends = [_ended_at(journey) for journey in journeys]
    known = [end for end in ends if end]
    return len(known) == len(ends) and max(known) + timedelta(days=look.link_days) < now


def _ended_at(journey: Journey) -> datetime | None:
    """Return when we were told of the end, None before it.

    A carrier's clock can be years off, and histories are brought in with their old times:
    neither may close a page that nobody had the time to read.
    """
    if not status_of(journey.code).is_terminal:
        return None
    told = (event.recorded_at for event in journey.events if status_of(event.code).is_terminal)
    return max(next(told, journey.updated_at), journey.created_at)
