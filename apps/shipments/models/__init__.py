"""The vault's tables. Only `recording` writes events and statuses."""

from apps.shipments.models.carriers import Carrier, CarrierName, carrier_page
from apps.shipments.models.events import (
    Event,
    LastPosition,
    Meaning,
    Outbox,
    Promise,
    UnknownWord,
)
from apps.shipments.models.folding import fold_number
from apps.shipments.models.indexes import NEEDS_SOMEBODY
from apps.shipments.models.shipments import (
    Item,
    Leg,
    Merchant,
    Recipient,
    Shipment,
    TrackingNumber,
)
from apps.shipments.models.unknown import UnknownEvent

__all__ = [
    "NEEDS_SOMEBODY",
    "Carrier",
    "CarrierName",
    "Event",
    "Item",
    "LastPosition",
    "Leg",
    "Meaning",
    "Merchant",
    "Outbox",
    "Promise",
    "Recipient",
    "Shipment",
    "TrackingNumber",
    "UnknownEvent",
    "UnknownWord",
    "carrier_page",
    "fold_number",
]
