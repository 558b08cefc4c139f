"""Addresses that are told of changes, as a merchant's own programs make and change them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.notifications.models import Delivery, Endpoint, new_secret
from apps.outbound.encryption import Sealed
from apps.shipments.models import Merchant

# Each is told of every change, so that many cost as many messages.
MOST = 50
FIELDS = ("url", "topics", "language", "is_active")
BATCH = 1000
# What was on its way when an address was removed has come back by then.
UNDER_WAY = timedelta(minutes=5)


class TooMany(ValueError):
    """The merchant has as many addresses as it may have."""

    def __init__(self) -> None:
        super().__init__(f"There are {MOST} addresses already: delete one first.")


def add(merchant_id: int, values: Mapping[str, Any]) -> tuple[Endpoint, str]:
    """Make an endpoint of `FIELDS` and return it with its secret.

    Raises `ValidationError` by field, and `TooMany`.
    """
    secret = new_secret()
    endpoint = Endpoint(merchant_id=merchant_id, secrets=Sealed(now=secret), **values)
    endpoint.full_clean(exclude=["merchant"])
    with transaction.atomic():
        # Two at once take turns, so that together they do not get past the limit.
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant_id)
        if of_merchant(merchant_id).count() >= MOST:
            raise TooMany
        endpoint.save()
    return endpoint, secret


def change(endpoint: Endpoint, values: Mapping[str, Any]) -> None:
    """Change some of `FIELDS`; raise `ValidationError` by field."""
    for name, value in values.items():
        setattr(endpoint, name, value)
    unchanged = {field.name for field in Endpoint._meta.fields} - values.keys()
    endpoint.full_clean(exclude=unchanged)
    if values:
        endpoint.save(update_fields=list(values))


def of_merchant(merchant_id: int) -> QuerySet[Endpoint]:
    """Return a merchant's endpoints, without those that were removed."""
    return Endpoint.objects.filter(merchant=merchant_id, removed_at=None)


def remove(endpoint: Endpoint, now: datetime) -> None:
    """Tell an endpoint nothing more and forget its secrets; a job deletes it and its messages."""
    Endpoint.objects.filter(pk=endpoint.pk).update(
        is_active=False, removed_at=now, secrets=Sealed()
    )


def clear_removed(now: datetime) -> None:
    """Delete endpoints that were removed, and their messages a batch at a time."""
    for endpoint in Endpoint.objects.filter(removed_at__lt=now - UNDER_WAY):
        messages = Delivery.objects.filter(endpoint=endpoint.pk)
        while ids := list(messages.values_list("pk", flat=True)[:BATCH]):
            Delivery.objects.filter(pk__in=ids).delete()
        endpoint.delete()
