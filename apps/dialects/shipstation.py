"""ShipStation's API (once ShipEngine), version 1: the dialect's front door."""

from apps.dialects.shipstation_errors import error
from apps.dialects.shipstation_lists import (
    CarrierView,
    write_carrier,
    write_carriers,
    write_label,
    write_labels,
)
from apps.dialects.shipstation_reading import SOURCE, read
from apps.dialects.shipstation_writing import write

__all__ = [
    "SOURCE",
    "CarrierView",
    "error",
    "read",
    "write",
    "write_carrier",
    "write_carriers",
    "write_label",
    "write_labels",
]
