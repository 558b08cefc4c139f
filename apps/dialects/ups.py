"""UPS's Track API (v1) and Track Alert: the dialect's front door."""

from apps.dialects.ups_alerts import read_alert
from apps.dialects.ups_events import SOURCE
from apps.dialects.ups_shipments import Shipment, read

__all__ = ["SOURCE", "Shipment", "read", "read_alert"]
