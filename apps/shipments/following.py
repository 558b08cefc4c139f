"""What the sync is asked to follow, and what it tells back about how asking goes.

None of this is news of a parcel, so nothing here raises a shipment's version.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from msgspec import Struct

from apps.shipments.models import TrackingNumber


class Wish(Struct, frozen=True):
    """A number whose following was switched, with all that is needed to act on it."""

    number_id: int
    shipment_id: int
    merchant_id: int
    number: str
    carrier_code: str
    reference: str
    custom_reference: str
    is_followed: bool
    switched_at: datetime


def switch(number_ids: Collection[int], *, is_followed: bool, now: datetime) -> None:
    """Ask for numbers to be followed, or no more.

    What is followed already is asked for again: it may have been given up meanwhile.
    """
    numbers = TrackingNumber.objects.filter(pk__in=number_ids)
    if not is_followed:
        numbers = numbers.filter(is_followed=True)
    numbers.update(is_followed=is_followed, switched_at=now)


def ask_anew(
    merchant_id: int, *, besides: "Collection[int] | QuerySet[Any]", now: datetime
) -> None:
    """Have a merchant's followed numbers looked at again, `besides` left out (row numbers)."""
    own = TrackingNumber.objects.filter(leg__shipment__merchant_id=merchant_id, is_followed=True)
    own.exclude(pk__in=besides).update(switched_at=now)


def wishes(limit: int) -> list[Wish]:
    """Return the switches nobody has acted on, oldest first."""
    rows = (
        TrackingNumber.objects.filter(switched_at__isnull=False)
        .order_by("switched_at")
        .values_list(
            "pk",
            "leg__shipment_id",
            "leg__shipment__merchant_id",
            "number",
            "leg__carrier_code",
            "leg__shipment__reference",
            "leg__shipment__custom_reference",
            "is_followed",
            "switched_at",
        )[:limit]
    )
    return [Wish(*row) for row in rows]  # type: ignore[arg-type]


def granted(done: Iterable[Wish]) -> None:
    """Take wishes off the list, but for those that were switched again meanwhile."""
    by_time: dict[datetime, list[int]] = {}
    for wish in done:
        by_time.setdefault(wish.switched_at, []).append(wish.number_id)
    for switched_at, ids in by_time.items():
        TrackingNumber.objects.filter(pk__in=ids, switched_at=switched_at).update(switched_at=None)


def note(answered: Collection[int], failed: Collection[int], *, now: datetime) -> None:
    """Write down which numbers were asked about just now and which of them got no answer."""
    if answered:
        TrackingNumber.objects.filter(pk__in=answered).update(
            asked_at=now, answered_at=now, failing_since=None
        )
    if failed:
        TrackingNumber.objects.filter(pk__in=failed).update(
            asked_at=now, failing_since=Coalesce("failing_since", Value(now))
        )


def follow_named(shipment_ids: Collection[int], numbers: Collection[str], *, now: datetime) -> int:
    """Follow the numbers an answer brought, such as a partner carrier's; return how many.

    `numbers` are folded. A number that was asked about before is left as it is: if nobody
    follows it now, somebody wanted that.
    """
    return TrackingNumber.objects.filter(
        leg__shipment_id__in=shipment_ids,
        folded__in=numbers,
        is_followed=False,
        asked_at__isnull=True,
    ).update(is_followed=True, switched_at=now)
