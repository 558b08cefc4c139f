"""What messages said of a person, taken out."""

from collections.abc import Collection

from apps.notifications.models import Attempt, Delivery


def forget(shipment_ids: Collection[int]) -> None:
    """Empty the bodies of messages about shipments, and what was answered to them.

    A body is made anew, of what is left, if it has to be sent once more.
    """
    Delivery.objects.filter(shipment__in=shipment_ids).update(body="")
    Attempt.objects.filter(delivery__shipment__in=shipment_ids).update(answer="")
