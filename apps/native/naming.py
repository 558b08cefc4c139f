"""Which of a merchant's shipments events name, by our references or by tracking numbers."""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import F, Max, Min, Q
from django.db.models.functions import Coalesce
from msgspec.structs import replace

from apps.dialects.generic_checking import folded
from apps.dialects.native_events import Told
from apps.dialects.payloads import Refused
from apps.shipments.models import Shipment, TrackingNumber
from apps.shipments.registering import carrier_codes
from apps.shipments.reports import Fault

# The first and the last shipment that has a number, by carrier code (empty for any) and number.
Numbers = Mapping[tuple[str, str], tuple[int, int]]


class Names:
    """What rows name, looked up for all of them by two statements, two more for carriers.

    A merchant is compared as a sum, for else SQLite goes through all that is the merchant's.
    """

    def __init__(self, merchant_id: int, rows: Sequence[Told]) -> None:
        names = {row.shipment for row in rows if row.shipment}
        numbers = {folded(row.number) for row in rows if not row.shipment}
        self._shipments = _by_reference(merchant_id, names)
        self._numbers = _by_number(merchant_id, numbers)
        self._codes = carrier_codes() if any(row.carrier_code for row in rows) else {}

    def plain(self, row: Told) -> Told:
        """Return a row with the carrier's own code for whichever it named."""
        return replace(row, carrier_code=self._codes.get(row.carrier_code, row.carrier_code))

    def shipment_of(self, row: Told) -> int:
        """Return the shipment a plain row names; raise `Refused` for none and for several."""
        if row.shipment:
            if row.shipment not in self._shipments:
                raise _fault(row, "shipment", "is none of your shipments")
            return self._shipments[row.shipment]
        first, last = self._numbers.get((row.carrier_code.lower(), folded(row.number)), (0, 0))
        if not first:
            whose = " with this carrier" if row.carrier_code else ""
            raise _fault(row, "tracking_number", f"is of none of your shipments{whose}")
        if first != last:
            raise _fault(row, "tracking_number", "is of several shipments: name `shipment`")
        return first


def _by_reference(merchant_id: int, names: Collection[str]) -> dict[str, int]:
    """Return shipments by reference; a duplicate's leads to what it was united with."""
    named = Q(reference__in=names) | Q(consignment_reference__in=names)
    own = Shipment.objects.alias(owner=F("merchant_id") + 0).filter(named, owner=merchant_id)
    rows = own.values_list("reference", "consignment_reference", Coalesce("merged_into", "pk"))
    return {name: pk for *both, pk in rows for name in both}


def _by_number(merchant_id: int, numbers: Collection[str]) -> Numbers:
    """Return whose numbers are; the database looks for the first and last, for some are used a lot."""
    own = TrackingNumber.objects.alias(owner=F("leg__shipment__merchant_id") + 0).filter(
        folded__in=numbers, owner=merchant_id, leg__shipment__merged_into=None
    )
    shipment = F("leg__shipment")
    grouped = own.order_by("folded").values_list("leg__carrier_code", "folded")
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for code, number, first, last in grouped.annotate(Min(shipment), Max(shipment)):
        for key in {(code.lower(), number), ("", number)}:
            known = found.get(key, (first, last))
            found[key] = (min(known[0], first), max(known[1], last))
    return found


def _fault(row: Told, field: str, why: str) -> Refused:
    return Refused(Fault(f"{row.path}.{field}", why))
