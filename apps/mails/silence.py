"""A letter to whoever waits for a parcel that nobody has scanned for too long.

Only open parcels that somebody wants to hear of are looked at, along the indexes the desk's
queue is read by, and only those whose last scan is a few days to a month old: whoever asks
about an older one read on its page how things stand.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.branding.models import Brand
from apps.mails.models import Letter, Subscription
from apps.mails.picking import letter_about, store
from apps.mails.reading import holding_up_nobody, journeys_by_id
from apps.mails.topics import wants
from apps.pages.freshness import outage_of
from apps.pages.showing import look_for
from apps.pages.silence import Stage, silence_of
from apps.pages.thresholds import least_days, least_days_first
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment

SILENT = Letter.Kind.SILENT
LONGEST = timedelta(days=30)
# Parcels looked at in one turn.
MOST = 200
COLUMNS = ("last_scan_at", "created_at")


def find_silent(now: datetime) -> int:
    """Make letters about parcels that fell silent; return how many parcels were looked at."""
    seen = 0
    for shelf, column in zip(shelves(now), COLUMNS, strict=True):
        for shipments in _in_turns(shelf, column):
            _write_of(shipments, now)
            seen += len(shipments)
    return seen


def shelves(now: datetime) -> tuple[QuerySet[Shipment], QuerySet[Shipment]]:
    """Return the parcels to look at: those that were scanned before and those that were not.

    Each in the order of an index: by `COLUMNS`.
    """
    found = (_listened_to(_scanned(now)), _listened_to(_never_scanned(now)))
    scanned, never = (
        one.order_by(column, "pk") for one, column in zip(found, COLUMNS, strict=True)
    )
    return scanned, never


def is_silent(journey: Journey, now: datetime) -> bool:
    """Tell whether a parcel is silent for longer than its brand calls usual."""
    outage = outage_of(journey, now)
    silence = silence_of(journey, look_for([journey]), now, outage.since if outage else None)
    return silence is not None and silence.stage >= Stage.LONG


def _scanned(now: datetime) -> QuerySet[Shipment]:
    least = timedelta(days=least_days(Brand.objects.all()))
    # Business days are never fewer than days.
    return Shipment.objects.filter(
        is_open=True, last_scan_at__gte=now - LONGEST, last_scan_at__lt=now - least
    )


def _never_scanned(now: datetime) -> QuerySet[Shipment]:
    least = timedelta(days=least_days_first(Brand.objects.all()))
    return Shipment.objects.filter(
        is_open=True,
        last_scan_at=None,
        created_at__gte=now - LONGEST,
        created_at__lt=now - least,
    )


def _listened_to(shipments: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """Return those of which somebody hears who had no letter about silence yet."""
    told = Letter.objects.filter(subscription=OuterRef("pk"), kind=SILENT)
    hearing = Subscription.objects.filter(
        ~Exists(told), shipment=OuterRef("pk"), state=Subscription.State.ON
    )
    return shipments.filter(Exists(hearing), merged_into=None)


def _in_turns(shipments: QuerySet[Shipment], column: str) -> Iterator[list[Shipment]]:
    """Yield the shipments a few at a time, along the index of a column."""
    after = Q()
    while found := list(shipments.filter(after).only("pk", "version", column)[:MOST]):
        yield found
        last = found[-1]
        value = getattr(last, column)
        beyond = Q(**{f"{column}__gt": value}) | Q(pk__gt=last.pk)
        after = Q(**{f"{column}__gte": value}) & beyond


def _write_of(shipments: Sequence[Shipment], now: datetime) -> None:
    versions = {one.pk: one.version for one in shipments}
    silent = {}
    for pk, journey in journeys_by_id(versions).items():
        with holding_up_nobody(pk):
            if is_silent(journey, now):
                silent[pk] = journey
    hearing = Subscription.objects.filter(shipment__in=silent, state=Subscription.State.ON)
    wanted = [one for one in hearing.select_related("shipment") if wants(one.topics, SILENT)]
    store(
        [
            letter_about(one, SILENT, versions[one.shipment_id], silent[one.shipment_id], now)
            for one in wanted
        ]
    )
