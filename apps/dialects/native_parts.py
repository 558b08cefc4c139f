"""Parts of a shipment as they are sent to our own API: items, numbers, legs, promises, mail.

Every fault is told, with its path. What is left out of a change stays; null empties a text.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from msgspec import UNSET, Meta, Raw, Struct, UnsetType
from msgspec.structs import asdict

from apps.dialects import payloads
from apps.dialects.generic import Window, read_window
from apps.dialects.generic_checking import Checked, Code, Name, Number, Reference
from apps.dialects.native_reading import MailWish
from apps.dialects.native_shapes import Item, Link, Quantity, Subscribe
from apps.shipments.reports import Fault, PromiseReport
from apps.shipments.wanted import AddedNumber, LegChange, NewItem

S = TypeVar("S", bound=Struct)
R = TypeVar("R")
Json = dict[str, Any]

Position = Annotated[int, Meta(ge=1, le=32_767)]
NOTHING_SAID = "says nothing to change"


class ItemChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What of an item is to be otherwise."""

    description: Name | None | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET
    custom_reference: Reference | None | UnsetType = UNSET
    picture_url: Link | None | UnsetType = UNSET


class AddNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """A tracking number more. The first field is needed.

    Without `leg` it goes to the leg of its carrier, which is made if there is none. Without
    `carrier_code` the number tells its carrier, if it can.
    """

    tracking_number: Number = ""
    carrier_code: Code | None = None
    leg: Position | None = None
    item: Reference | None = None
    is_followed: bool = True


class NumberChange(Struct, frozen=True, forbid_unknown_fields=True):
    """A tracking number put right. Another carrier is that of all numbers of its leg."""

    tracking_number: Number | UnsetType = UNSET
    carrier_code: Code | UnsetType = UNSET
    is_followed: bool | UnsetType = UNSET


class LegUpdate(Struct, frozen=True, forbid_unknown_fields=True):
    """A leg's carrier or service put right."""

    carrier_code: Code | UnsetType = UNSET
    service_code: Code | None | UnsetType = UNSET
    service_name: Name | None | UnsetType = UNSET


class PromisedWindow(Window, frozen=True, forbid_unknown_fields=True):
    """When a parcel is to arrive, by a time or a day. The first field is needed."""


def read_item(payload: bytes) -> NewItem:
    """Return an item to be added; this and all below raise `payloads.Refused`."""

    def check(said: Item, checked: Checked) -> NewItem:
        return NewItem(quantity=said.quantity, **_texts_of_item(said, checked))

    return _read(payload, Item, check)


def read_item_change(payload: bytes) -> Json:
    """Return what of an item is to be otherwise, by fields of `NewItem`."""

    def check(said: ItemChange, checked: Checked) -> Json:
        values = _told(said, checked) | _texts_of_item(said, checked)
        return {name: value for name, value in values.items() if getattr(said, name) is not UNSET}

    return _read(payload, ItemChange, check)


def read_number(payload: bytes, carriers: Mapping[str, str]) -> AddedNumber:
    """Return a number to be added; `carriers` lead from their codes to their own."""

    def check(said: AddNumber, checked: Checked) -> AddedNumber:
        return AddedNumber(
            checked.number("tracking_number", said.tracking_number),
            checked.carrier("carrier_code", said.carrier_code, carriers),
            said.leg,
            checked.text("item", said.item),
            said.is_followed,
        )

    return _read(payload, AddNumber, check)


def read_number_change(payload: bytes, carriers: Mapping[str, str]) -> NumberChange:
    """Return what of a number is to be otherwise."""

    def check(said: NumberChange, checked: Checked) -> NumberChange:
        _told(said, checked)
        number, code = said.tracking_number, said.carrier_code
        return NumberChange(
            checked.number("tracking_number", number) if isinstance(number, str) else UNSET,
            _carrier(code, checked, carriers),
            said.is_followed,
        )

    return _read(payload, NumberChange, check)


def read_leg_change(payload: bytes, carriers: Mapping[str, str]) -> LegChange:
    """Return what of a leg is to be otherwise; texts that are emptied are empty."""

    def check(said: LegUpdate, checked: Checked) -> LegChange:
        _told(said, checked)
        return LegChange(
            _carrier(said.carrier_code, checked, carriers),
            _text("service_code", said.service_code, checked),
            _text("service_name", said.service_name, checked),
        )

    return _read(payload, LegUpdate, check)


def read_promise(payload: bytes) -> PromiseReport:
    """Return a window that the shop promises."""

    def check(said: PromisedWindow, checked: Checked) -> PromiseReport:
        return read_window(said, checked, "merchant")

    return _read(payload, PromisedWindow, check)


def read_wish(payload: bytes) -> MailWish:
    """Return who is to get mail; address, topics and language are for others to judge."""

    def check(said: Subscribe, checked: Checked) -> MailWish:
        return MailWish(
            checked.text("email", said.email, is_needed=True),
            tuple(said.topics),
            checked.text("language", said.language),
        )

    return _read(payload, Subscribe, check)


def _read(payload: bytes, shape: type[S], check: Callable[[S, Checked], R]) -> R:
    """Return what `check` makes of a JSON object; raise `payloads.Refused` with every fault."""
    # Bad JSON is another mistake than bad content.
    payloads.decode(payload, dict[str, Raw])
    faults: list[Fault] = []
    checked = Checked("$", faults)
    said = checked.entry(payload, shape)
    found = None if said is None else check(said, checked)
    if faults or found is None:
        raise payloads.Refused(*faults)
    return found


def _told(said: Struct, checked: Checked) -> Json:
    """Return the fields that a change names; a change without one is a mistake."""
    told = {name: value for name, value in asdict(said).items() if value is not UNSET}
    if not told and not checked.faults:
        checked.faults.append(Fault("$", NOTHING_SAID))
    return told


def _texts_of_item(said: Item | ItemChange, checked: Checked) -> dict[str, str]:
    return {
        "description": checked.text("description", said.description or ""),
        "custom_reference": checked.text("custom_reference", said.custom_reference or ""),
        "picture_url": checked.link("picture_url", said.picture_url or ""),
    }


def _carrier(
    code: str | UnsetType, checked: Checked, carriers: Mapping[str, str]
) -> str | UnsetType:
    if isinstance(code, UnsetType):
        return UNSET
    known = checked.carrier("carrier_code", code, carriers)
    if not code.strip():
        checked.fault("carrier_code", "is missing")
    return known


def _text(field: str, value: str | None | UnsetType, checked: Checked) -> str | UnsetType:
    return UNSET if isinstance(value, UnsetType) else checked.text(field, value)
