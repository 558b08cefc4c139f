"""Forgetting: marks of pushes and counts of calls that nobody will ask for."""

from datetime import datetime, timedelta

from apps.providers.models import Heard, Spending

# Senders try for days; none that we know for a month.
REMEMBERED = timedelta(days=30)
COUNTED = timedelta(days=2)


def tidy(now: datetime) -> None:
    Heard.objects.filter(heard_at__lt=now - REMEMBERED).delete()
    Spending.objects.filter(start__lt=now - COUNTED).delete()
