"""The queue of failing feeds: accounts in trouble, parcels whose answers keep failing."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from msgspec import Struct

from apps.desk.feeds import feeds
from apps.desk.pages import page, show
from apps.desk.queues import links
from apps.desk.roles import merchant_ids
from apps.providers.models import Watch
from apps.providers.trouble_words import explained
from apps.shipments.sheets import visible

# Fewer failures in a row are an everyday thing.
FAILS_AFTER = 3
MOST_WATCHES = 50


class Failing(Struct, frozen=True):
    """A parcel whose provider keeps failing to answer for it."""

    name: str
    account: str
    trouble: str
    failures: int
    answered_at: datetime | None
    due_at: datetime | None
    address: str
    shipment: str


@page("feeds/", name="feeds", methods=("GET", "HEAD"))
def feed_queue(request: HttpRequest) -> HttpResponse:
    """Show accounts and watches in trouble."""
    ids, now = merchant_ids(request), timezone.now()
    watches = failing(ids)
    context = {
        "title": "Failing feeds",
        "queues": links(request, reverse("admin:feeds")),
        "feeds": feeds(ids, now),
        "watches": watches[:MOST_WATCHES],
        "has_more": len(watches) > MOST_WATCHES,
        "now": now,
    }
    return show(request, "desk/feeds.html", context)


def failing(scope: Collection[int] | None) -> list[Failing]:
    """Return the newest parcels whose answers keep failing, one more than are shown."""
    return [_failing(watch) for watch in _rows(scope)[: MOST_WATCHES + 1]]


def _rows(scope: Collection[int] | None) -> QuerySet[Watch]:
    # Literally the condition of the index, so that it is used.
    watches = Watch.objects.filter(due_at__isnull=False, failures__gt=0, failures__gte=FAILS_AFTER)
    if scope is not None:
        watches = watches.filter(account__merchant__in=scope)
    watches = watches.select_related("account", "shipment").order_by("-pk")
    return watches.defer("account__credentials", "account__token")


def _failing(watch: Watch) -> Failing:
    return Failing(
        name=visible(watch.name),
        account=str(watch.account),
        trouble=explained(watch.trouble, watch.trouble_detail),
        failures=watch.failures,
        answered_at=watch.answered_at,
        due_at=watch.due_at,
        address=reverse("admin:providers_watch_change", args=[watch.pk]),
        shipment=reverse("admin:shipments_shipment_change", args=[watch.shipment_id]),
    )
