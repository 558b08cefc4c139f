"""Forgetting mails that nobody asks about any more, and who wanted them."""

from datetime import datetime, timedelta

from apps.mails.forgetting import forget_old
from apps.mails.models import Letter

# Staff look up what was sent, and providers tell what became of it, within this time.
REMEMBERED = timedelta(days=90)
BATCH = 1000


def tidy(now: datetime) -> None:
    forget_old(now)
    _forget_letters(now - REMEMBERED)


def _forget_letters(before: datetime) -> None:
    """Delete old letters a batch at a time, so that nobody waits for it."""
    old = Letter.objects.filter(created_at__lt=before).order_by("created_at", "pk")
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        Letter.objects.filter(pk__in=ids).delete()
