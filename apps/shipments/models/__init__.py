"""The vault's tables. Only `recording` writes events and statuses."""

from apps.shipments.models.carriers import Carrier, CarrierName, carrier_page
from apps.shipments.models.events import Event, Outbox, Promise, UnknownWord
from apps.shipments.models.folding import fold_number
from apps.shipments.models.shipments import (
    Item,
    Leg,
    Merchant,
    Recipient,
    Shipment,
    TrackingNumber,
)

__all__ = [
    "Carrier",
    "CarrierName",
    "Event",
    "Item",
    "Leg",
    "Merchant",
    "Outbox",
    "Promise",
    "Recipient",
    "Shipment",
    "TrackingNumber",
    "UnknownWord",
    "carrier_page",
    "fold_number",
]
