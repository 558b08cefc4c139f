"""Which messages go next. A claim that dies with its process ends by itself."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from apps.notifications.models import Delivery, Endpoint, Shift

# So many messages to one endpoint are under way at once; one that fails has one at a time.
MOST_AT_ONCE = 4
WAITING = Delivery.State.WAITING


def lease() -> timedelta:
    """Return how long a shift and a claim hold when nobody lays claim to more."""
    return timedelta(seconds=settings.RELAY_LEASE_SECONDS)


def take_shift(holder: str, now: datetime) -> bool:
    """Begin or go on to pass word on; False while another process does."""
    shift, _ = Shift.objects.get_or_create(pk=1, defaults={"held_until": now})
    free = Q(held_until__lte=now) | Q(holder=holder)
    return bool(
        Shift.objects.filter(free, pk=shift.pk).update(holder=holder, held_until=now + lease())
    )


def end_shift(holder: str, now: datetime) -> None:
    Shift.objects.filter(pk=1, holder=holder).update(holder="", held_until=now)


def claim(under_way: Mapping[int, int], free: int, now: datetime) -> list[Delivery]:
    """Claim the messages that go next, of every endpoint that may be told, oldest first.

    Of one shipment's messages only the first that is not delivered yet goes, so that they
    arrive in order. `under_way` counts messages by endpoint, `free` is how many more can go.
    """
    if free <= 0:
        return []
    room = Counter[int]()
    found = []
    for delivery in _next(now)[:free]:
        room[delivery.endpoint_id] += 1
        most = 1 if delivery.endpoint.failing_since else MOST_AT_ONCE
        if under_way.get(delivery.endpoint_id, 0) + room[delivery.endpoint_id] <= most:
            found.append(delivery)
    _hold(found, now)
    return found


def has_endpoints() -> bool:
    return Endpoint.objects.filter(is_active=True, paused_at=None).exists()


def is_due(now: datetime) -> bool:
    return _next(now).exists()


def _next(now: datetime) -> QuerySet[Delivery]:
    """Return what may go, with its endpoint and shipment and its place in the endpoint's line."""
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
    rested = Q(endpoint__not_before=None) | Q(endpoint__not_before__lte=now)
    earlier = Delivery.objects.filter(
        endpoint=OuterRef("endpoint"),
        state=WAITING,
        shipment=OuterRef("shipment"),
        version__lt=OuterRef("version"),
    )
    line = Window(RowNumber(), partition_by="endpoint", order_by=("due_at", "pk"))
    return (
        Delivery.objects.filter(unclaimed, rested, ~Exists(earlier), state=WAITING, due_at__lte=now)
        .filter(endpoint__is_active=True, endpoint__paused_at=None)
        .select_related("endpoint", "shipment")
        .annotate(turn=line)
        .filter(turn__lte=MOST_AT_ONCE)
        .order_by("due_at", "pk")
    )


def _hold(deliveries: Collection[Delivery], now: datetime) -> None:
    if not deliveries:
        return
    ids = [delivery.pk for delivery in deliveries]
    Delivery.objects.filter(pk__in=ids).update(claimed_until=now + lease(), tries=F("tries") + 1)
    for delivery in deliveries:
        delivery.tries += 1
