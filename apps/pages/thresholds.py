"""The fewest days without a scan that can make a parcel silent, to look for such parcels by."""

from django.db.models import Min, QuerySet

from apps.branding.looks import Look
from apps.branding.models import Brand

# What a merchant without a brand has.
PLAIN = Look(slug="", name="", merchant="")
# Brands with thresholds of carriers' own that are looked through for the smallest.
MOST_BRANDS = 1000


def least_days(brands: QuerySet[Brand]) -> int:
    """Return the smallest threshold of these brands for parcels that were scanned before."""
    home, abroad = brands.aggregate(
        home=Min("quiet_days_home"), abroad=Min("quiet_days_abroad")
    ).values()
    special = brands.exclude(quiet_days_by_carrier={})
    tables = special.values_list("quiet_days_by_carrier", flat=True)[:MOST_BRANDS]
    own = [days for table in tables for days in _days(table)]
    known: list[int] = [days for days in (home, abroad, *own) if days is not None]
    return min([*known, PLAIN.quiet_days_home])


def least_days_first(brands: QuerySet[Brand]) -> int:
    """Return the smallest threshold of these brands for parcels that nobody scanned yet."""
    least: int | None = brands.aggregate(least=Min("quiet_days_first"))["least"]
    return PLAIN.quiet_days_first if least is None else min(least, PLAIN.quiet_days_first)


def _days(table: object) -> list[int]:
    values = table.values() if isinstance(table, dict) else ()
    return [days for days in values if isinstance(days, int) and days >= 0]
