"""What staff put right by hand: a wrong number or carrier, a parcel that is not to go, a link."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from msgspec import Struct

from apps.shipments import following, recognition, recording, references
from apps.shipments.changing import Change, Stored
from apps.shipments.models import (
    Carrier,
    CarrierName,
    Leg,
    Promise,
    Shipment,
    TrackingNumber,
    fold_number,
)
from apps.shipments.recording import Mended, Recorded
from apps.shipments.reports import Limits, Moment, Report, Sighting, clean
from apps.shipments.status import STATUSES

BY_HAND = "manual"
CANCELLED = "cancelled"
# All of a number that another parcel's answers wrote, and the number itself.
AFRESH = ["number", "folded", "source", "headline_code", "tracking_url", "headline"]
AFRESH += ["asked_at", "answered_at", "failing_since"]


class Uncorrectable(ValueError):
    """Something that cannot be done, in words for staff."""


class NoNumber(Uncorrectable):
    def __init__(self) -> None:
        super().__init__("Enter the right tracking number, of at most 100 characters.")


class UnknownCarrier(Uncorrectable):
    def __init__(self, code: str) -> None:
        super().__init__(f"We know no carrier by the code “{code}”.")


class NumberTaken(Uncorrectable):
    def __init__(self) -> None:
        super().__init__("The shipment already has this tracking number.")


class NothingWrong(Uncorrectable):
    def __init__(self) -> None:
        super().__init__("This is the number and the carrier it has already.")


class AlreadyOver(Uncorrectable):
    def __init__(self) -> None:
        super().__init__("The journey is over, so it cannot be cancelled.")


class _Right(Struct, frozen=True):
    """What a number and its leg's carrier are to be. The code is as given where none is known."""

    number: str
    carrier_code: str
    carrier: Carrier | None

    @property
    def folded(self) -> str:
        return fold_number(self.number)


def renumber(number_id: int, *, number: str, carrier_code: str, now: datetime) -> Recorded:
    """Put a wrong tracking number or carrier right; return what it did to the shipment.

    What was told of the wrong number was about another parcel: it is superseded, and what is
    told of it later is left aside. Another carrier is that of all numbers of the leg. Without
    a carrier code the number's own form decides. Raises `Uncorrectable`, and
    `TrackingNumber.DoesNotExist`.
    """
    numbers = TrackingNumber.objects.values_list("leg__shipment_id", flat=True)
    shipment_id = numbers.get(pk=number_id)
    right = _right(number, carrier_code)
    work = partial(_renumber, number_id=number_id, right=right, now=now)
    return recording.amend([shipment_id], work, now=now)[0]


def carrier_called(code: str) -> Carrier:
    """Return the carrier with a code, or with a name that has it; raise `UnknownCarrier`."""
    carrier = _carrier(code.strip())
    if carrier is None:
        raise UnknownCarrier(code)
    return carrier


def _carrier(code: str) -> Carrier | None:
    name = CarrierName.objects.filter(code=code.lower()).select_related("carrier").first()
    return name.carrier if name else Carrier.objects.filter(code=code.lower()).first()


def _right(number: str, carrier_code: str) -> _Right:
    number = " ".join(clean(number, Limits.NUMBER + 1).split())
    if not fold_number(number) or len(number) > Limits.NUMBER:
        raise NoNumber
    code = carrier_code.strip()
    if not code:
        sure = recognition.certain(number)
        code = sure.carrier_code if sure else ""
    carrier = _carrier(code)
    return _Right(number, carrier.code if carrier else code, carrier)


def _renumber(
    changes: dict[int, Change], *, number_id: int, right: _Right, now: datetime
) -> Iterable[Mended]:
    [change] = changes.values()
    number = next((one for one in change.numbers if one.pk == number_id), None)
    if number is None:
        raise TrackingNumber.DoesNotExist
    is_moved = _is_other_carrier(number.leg, right)
    renamed = _of_one_box(change, number) if number.folded != right.folded else []
    _check(change, renamed, right, is_moved=is_moved)
    of_leg = [one for one in change.numbers if one.leg == number.leg]
    wrong = of_leg if is_moved else renamed
    _supersede(change, number, wrong, is_whole_leg=len(wrong) == len(of_leg))
    if is_moved:
        _hand_to(change, number.leg, right.carrier, right.carrier_code)
    _rename(change, renamed, right)
    _begin_anew(change, wrong, now)
    return ()


def _is_other_carrier(leg: Leg, right: _Right) -> bool:
    if leg.carrier_code.casefold() == right.carrier_code.casefold():
        return False
    if right.carrier is None and right.carrier_code:
        raise UnknownCarrier(right.carrier_code)
    return True


def _of_one_box(change: Change, number: TrackingNumber) -> list[TrackingNumber]:
    """Return the number's rows: items in one box have one each."""
    own = (one for one in change.numbers if one.leg == number.leg)
    return [one for one in own if one.folded == number.folded]


def _check(
    change: Change, renamed: Collection[TrackingNumber], right: _Right, *, is_moved: bool
) -> None:
    if not renamed and not is_moved:
        raise NothingWrong
    if renamed and any(one.folded == right.folded for one in change.numbers):
        raise NumberTaken


def _supersede(
    change: Change,
    number: TrackingNumber,
    wrong: Collection[TrackingNumber],
    *,
    is_whole_leg: bool,
) -> None:
    """Supersede what was told of wrong numbers; what staff wrote down themselves stays."""
    items = {one.item.position if one.item else None for one in wrong}
    is_only_leg = len(change.legs) == 1

    def is_wrong(event: Stored) -> bool:
        if event.source == BY_HAND or event.superseded_at is not None:
            return False
        if event.leg is None:
            return is_only_leg and is_whole_leg and event.source == number.source
        return event.leg == number.leg.position and (is_whole_leg or event.item in items)

    change.superseded |= {key: one for key, one in change.stored.items() if is_wrong(one)}
    if is_only_leg and is_whole_leg:
        _withdraw_promises(change)


def _withdraw_promises(change: Change) -> None:
    """Drop the days a carrier promised for another parcel."""
    given = Promise.GivenBy.CARRIER
    wrong = [one.pk for one in change.promises if one.given_by == given]
    if not wrong:
        return
    Promise.objects.filter(pk__in=wrong).delete()
    change.promises = [one for one in change.promises if one.given_by != given]
    change.shipment.due_at = None


def hand_over(change: Change, leg: Leg, carrier: Carrier, *, now: datetime) -> None:
    """Give a leg and all its numbers to another carrier, as a part of other work.

    What was told of the leg before stays where no number tells of whom it was.
    """
    of_leg = [one for one in change.numbers if one.leg == leg]
    if of_leg:
        _supersede(change, of_leg[0], of_leg, is_whole_leg=True)
    _hand_to(change, leg, carrier, carrier.code)
    _begin_anew(change, of_leg, now)


def _hand_to(change: Change, leg: Leg, carrier: Carrier | None, code: str) -> None:
    """Give the leg to another carrier, whose services are others too."""
    leg.carrier, leg.carrier_code = carrier, code
    leg.carrier_name = carrier.name if carrier else ""
    leg.service_code = leg.service_name = ""
    leg.estimated_days = None
    change.parts.append(leg)


def _rename(change: Change, renamed: Collection[TrackingNumber], right: _Right) -> None:
    former = {*(change.shipment.former_numbers or ()), *(one.folded for one in renamed)}
    for number in renamed:
        number.number, number.folded = right.number, right.folded
    former -= {one.folded for one in change.numbers}
    change.shipment.former_numbers = sorted(former) or None
    change.shipment.save(update_fields=["former_numbers"])


def _begin_anew(change: Change, wrong: Collection[TrackingNumber], now: datetime) -> None:
    """Forget what was told of the numbers, and have those that are followed asked about anew."""
    for number in wrong:
        number.source = number.headline_code = number.tracking_url = ""
        number.headline = number.asked_at = number.answered_at = number.failing_since = None
        number.save(update_fields=AFRESH)
    change.is_filled = True
    followed = [number.pk for number in wrong if number.is_followed]
    following.switch(followed, is_followed=True, now=now)


def void(shipment_id: int, *, now: datetime) -> Recorded:
    """Have a shipment cancelled by the shop; nobody asks about it any more.

    A carrier that scans it all the same brings it back. Once cancelled it stays as it is;
    raises `AlreadyOver` when the journey came to another end.
    """

    def cancel(changes: dict[int, Change]) -> Iterable[Mended]:
        [change] = changes.values()
        if change.shipment.code != CANCELLED:
            if STATUSES[change.shipment.code].is_terminal or change.shipment.merged_into_id:
                raise AlreadyOver
            report = Report(BY_HAND, sightings=(Sighting(CANCELLED, Moment(now)),))
            change.take(report, replaces=False, now=now)
        following.switch([one.pk for one in change.numbers], is_followed=False, now=now)
        return ()

    return recording.amend([shipment_id], cancel, now=now)[0]


def renew_link(shipment_id: int, *, now: datetime) -> str:
    """Give a shipment another secret and return it; the old link opens nothing any more.

    Kept pages live a second longer at most. Links that were passed on end too.
    """
    token = references.new_token()

    def renew(changes: dict[int, Change]) -> Iterable[Mended]:
        Shipment.objects.filter(pk=shipment_id).update(token=token)
        changes[shipment_id].is_filled = True
        return ()

    recording.amend([shipment_id], renew, now=now)
    return token
