"""Forgetting: marks of pushes, counts of calls and old answers that nobody will ask for."""

from datetime import datetime, timedelta

from apps.providers.models import Answer, Heard, Spending

# Senders try for days; none that we know for a month.
REMEMBERED = timedelta(days=30)
COUNTED = timedelta(days=2)
# Answers hold personal data; older ones explain nothing that staff still look at.
ANSWERED = timedelta(days=30)


def tidy(now: datetime) -> None:
    Heard.objects.filter(heard_at__lt=now - REMEMBERED).delete()
    Spending.objects.filter(start__lt=now - COUNTED).delete()
    Answer.objects.filter(received_at__lt=now - ANSWERED).delete()
