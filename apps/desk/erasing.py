"""What the desk and its neighbours hold of a person beside the vault, taken out.

A program can have a person erased too, whose room knows nothing of these; an hourly job goes
through what was erased lately.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F

from apps.desk.models import Note
from apps.pages.models import Rating
from apps.providers import answers
from apps.shipments.models import Shipment

ERASED = "Erased on request."
# The job finds it again if it did not run for so long.
LATELY = timedelta(days=7)
AT_ONCE = 1000


def forget_beside(shipment_ids: Collection[int]) -> None:
    """Take the person out of raw answers, ratings and notes of shipments that were erased.

    What customers and staff wrote afterwards stays.
    """
    answers.forget(shipment_ids)
    ratings = Rating.objects.filter(shipment__in=shipment_ids)
    ratings.filter(rated_at__lte=F("shipment__erased_at")).exclude(words="").update(words="")
    notes = Note.objects.filter(case__shipment__in=shipment_ids)
    notes.filter(made_at__lte=F("case__shipment__erased_at")).update(text=ERASED)


def forget_erased(now: datetime) -> int:
    """Do so for all shipments that were erased lately; return how many they are."""
    erased = Shipment.objects.filter(erased_at__gte=now - LATELY).order_by("pk")
    ids = list(erased.values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        forget_beside(ids[start : start + AT_ONCE])
    return len(ids)
