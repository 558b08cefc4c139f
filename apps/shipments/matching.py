"""Which legs, items and numbers of a report are the ones the shipment already has."""

from collections.abc import Iterable, Sequence

import msgspec

from apps.shipments.models import Item, Leg, TrackingNumber, fold_number
from apps.shipments.reports import ItemReport, LegReport, NumberReport, Report


def match_legs(report: Report, legs: Sequence[Leg], numbers: Sequence[TrackingNumber]) -> list[Leg]:
    """Return a leg for each of the report's, in its order; what is new is not saved yet.

    A leg is known by a number it has, else by its carrier, else by its service; the n-th
    leg of one carrier in a report is the n-th of that carrier we have. A blank leg, from a
    registration without a carrier, becomes the first leg a report names.
    """
    matched: list[Leg] = []
    for index, said in enumerate(report.legs):
        free = [leg for leg in legs if leg not in matched]
        folded = {fold_number(n.number) for n in report.numbers if n.leg == index}
        known = _by_number(folded, free, numbers) or _by_name(said, free)
        matched.append(known or new_leg(said, [*legs, *matched]))
    return matched


def _by_number(
    folded: set[str], legs: Sequence[Leg], numbers: Iterable[TrackingNumber]
) -> Leg | None:
    holding = [number.leg for number in numbers if number.folded in folded]
    return next((leg for leg in legs if leg in holding), None)


def _by_name(said: LegReport, legs: Sequence[Leg]) -> Leg | None:
    named = next((leg for leg in legs if _is_same_leg(said, leg)), None)
    return named or next((leg for leg in legs if not leg_names(leg)), None)


def _is_same_leg(said: LegReport, leg: Leg) -> bool:
    if said.carrier_code and leg.carrier_code:
        return said.carrier_code.casefold() == leg.carrier_code.casefold()
    names = {
        said.service_name.casefold(),
        said.carrier_name.casefold(),
        said.carrier_code.casefold(),
    }
    return not any(names) or bool((names - {""}) & leg_names(leg))


def leg_names(leg: Leg) -> set[str]:
    """Return what tells a leg from others: nothing for one that nobody named."""
    names = (leg.carrier_code, leg.carrier_name, leg.service_name)
    return {name.casefold() for name in names if name}


def new_leg(said: LegReport, others: Sequence[Leg]) -> Leg:
    """Return a leg that comes after the others, not saved yet."""
    position = len({leg.position for leg in others}) + 1
    leg = Leg(position=position, order=position)
    fill_leg(leg, said)
    return leg


def fill_leg(leg: Leg, said: LegReport) -> bool:
    """Take over what a report knows more of a leg; return whether anything changed."""
    return _fill(leg, said, said.__struct_fields__)


def put_in_order(legs: Sequence[Leg]) -> list[Leg]:
    """Make the legs' order that of the sequence; return those that moved."""
    orders = sorted(leg.order for leg in legs)
    moved = [leg for leg, order in zip(legs, orders, strict=True) if leg.order != order]
    for leg, order in zip(legs, orders, strict=True):
        leg.order = order
    return moved


def match_items(
    report: Report, items: Sequence[Item], numbers: Sequence[TrackingNumber]
) -> list[Item]:
    """Return an item for each of the report's, in its order; what is new is not saved yet.

    References are looked at for all of them before numbers are: two items in one box
    share a number.
    """
    named = [next((i for i in items if _is_same_item(said, i)), None) for said in report.items]
    matched: list[Item] = []
    for index, (said, known) in enumerate(zip(report.items, named, strict=True)):
        taken = [*matched, *(item for item in named if item)]
        folded = {fold_number(n.number) for n in report.numbers if n.item == index}
        holding = [number.item for number in numbers if number.folded in folded]
        free = (item for item in items if item in holding and item not in taken)
        known = known or next(free, None)
        matched.append(known or _new_item(said, [*items, *matched]))
    return matched


def _is_same_item(said: ItemReport, item: Item) -> bool:
    if said.reference:
        return said.reference == item.reference
    if said.package_reference:
        return said.package_reference == item.package_reference
    return bool(said.custom_reference) and said.custom_reference == item.custom_reference


def _new_item(said: ItemReport, others: Sequence[Item]) -> Item:
    item = Item(position=next_position(others))
    item.reference = said.reference or item.reference
    item.package_reference = said.package_reference or item.package_reference
    item.quantity = said.quantity
    fill_item(item, said)
    return item


def next_position(items: Iterable[Item]) -> int:
    """Return the position of an item that is added; one may have been taken out in between."""
    return max((item.position for item in items), default=0) + 1


def fill_item(item: Item, said: ItemReport) -> bool:
    """Take over what a report knows more of an item; return whether anything changed."""
    return _fill(item, said, ("custom_reference", "description"))


def match_number(
    said: NumberReport, leg: Leg, item: Item | None, numbers: Iterable[TrackingNumber]
) -> TrackingNumber:
    """Return the tracking number, saved or new."""
    folded = fold_number(said.number)
    for number in numbers:
        if number.folded == folded and number.leg == leg and number.item == item:
            return number
    return TrackingNumber(leg=leg, item=item, number=said.number, folded=folded)


def fill_number(number: TrackingNumber, said: NumberReport, source: str) -> bool:
    """Take over the address and headline a report gives; return whether anything changed."""
    before = (number.tracking_url, number.source, number.headline)
    number.tracking_url = said.tracking_url or number.tracking_url
    if said.headline:
        number.source = source
        number.headline_code = said.headline.code
        number.headline = msgspec.to_builtins(said.headline)
    return before != (number.tracking_url, number.source, number.headline)


def _fill(row: Leg | Item, said: LegReport | ItemReport, fields: Iterable[str]) -> bool:
    """Fill what is blank. What is known stays: two sources must not overwrite each other."""
    changed = False
    for field in fields:
        value = getattr(said, field)
        if value not in ("", None) and getattr(row, field) in ("", None):
            setattr(row, field, value)
            changed = True
    return changed
