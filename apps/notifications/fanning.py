"""From the outbox to messages: one for each endpoint that asked for the change."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from apps.notifications.models import Delivery, Endpoint
from apps.notifications.topics import wants
from apps.shipments.models import Outbox

# Changes told in one transaction.
MOST = 500


class News(NamedTuple):
    """A row of the outbox."""

    id: int
    shipment_id: int
    merchant_id: int
    version: int
    code_before: str
    code: str


def fan_out(now: datetime) -> int:
    """Make messages of changes nobody was told of yet; return how many changes there were.

    In one transaction: a change is marked as told if and only if its messages are there.
    """
    with transaction.atomic():
        found = _untold()
        if found:
            messages = list(_messages(found, now))
            Delivery.objects.bulk_create(messages, ignore_conflicts=True)
            Outbox.objects.filter(pk__in=[news.id for news in found]).update(told_at=now)
    return len(found)


def _untold() -> list[News]:
    rows = Outbox.objects.filter(told_at=None).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    names = ("pk", "shipment_id", "shipment__merchant_id", "version", "code_before", "code")
    return [News(*row) for row in rows.values_list(*names)[:MOST]]


def _messages(found: Sequence[News], now: datetime) -> Iterable[Delivery]:
    endpoints = _endpoints({news.merchant_id for news in found})
    for news in found:
        for endpoint in endpoints[news.merchant_id]:
            if _is_for(endpoint, news):
                yield Delivery(
                    endpoint=endpoint,
                    shipment_id=news.shipment_id,
                    version=news.version,
                    code_before=news.code_before,
                    code=news.code,
                    created_at=now,
                    due_at=now,
                )


def _endpoints(merchants: Iterable[int]) -> dict[int, list[Endpoint]]:
    found: dict[int, list[Endpoint]] = defaultdict(list)
    open_ones = Endpoint.objects.filter(merchant__in=merchants, is_active=True, paused_at=None)
    for endpoint in open_ones.defer("secrets"):
        found[endpoint.merchant_id].append(endpoint)
    return found


def _is_for(endpoint: Endpoint, news: News) -> bool:
    """Tell whether an endpoint is told: of every change, or of new states it named."""
    if not endpoint.topics:
        return True
    return news.code != news.code_before and wants(endpoint.topics, news.code)
