"""Shiplemon's shipment tracking: the dialect's front door."""

from apps.dialects.shiplemon_errors import error
from apps.dialects.shiplemon_reading import SOURCE, Entry, Update, read, read_update
from apps.dialects.shiplemon_writing import write, write_update

__all__ = ["SOURCE", "Entry", "Update", "error", "read", "read_update", "write", "write_update"]
