"""Messages sent because somebody asks for them: to try an address out, or once more."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from apps.notifications.housekeeping import MOST_WAITING
from apps.notifications.models import Delivery, Endpoint
from apps.shipments.status import NO_SCANS

ENDED = (Delivery.State.DELIVERED, Delivery.State.GIVEN_UP)


class TooMany(ValueError):
    """More messages than an endpoint's queue may hold."""

    def __init__(self) -> None:
        super().__init__(f"These are more than {MOST_WAITING:,} messages: choose a shorter time.")


def try_out(endpoint: Endpoint, now: datetime) -> Delivery:
    """Have a message of type `endpoint.test` sent, in the order of all others."""
    return Delivery.objects.create(
        endpoint=endpoint, version=0, code=NO_SCANS, created_at=now, due_at=now
    )


def send_again(delivery_ids: Collection[int], now: datetime) -> int:
    """Have messages sent once more, under their old ids; return how many.

    Those that wait already are only brought forward.
    """
    return _wait_again(Delivery.objects.filter(pk__in=delivery_ids), now)


def send_range_again(
    endpoint: Endpoint,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    states: Collection[str] = ENDED,
) -> int:
    """Have an endpoint's messages from a time on, and before another, sent once more.

    Only those that ended are meant. Returns how many; raises `TooMany`.
    """
    chosen = Delivery.objects.filter(endpoint=endpoint, state__in=states)
    if since:
        chosen = chosen.filter(created_at__gte=since)
    if until:
        chosen = chosen.filter(created_at__lt=until)
    if chosen[: MOST_WAITING + 1].count() > MOST_WAITING:
        raise TooMany
    return _wait_again(chosen, now)


def _wait_again(deliveries: QuerySet[Delivery], now: datetime) -> int:
    return deliveries.update(
        state=Delivery.State.WAITING, tries=0, due_at=now, ended_at=None, claimed_until=None
    )


def resume(endpoint: Endpoint) -> None:
    """Tell an endpoint again that was paused or rests."""
    Endpoint.objects.filter(pk=endpoint.pk).update(
        paused_at=None,
        pause_reason="",
        failing_since=None,
        not_before=None,
        last_status=None,
        last_reason="",
    )
