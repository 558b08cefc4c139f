"""Forgetting answers that nobody asks for again, and what they say of people who were erased."""

from datetime import datetime, timedelta

from apps.native.forgetting import forget_erased
from apps.native.models import Answer

# Whoever sends a request again does it within this time.
REMEMBERED = timedelta(hours=48)
BATCH = 1000


def tidy(now: datetime) -> None:
    forget_erased(now)
    _forget_old(now)


def _forget_old(now: datetime) -> None:
    """Delete old answers a batch at a time, so that nobody waits for it."""
    old = Answer.objects.filter(created_at__lt=now - REMEMBERED).order_by("created_at")
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        Answer.objects.filter(pk__in=ids).delete()
