"""A letter to a merchant whose webhook was paused: nothing else tells them that it is silent."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from apps.mails.models import Letter
from apps.mails.picking import hold
from apps.notifications.models import Endpoint

# A pause that is older was there before somebody was to be told.
LONGEST = timedelta(days=2)
LANGUAGE = "en"


def find_paused(now: datetime) -> int:
    """Make one letter for each pause nobody was told of; return how many.

    By turns with other processes, which hold the same row.
    """
    if not _untold(now).exists():
        return 0
    with transaction.atomic():
        hold()
        letters = [_letter(one, now) for one in _untold(now)]
        Letter.objects.bulk_create(letters)
    return len(letters)


def _untold(now: datetime) -> QuerySet[Endpoint]:
    told = Letter.objects.filter(
        endpoint=OuterRef("pk"), kind=Letter.Kind.PAUSED, created_at__gte=OuterRef("paused_at")
    )
    paused = Endpoint.objects.filter(~Exists(told), is_active=True, paused_at__gt=now - LONGEST)
    return paused.exclude(merchant__contact_email="").only("pk", "merchant_id")


def _letter(endpoint: Endpoint, now: datetime) -> Letter:
    return Letter(
        merchant_id=endpoint.merchant_id,
        endpoint=endpoint,
        kind=Letter.Kind.PAUSED,
        language=LANGUAGE,
        created_at=now,
        due_at=now,
    )
