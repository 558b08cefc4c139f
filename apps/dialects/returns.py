"""Parcels on their way back: what an ordinary word means for them."""

from apps.shipments.status import milestone_of

_TURNED = {
    "accepted": "returning",
    "in_transit": "returning",
    "out_for_delivery": "returning",
    "delivered": "returned",
}
_BACK = frozenset(("returning", "returned"))


def turned(code: str) -> str:
    """Return what one of our codes says of a parcel that travels to its sender.

    For sources that flag a whole parcel; an event that says so itself is settled with the rest.
    """
    return _TURNED.get(milestone_of(code), code)


def is_back(code: str) -> bool:
    """Tell whether a code itself says that the parcel goes back, or is back."""
    return milestone_of(code) in _BACK
