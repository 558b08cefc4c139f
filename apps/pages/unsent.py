"""What of an order is not on its way yet: items that no parcel and no scan is known of."""

from collections.abc import Sequence

from msgspec.structs import replace

from apps.pages.contents import Row, row_of
from apps.shipments.journey import Journey, JourneyItem
from apps.shipments.status import milestone_of


def parted(journeys: Sequence[Journey]) -> tuple[list[Journey], tuple[Row, ...]]:
    """Return the parcels with what is in them, and the items that are still to be sent.

    The first journey is what the reader asked for and stays a parcel in any case.
    """
    first, *others = journeys
    waiting = [one for one in others if one.items and _is_unsent(one.code) and not one.numbers]
    sent = [_with_sent_items(one) for one in journeys if one not in waiting]
    rows = [
        row_of(one, item, ())
        for one in journeys
        for item in one.items
        if one in waiting or _is_left_behind(one, item)
    ]
    return sent, tuple(rows)


def _is_unsent(code: str) -> bool:
    return milestone_of(code) == "pre_transit" or code in ("unknown", "unknown.no_scans")


def _is_left_behind(journey: Journey, item: JourneyItem) -> bool:
    """Tell whether a parcel is on its way without an item of its list."""
    is_told = any(event.item == item.position for event in journey.events)
    is_known = is_told or journey.numbers_of(item)
    return not (_is_unsent(journey.code) or is_known) and _is_unsent(item.code)


def _with_sent_items(journey: Journey) -> Journey:
    if not any(_is_unsent(item.code) for item in journey.items):
        return journey
    sent = (item for item in journey.items if not _is_left_behind(journey, item))
    return replace(journey, items=tuple(sent))
