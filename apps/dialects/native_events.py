"""Events as they are sent to our own API, one or many. Every fault is told, with its path.

{"status": "in_transit.departed", "occurred_at": "2026-03-01T09:30:00+01:00",
 "place": {"city": "Hamburg", "country": "DE"}, "description": "Left the depot"}
"""

from collections.abc import Iterator, Sequence
from typing import Annotated

from msgspec import Meta, Raw, Struct
from msgspec.structs import replace

from apps.dialects import payloads
from apps.dialects.generic import MOST_EVENTS
from apps.dialects.generic_checking import (
    Checked,
    Code,
    Description,
    Name,
    Number,
    Reference,
    Time,
    Where,
    folded,
)
from apps.dialects.native_parts import Position
from apps.shipments import reports
from apps.shipments.reports import Fault, Limits, Sighting

SOURCE = "api"
Label = Annotated[str, Meta(max_length=Limits.LABEL)]


class Place(Where, frozen=True, forbid_unknown_fields=True):
    """Where it happened. `label` is a line for the whole of it, `company` who is there."""

    label: Label | None = None
    company: Name | None = None


class Event(Struct, frozen=True):
    """An event of one shipment. The first two fields are needed.

    It is of the whole shipment, or of what `tracking_number`, `leg` (a position) and `item`
    (`sc_…`, `EP-…` or the shop's own reference) name. `reference` is the sender's own for it:
    what is sent again with it is the same event, told in other words. Without one, an event
    is the same when all but its words and place is.
    """

    status: Code = ""
    occurred_at: Time = ""
    description: Description | None = None
    place: Place | None = None
    tracking_number: Number | None = None
    leg: Position | None = None
    item: Reference | None = None
    reference: Code | None = None
    carrier_status_code: Code | None = None
    signed_by: Name | None = None


class AddressedEvent(Event, frozen=True):
    """An event of any shipment, which `shipment` names, or else `tracking_number` does.

    `carrier_code` tells apart numbers that two carriers gave alike.
    """

    shipment: Reference | None = None
    carrier_code: Code | None = None


class Events(Struct, frozen=True, forbid_unknown_fields=True):
    """Up to 1,000 events: see `Event`, and `AddressedEvent` where many shipments are told of."""

    events: list[Raw]


class Told(Struct, frozen=True):
    """An event that was understood: where it stood, what it says, what it is about."""

    path: str
    sighting: Sighting
    number: str = ""
    leg: int | None = None
    item: str = ""
    shipment: str = ""
    carrier_code: str = ""


Row = Told | tuple[Fault, ...]


def read(payload: bytes) -> list[Told]:
    """Return the events of one shipment, all of them or none; a bare one stands for a list.

    Raises `payloads.Refused` with every fault.
    """
    faults: list[Fault] = []
    rows = [_row(path, raw, Event, faults) for path, raw in _entries(payload)]
    if faults:
        raise payloads.Refused(*faults)
    return [row for row in rows if isinstance(row, Told)]


def read_many(payload: bytes) -> list[Row]:
    """Return each event of many shipments, or what is wrong with it, in their order.

    Raises `payloads.Refused` for what is no list of events, and for more than we take at once.
    """
    entries = payloads.decode(payload, Events).events
    faults: list[Fault] = []
    return [_row(path, raw, AddressedEvent, faults) for path, raw in _within_limits(entries)]


def _entries(payload: bytes) -> Iterator[tuple[str, bytes]]:
    if "events" not in payloads.decode(payload, dict[str, Raw]):
        return iter([("$", payload)])
    return _within_limits(payloads.decode(payload, Events).events)


def _within_limits(entries: Sequence[Raw]) -> Iterator[tuple[str, bytes]]:
    if not 1 <= len(entries) <= MOST_EVENTS:
        raise payloads.Refused(Fault("$.events", f"holds none or more than {MOST_EVENTS:,}"))
    return ((f"$.events[{index}]", bytes(raw)) for index, raw in enumerate(entries))


def _row(path: str, payload: bytes, shape: type[Event], faults: list[Fault]) -> Row:
    """Return the event at a path, or what is wrong with it, which is added to `faults` too."""
    before = len(faults)
    checked = Checked(path, faults)
    said = checked.entry(payload, shape)
    told = None if said is None else _told(said, checked)
    found = tuple(faults[before:])
    return found if found or told is None else told


def _told(said: Event, checked: Checked) -> Told:
    told = Told(
        checked.path,
        _sighting(said, checked),
        number=checked.text("tracking_number", said.tracking_number),
        leg=said.leg,
        item=checked.text("item", said.item),
    )
    if isinstance(said, AddressedEvent):
        return _addressed(told, said, checked)
    return told


def _addressed(told: Told, said: AddressedEvent, checked: Checked) -> Told:
    shipment = checked.text("shipment", said.shipment)
    if not shipment and not folded(told.number):
        checked.fault("shipment", "is missing, and so is `tracking_number`")
    carrier_code = checked.text("carrier_code", said.carrier_code).lower()
    return replace(told, shipment=shipment, carrier_code=carrier_code)


def _sighting(said: Event, checked: Checked) -> Sighting:
    code = checked.code("status", said.status)
    return Sighting(
        code=code,
        # An event is the same whatever is said of it later, so its word is never the description.
        word=checked.text("carrier_status_code", said.carrier_status_code) or code,
        moment=checked.moment("occurred_at", said.occurred_at),
        description=checked.text("description", said.description),
        place=_place(said.place, checked),
        signee=checked.text("signed_by", said.signed_by),
        reference=checked.text("reference", said.reference),
    )


def _place(said: Place | None, checked: Checked) -> reports.Place:
    place = checked.place("place", said)
    if said is None:
        return place
    return replace(
        place,
        label=checked.text("place.label", said.label),
        company=checked.text("place.company", said.company),
    )
