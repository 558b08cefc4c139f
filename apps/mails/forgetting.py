"""Subscriptions that are of use to nobody any more are deleted, and the letters to them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Max

from apps.branding.models import Brand
from apps.mails.asking import CONFIRMED_WITHIN
from apps.mails.models import Subscription
from apps.pages.readers import PLAIN
from apps.shipments.status import status_of

# Rows that are looked at, and deleted, at a time.
BATCH = 500


class Row(NamedTuple):
    pk: int
    state: str
    asked_at: datetime
    code: str
    updated_at: datetime
    merchant_id: int


def forget_old(now: datetime, at_once: int = BATCH) -> int:
    """Delete those whose parcel's link has ended, and those nobody confirmed; return how many.

    A parcel's link ends a brand's `link_days` after its journey; a merchant with several brands
    keeps to the longest. It goes by batches, so that nobody waits for it.
    """
    days = _days_by_merchant()
    forgotten = 0
    for rows in _pages(at_once):
        old = [row.pk for row in rows if _is_old(row, days, now)]
        if old:
            Subscription.objects.filter(pk__in=old).delete()
        forgotten += len(old)
    return forgotten


def _days_by_merchant() -> dict[int, int]:
    found = Brand.objects.values_list("merchant").annotate(days=Max("link_days"))
    return dict(found.order_by("merchant"))


def _pages(at_once: int) -> Iterator[list[Row]]:
    columns = ("pk", "state", "asked_at", "shipment__code", "shipment__updated_at")
    rows = Subscription.objects.order_by("pk").values_list(*columns, "shipment__merchant")
    last = 0
    while page := [Row(*row) for row in rows.filter(pk__gt=last)[:at_once]]:
        yield page
        last = page[-1].pk


def _is_old(row: Row, days: dict[int, int], now: datetime) -> bool:
    if row.state == Subscription.State.ASKED:
        return row.asked_at < now - CONFIRMED_WITHIN
    lives = timedelta(days=days.get(row.merchant_id, PLAIN.link_days))
    return status_of(row.code).is_terminal and max(row.updated_at, row.asked_at) < now - lives
