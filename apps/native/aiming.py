"""What of a shipment an event is about: all of it, a leg of it, or some of its items."""

from collections.abc import Sequence

from msgspec.structs import replace

from apps.dialects.generic_checking import folded
from apps.dialects.native_events import Told
from apps.dialects.payloads import Refused
from apps.shipments.journey import Journey, JourneyNumber
from apps.shipments.reports import Fault, Sighting


def aimed(journey: Journey, told: Told) -> list[Sighting]:
    """Return the event, its leg and item as positions; one for each item that shares its number.

    Raises `Refused` for what is not the shipment's.
    """
    leg, numbers = _leg(journey, told)
    if told.item:
        return [replace(told.sighting, leg=leg, item=_item(journey, told))]
    own = _items_of(journey, numbers)
    if len(own) < 2:
        return [replace(told.sighting, leg=leg, item=own[0] if own else None)]
    return [_of_item(journey, told.sighting, leg, position) for position in own]


def _leg(journey: Journey, told: Told) -> tuple[int | None, list[JourneyNumber]]:
    """Return the position of the leg that is meant, and the numbers there that are."""
    if told.leg is not None and journey.leg(told.leg) is None:
        raise _fault(told, "leg", "is none of the shipment's legs")
    if not told.number:
        return told.leg, []
    wanted = folded(told.number)
    numbers = [one for one in journey.numbers if folded(one.number) == wanted]
    numbers = [one for one in numbers if told.leg in (None, one.leg)]
    numbers = [one for one in numbers if _is_carriers(journey, one, told.carrier_code)]
    legs = {one.leg for one in numbers}
    if not legs:
        where = "shipment" if told.leg is None else "leg"
        raise _fault(told, "tracking_number", f"is no number of the {where}")
    if len(legs) > 1:
        raise _fault(told, "tracking_number", "is the number of several legs: name `leg`")
    return legs.pop(), numbers


def _is_carriers(journey: Journey, number: JourneyNumber, code: str) -> bool:
    leg = journey.leg(number.leg)
    return not code or (leg is not None and leg.carrier_code.casefold() == code.casefold())


def _item(journey: Journey, told: Told) -> int:
    own = [
        item.position
        for item in journey.items
        if told.item in (item.reference, item.package_reference, item.custom_reference)
    ]
    if not own:
        raise _fault(told, "item", "is none of the shipment's items")
    if len(own) > 1:
        raise _fault(told, "item", "is what several items are called: use its `sc_` reference")
    return own[0]


def _items_of(journey: Journey, numbers: Sequence[JourneyNumber]) -> list[int]:
    """Return the items a number is of, none where it is the only one: then it is of the whole."""
    own = list(dict.fromkeys(one.item for one in numbers if one.item is not None))
    is_of_whole = any(one.item is None for one in numbers)
    others = [one for one in journey.numbers if one.item is not None and one.item not in own]
    return own if others and not is_of_whole else []


def _of_item(journey: Journey, seen: Sighting, leg: int | None, position: int) -> Sighting:
    """Return the event as an item's, each under a reference of its own."""
    item = next(one for one in journey.items if one.position == position)
    reference = f"{seen.reference} {item.reference}" if seen.reference else ""
    return replace(seen, leg=leg, item=position, reference=reference)


def _fault(told: Told, field: str, why: str) -> Refused:
    return Refused(Fault(f"{told.path}.{field}", why))
