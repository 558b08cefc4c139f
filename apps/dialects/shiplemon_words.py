"""Shiplemon's four words, the one exact word known, and what they mean in ours."""

from apps.shipments.status import UNMAPPED, milestone_of

STATUSES = {
    "PRE_TRANSIT": "pre_transit",
    "TRANSIT": "in_transit",
    "DELIVERED": "delivered",
    "EXCEPTION": "exception",
}
EXACT = {("TRANSIT", "WITH_COURIER"): "out_for_delivery"}

# What goes out for a milestone of ours: status and exact status. `info` moves no parcel.
OUTWARD: dict[str, tuple[str, str | None]] = {
    "unknown": ("PRE_TRANSIT", None),
    "pre_transit": ("PRE_TRANSIT", None),
    "accepted": ("TRANSIT", None),
    "in_transit": ("TRANSIT", None),
    "out_for_delivery": ("TRANSIT", "WITH_COURIER"),
    "available_for_pickup": ("TRANSIT", None),
    "attempted": ("EXCEPTION", None),
    "delivered": ("DELIVERED", None),
    "exception": ("EXCEPTION", None),
    "returning": ("EXCEPTION", None),
    "returned": ("EXCEPTION", None),
    "cancelled": ("EXCEPTION", None),
}


def code_of(status: str, exact: str | None) -> str:
    """Return our code for a status; an exact word we do not know leaves the status alone."""
    return EXACT.get((status, exact or "")) or STATUSES.get(status, UNMAPPED)


def word_of(status: str, exact: str | None) -> str:
    """Return both as one word: `TRANSIT` or `TRANSIT/WITH_COURIER`."""
    return status if exact is None else f"{status}/{exact}"


def spoken(word: str) -> tuple[str, str | None] | None:
    """Return status and exact status of a word of Shiplemon's own, None for none of the four."""
    status, slash, exact = word.partition("/")
    return (status, exact if slash else None) if status in STATUSES else None


def outward(code: str) -> tuple[str, str | None] | None:
    """Return status and exact status for a code of ours, None when it moves no parcel."""
    return None if code == UNMAPPED else OUTWARD.get(milestone_of(code))
