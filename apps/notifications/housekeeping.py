"""Forgetting messages that ended, and holding queues to a length."""

from datetime import datetime, timedelta

from apps.notifications import endpoints
from apps.notifications.models import Delivery, Endpoint

# Merchants look at their log and send again within this time.
REMEMBERED = timedelta(days=30)
# An endpoint with more messages waiting is left alone until somebody looks.
MOST_WAITING = 10_000
IS_FULL = "More than 10,000 messages wait: the address takes fewer than there are."
BATCH = 1000


def tidy(now: datetime) -> None:
    endpoints.clear_removed(now)
    _forget(now - REMEMBERED)
    _hold_full_queues(now)


def _forget(before: datetime) -> None:
    """Delete old messages a batch at a time, so that nobody waits for it."""
    old = Delivery.objects.filter(created_at__lt=before).order_by("pk")
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        Delivery.objects.filter(pk__in=ids).delete()


def _hold_full_queues(now: datetime) -> None:
    for endpoint in Endpoint.objects.filter(is_active=True, paused_at=None):
        waiting = endpoint.deliveries.filter(state=Delivery.State.WAITING)
        if waiting[: MOST_WAITING + 1].count() > MOST_WAITING:
            Endpoint.objects.filter(pk=endpoint.pk).update(paused_at=now, pause_reason=IS_FULL)
