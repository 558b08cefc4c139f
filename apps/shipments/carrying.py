"""Who carries a leg, and by which service, put right."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import UNSET, UnsetType

from apps.shipments import correcting, recording
from apps.shipments.changing import Change
from apps.shipments.models import Carrier, Leg
from apps.shipments.recording import Mended, Recorded
from apps.shipments.wanted import LegChange


def change_leg(shipment_id: int, position: int, wanted: LegChange, *, now: datetime) -> Recorded:
    """Put a leg's carrier or service right; what is so already changes nothing.

    Another carrier is that of all numbers of the leg, and what was told of them was about
    other parcels (see `correcting.renumber`). Another carrier's services are others too.
    Raises `correcting.UnknownCarrier` and `Leg.DoesNotExist`.
    """
    code = wanted.carrier_code
    carrier = None if isinstance(code, UnsetType) else correcting.carrier_called(code)

    def put_right(changes: dict[int, Change]) -> Iterable[Mended]:
        [change] = changes.values()
        leg = next((leg for leg in change.legs if leg.position == position), None)
        if leg is None:
            raise Leg.DoesNotExist
        if carrier and not _is_of(leg, carrier):
            correcting.hand_over(change, leg, carrier, now=now)
        _serve(change, leg, wanted)
        return ()

    return recording.amend([shipment_id], put_right, now=now)[0]


def _is_of(leg: Leg, carrier: Carrier) -> bool:
    return leg.carrier_code.casefold() == carrier.code.casefold()


def _serve(change: Change, leg: Leg, wanted: LegChange) -> None:
    for name in ("service_code", "service_name"):
        value = getattr(wanted, name)
        if value is UNSET or value == getattr(leg, name):
            continue
        setattr(leg, name, value)
        if not any(part is leg for part in change.parts):
            change.parts.append(leg)
