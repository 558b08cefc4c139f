"""The lists staff work through, in order, and what they are narrowed down by.

Each list is read along an index of its own, for one merchant (`filter(merchant_id=…)`) as for
all of them: a page costs the same at a million shipments. Count them no further than somebody
leafs. The indexes stand on `Shipment`.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.shipments.models import NEEDS_SOMEBODY, CarrierName, Leg, Shipment
from apps.shipments.status import STATUSES, milestone_of

# Up to so many parcels, a list is looked up by its carrier; beyond, it is sifted along its
# own order, where a page of a common carrier's parcels is soon full.
FEW = 2_000


def problems() -> QuerySet[Shipment]:
    """Return shipments with something wrong, lost ones too, the worst first, then the longest so."""
    found = _shipments().filter(severity__gte=NEEDS_SOMEBODY)
    return found.order_by("-severity", "code_since", "pk")


def silent(before: datetime) -> QuerySet[Shipment]:
    """Return open shipments whose last scan was before a moment, the longest silent first.

    A parcel that nobody has scanned yet is not silent.
    """
    found = _shipments().filter(is_open=True, last_scan_at__lt=before)
    return found.order_by("last_scan_at", "pk")


def late(now: datetime) -> QuerySet[Shipment]:
    """Return open shipments past the end of their last promise, the longest overdue first."""
    return _shipments().filter(is_open=True, due_at__lt=now).order_by("due_at", "pk")


def newest() -> QuerySet[Shipment]:
    """Return all shipments, the newest first."""
    return _shipments().order_by("-created_at", "-pk")


def of_code(code: str) -> Q:
    """Return a filter by status: of a milestone with all its details, else of the code itself.

    An unknown code finds nothing.
    """
    if code == "delivered":
        # Most of a vault: soon found in any order, but long to sort out of the index by status.
        # A comparison by the beginning keeps SQLite, which does not know that, from trying.
        return Q(code__startswith=code)
    return Q(code__in=[one for one in STATUSES if code in (one, milestone_of(one))])


def of_carrier(code: str) -> Q | Exists:
    """Return a filter by carrier: those with a leg of the carrier that goes by the code.

    It takes two statements to make, which see whether the carrier's parcels are few.
    """
    legs = Leg.objects.filter(_goes_by(code))
    if legs[: FEW + 1].count() <= FEW:
        return Q(pk__in=legs.values("shipment"))
    return Exists(legs.filter(shipment=OuterRef("pk")))


def registered(*, since: datetime | None = None, before: datetime | None = None) -> Q:
    """Return a filter by age: registered at or after one moment, before the other."""
    later = Q(created_at__gte=since) if since else Q()
    return later & Q(created_at__lt=before) if before else later


def _goes_by(code: str) -> Q:
    """Return a filter of legs; only carriers we do not know are told apart by their code."""
    known = CarrierName.objects.filter(code=code.lower()).values_list("carrier", flat=True).first()
    return Q(carrier=known) if known else Q(carrier__isnull=True, carrier_code=code)


def _shipments() -> QuerySet[Shipment]:
    """Return all but the duplicates that were united with another."""
    return Shipment.objects.filter(merged_into__isnull=True)
