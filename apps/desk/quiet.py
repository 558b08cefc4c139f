"""Which parcels are silent by their brands' rules, found among those that may be."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from apps.branding.looks import Look
from apps.branding.models import Brand
from apps.pages.freshness import outage_of
from apps.pages.silence import Silence, Stage, silence_of
from apps.pages.thresholds import least_days
from apps.shipments.models import Shipment
from apps.shipments.reading import journeys_of

DAYS = ("quiet_days_first", "quiet_days_home", "quiet_days_abroad", "quiet_days_by_carrier")
# What a merchant without a brand has.
PLAIN = Look(slug="", name="", merchant="")


def before(now: datetime, merchant_ids: Collection[int] | None) -> datetime:
    """Return the moment after whose scans no parcel of these merchants (None: all) is silent.

    Business days are never fewer than days, so every silent parcel was scanned before it.
    """
    brands = Brand.objects.all()
    if merchant_ids is not None:
        brands = brands.filter(merchant__in=merchant_ids)
    return now - timedelta(days=least_days(brands))


def silences(shipments: Sequence[Shipment], now: datetime) -> dict[int, Silence]:
    """Return how quiet those of the shipments are that are silent, by row number."""
    looks = _looks({one.merchant_id for one in shipments})
    ids = {one.reference: one for one in shipments}
    found: dict[int, Silence] = {}
    for journey in journeys_of(_rows(ids)):
        shipment = ids[journey.reference]
        outage = outage_of(journey, now)
        look = looks.get(shipment.merchant_id, PLAIN)
        silence = silence_of(journey, look, now, outage.since if outage else None)
        if silence and silence.stage >= Stage.LONG:
            found[shipment.pk] = silence
    return found


def _rows(ids: Mapping[str, Shipment]) -> QuerySet[Shipment]:
    return Shipment.objects.filter(pk__in=[one.pk for one in ids.values()])


def _looks(merchant_ids: Collection[int]) -> dict[int, Look]:
    """Return the merchants' default brands, of which only the thresholds are read."""
    brands = Brand.objects.filter(merchant__in=merchant_ids, is_default=True)
    return {
        row.pop("merchant_id"): Look(slug="", name="", merchant="", **row)
        for row in brands.values("merchant_id", *DAYS)
    }
