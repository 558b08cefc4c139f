"""A tracking number more, as a shop says: on the leg of its carrier, for an item or for all."""

from collections.abc import Iterable
from datetime import datetime

from apps.shipments import matching, recognition, recording
from apps.shipments.changing import Change
from apps.shipments.contents import TooMany, Unfitting, item_of
from apps.shipments.correcting import NumberTaken
from apps.shipments.models import Item, Leg, TrackingNumber, fold_number
from apps.shipments.recording import Mended
from apps.shipments.registering import canonical_code
from apps.shipments.reports import LegReport, Limits
from apps.shipments.wanted import AddedNumber


class OtherCarrier(Unfitting):
    def __init__(self, position: int) -> None:
        super().__init__(f"Leg {position} is another carrier's.")


class NoLeg(Unfitting):
    def __init__(self) -> None:
        super().__init__("The number does not tell its carrier: name `carrier_code` or `leg`.")


def add_number(shipment_id: int, wanted: AddedNumber, *, now: datetime) -> int:
    """Add a tracking number, with a leg of its own if need be, and return its row number.

    Raises `Leg.DoesNotExist` and `Item.DoesNotExist` for what the shipment has not,
    `NumberTaken`, and `Unfitting` with words.
    """
    carrier = _carrier(wanted)
    added: list[TrackingNumber] = []

    def add(changes: dict[int, Change]) -> Iterable[Mended]:
        [change] = changes.values()
        if len(change.numbers) >= Limits.NUMBERS:
            raise TooMany("tracking numbers", Limits.NUMBERS)
        item = item_of(change, wanted.item) if wanted.item else None
        leg = _leg(change, wanted, carrier)
        number = _number(change, leg, item, wanted, now)
        change.numbers.append(number)
        change.parts.append(number)
        added.append(number)
        _reclaim(change, number.folded)
        return ()

    recording.amend([shipment_id], add, now=now)
    return added[-1].pk


def _carrier(wanted: AddedNumber) -> LegReport:
    if wanted.carrier_code:
        return LegReport(canonical_code(wanted.carrier_code))
    sure = recognition.certain(wanted.number)
    return LegReport(sure.carrier_code, sure.name) if sure else LegReport()


def _leg(change: Change, wanted: AddedNumber, carrier: LegReport) -> Leg:
    if wanted.leg is not None:
        return _named(change, wanted, carrier)
    if not carrier.carrier_code and len(change.legs) == 1:
        return change.legs[0]
    if not carrier.carrier_code and change.legs:
        raise NoLeg
    return _own(change, carrier) or _blank(change, carrier) or _new(change, carrier)


def _named(change: Change, wanted: AddedNumber, carrier: LegReport) -> Leg:
    """Return the leg at a position. The carrier that was named must fit, a guess need not."""
    leg = next((leg for leg in change.legs if leg.position == wanted.leg), None)
    if leg is None:
        raise Leg.DoesNotExist
    if wanted.carrier_code and leg.carrier_code and not _is_of(leg, carrier):
        raise OtherCarrier(leg.position)
    if not leg.carrier_code:
        _fill(change, leg, carrier)
    return leg


def _own(change: Change, carrier: LegReport) -> Leg | None:
    return next((leg for leg in change.legs if _is_of(leg, carrier)), None)


def _blank(change: Change, carrier: LegReport) -> Leg | None:
    """Give a leg that nobody named and that has no number to the carrier."""
    held = [number.leg for number in change.numbers]
    free = (leg for leg in change.legs if leg not in held and not matching.leg_names(leg))
    leg = next(free, None)
    if leg:
        _fill(change, leg, carrier)
    return leg


def _new(change: Change, carrier: LegReport) -> Leg:
    if len(change.legs) >= Limits.LEGS:
        raise TooMany("legs", Limits.LEGS)
    leg = matching.new_leg(carrier, change.legs)
    leg.shipment = change.shipment
    change.legs.append(leg)
    change.parts.append(leg)
    return leg


def _fill(change: Change, leg: Leg, carrier: LegReport) -> None:
    if matching.fill_leg(leg, carrier):
        change.parts.append(leg)


def _is_of(leg: Leg, carrier: LegReport) -> bool:
    return leg.carrier_code.casefold() == carrier.carrier_code.casefold()


def _number(
    change: Change, leg: Leg, item: Item | None, wanted: AddedNumber, now: datetime
) -> TrackingNumber:
    folded = fold_number(wanted.number)
    of_leg = [one for one in change.numbers if one.leg == leg and one.folded == folded]
    # A number of the whole is every item's.
    if any(one.item is None or item is None or one.item == item for one in of_leg):
        raise NumberTaken
    return TrackingNumber(
        leg=leg,
        item=item,
        number=wanted.number,
        folded=folded,
        is_followed=wanted.is_followed,
        switched_at=now if wanted.is_followed else None,
    )


def _reclaim(change: Change, folded: str) -> None:
    """Listen again to what is told of a number that was taken for another parcel's."""
    former = change.shipment.former_numbers or []
    if folded in former:
        change.shipment.former_numbers = [one for one in former if one != folded] or None
        change.shipment.save(update_fields=["former_numbers"])
