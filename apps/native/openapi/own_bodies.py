"""What our own API takes about shipments, where it is read piece by piece: whole, to be shown.

The pieces are those that read it, so only the outlines stand here twice.
"""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from apps.dialects import native_shapes
from apps.dialects.generic import MOST_EVENTS
from apps.dialects.native_events import AddressedEvent, Event
from apps.dialects.native_reading import MOST_AT_ONCE, MOST_ITEMS, MOST_NUMBERS
from apps.dialects.native_shapes import Item, Recipient, Subscribe, TrackingNumber
from apps.native.openapi.shape import Shape

Items = Annotated[list[Item], Meta(max_length=MOST_ITEMS)]
Numbers = Annotated[list[TrackingNumber], Meta(max_length=MOST_NUMBERS)]


class NewShipment(native_shapes.Shipment, frozen=True, forbid_unknown_fields=True):
    """A shipment to register. Nothing is needed, but what is not there cannot be found by it."""

    recipient: Recipient | None = None  # type: ignore[assignment]
    items: Items = []  # type: ignore[assignment]
    tracking_numbers: Numbers = []  # type: ignore[assignment]
    subscribe: Subscribe | None = None  # type: ignore[assignment]


class NewShipments(Shape, frozen=True):
    shipments: Annotated[list[NewShipment], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class ShipmentChange(native_shapes.Update, frozen=True, forbid_unknown_fields=True):
    """What becomes different. What is left out stays; null empties it."""

    recipient: Recipient | None | UnsetType = UNSET  # type: ignore[assignment]


class NewEvents(Shape, frozen=True):
    events: Annotated[list[Event], Meta(min_length=1, max_length=MOST_EVENTS)]


class NewAddressedEvents(Shape, frozen=True):
    events: Annotated[list[AddressedEvent], Meta(min_length=1, max_length=MOST_EVENTS)]


def shipment() -> dict[str, Any]:
    return {
        "custom_reference": "order-1043-1",
        "order_reference": "order-1043",
        "destination_country": "DE",
        "recipient": {"name": "Ada Mustermann", "email": "ada@mail.example"},
        "items": [{"description": "Desk lamp", "quantity": 1}],
        "tracking_numbers": [{"tracking_number": "00340434161094015919", "carrier_code": "dhl"}],
    }


def shipments() -> dict[str, Any]:
    return {"shipments": [shipment()]}


def event() -> dict[str, Any]:
    return {
        "status": "in_transit.departed",
        "occurred_at": "2026-05-13T21:05:00+02:00",
        "description": "Left the depot",
        "place": {"city": "Hamburg", "country": "DE"},
    }


def events() -> dict[str, Any]:
    return {"events": [event()]}


def addressed_events() -> dict[str, Any]:
    number = {"tracking_number": "00340434161094015902", "carrier_code": "dhl"}
    return {"events": [event() | number]}
