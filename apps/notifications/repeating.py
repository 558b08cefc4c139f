"""Messages sent because somebody asks for them: to try an address out, or once more."""

from collections.abc import Collection
from datetime import datetime

from apps.notifications.models import Delivery, Endpoint
from apps.shipments.status import NO_SCANS


def try_out(endpoint: Endpoint, now: datetime) -> Delivery:
    """Have a message of type `endpoint.test` sent, in the order of all others."""
    return Delivery.objects.create(
        endpoint=endpoint, version=0, code=NO_SCANS, created_at=now, due_at=now
    )


def send_again(delivery_ids: Collection[int], now: datetime) -> int:
    """Have messages sent once more, under their old ids; return how many.

    Those that wait already are only brought forward.
    """
    return Delivery.objects.filter(pk__in=delivery_ids).update(
        state=Delivery.State.WAITING, tries=0, due_at=now, ended_at=None, claimed_until=None
    )


def resume(endpoint: Endpoint) -> None:
    """Tell an endpoint again that was paused or rests."""
    Endpoint.objects.filter(pk=endpoint.pk).update(
        paused_at=None, pause_reason="", failing_since=None, not_before=None
    )
