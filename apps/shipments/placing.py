"""Whose news a report is whose source knows a number and no items.

Of several packages in one shipment each has a number of its own. What is told of one of
them must not be taken for all.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from apps.shipments.models import Item, TrackingNumber, fold_number
from apps.shipments.reports import ItemReport, Report, Sighting


def placed(report: Report, items: Sequence[Item], numbers: Sequence[TrackingNumber]) -> Report:
    """Return a report with its news given to the items that have its number.

    It stays as it is when it names items itself, and when no other number has an item.
    """
    if report.items or len(items) < 2:
        return report
    told = {fold_number(number.number) for number in report.numbers}
    holding = [number.item for number in numbers if number.item and number.folded in told]
    own = [item for item in items if item in holding]
    if not own or all(number.item in own for number in numbers if number.item):
        return report
    return replace(
        report,
        items=tuple(ItemReport(reference=item.reference) for item in own),
        numbers=tuple(replace(n, item=i) for n in report.numbers for i in range(len(own))),
        sightings=tuple(_of_item(s, own, i) for s in report.sightings for i in range(len(own))),
    )


def _of_item(seen: Sighting, own: Sequence[Item], index: int) -> Sighting:
    """Return the event as an item's; one of several items needs a name for each of them."""
    is_shared = seen.reference and len(own) > 1
    reference = f"{seen.reference} {own[index].reference}" if is_shared else seen.reference
    return replace(seen, item=index, reference=reference)
