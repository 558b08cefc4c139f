"""A merchant's own words, in calm states only: nobody who waits for bad news wants an offer."""

from collections.abc import Iterable
from datetime import datetime

from apps.branding.looks import Look
from apps.pages.links import Link, safe_link
from apps.pages.parcels import Parcel
from apps.pages.readers import Reader
from apps.pages.shown import Shown
from apps.pages.states import State

CALM = frozenset(
    (
        State.NO_SCAN,
        State.IN_TRANSIT,
        State.OUT_FOR_DELIVERY,
        State.READY_TO_COLLECT,
        State.DELIVERED,
        State.PARTLY_DELIVERED,
        State.SEVERAL_CARRIERS,
    )
)
WORRYING = ("warning", "problem")


class Slot(Shown, frozen=True):
    """Plain text from a merchant, to be escaped."""

    heading: str
    text: str
    link: Link | None


def slot_of(reader: Reader, state: State, parcels: Iterable[Parcel], now: datetime) -> Slot | None:
    """Return the slot of a page in a state, None when a parcel worries.

    It is also None when it is empty or hidden, before it begins and after it ends. Pages are
    believed for some minutes, so it may come and go that much later.
    """
    look = reader.look
    if not (look.slot_heading or look.slot_text) or reader.hides("slot") or not _is_due(look, now):
        return None
    is_calm = all(one.situation.state in CALM and one.tone not in WORRYING for one in parcels)
    if state not in CALM or not is_calm:
        return None
    return Slot(look.slot_heading, look.slot_text, safe_link(look.slot_url))


def _is_due(look: Look, now: datetime) -> bool:
    has_begun = look.slot_from is None or look.slot_from <= now
    return has_begun and (look.slot_until is None or now < look.slot_until)
