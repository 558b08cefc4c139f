"""What kept answers said of a person, taken out."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F

from apps.native.models import Answer
from apps.shipments.models import Shipment

# Older answers are not kept.
LATELY = timedelta(hours=48)
AT_ONCE = 1000


def forget(shipment_ids: Collection[int]) -> None:
    """Empty what was answered about shipments until their recipients were erased.

    That it was answered stays known, so that nothing is done twice.
    """
    told = Answer.objects.filter(
        shipment__in=shipment_ids, created_at__lte=F("shipment__erased_at")
    )
    told.exclude(status=Answer.FORGOTTEN).update(status=Answer.FORGOTTEN, body="", headers={})


def forget_erased(now: datetime) -> None:
    """Do so for all shipments that were erased lately, also by staff, who know nothing of this."""
    erased = Shipment.objects.filter(erased_at__gte=now - LATELY).order_by("pk")
    ids = list(erased.values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        forget(ids[start : start + AT_ONCE])
