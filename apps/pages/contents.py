"""What is in a parcel: each item with its own state and its own scans."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from msgspec import Struct

from apps.pages.links import own_picture
from apps.pages.marks import mark_of
from apps.pages.scans import Scan
from apps.pages.timeline import Timeline, timeline_of
from apps.shipments.journey import Journey, JourneyItem
from apps.shipments.status import status_of


class Row(Struct, frozen=True):
    """One item. `timeline` is None when it has no story of its own."""

    name: str
    quantity: int
    picture: str
    is_part: bool
    code: str
    mark: str
    heading: str
    tone: str
    is_different: bool
    numbers: tuple[str, ...]
    timeline: Timeline | None


def rows_of(journey: Journey, own: Mapping[int, tuple[Scan, ...]]) -> tuple[Row, ...]:
    """Return the items in order, parts right after the item they belong to."""
    return tuple(_row(journey, item, own.get(item.position, ())) for item in _nested(journey))


def _nested(journey: Journey) -> list[JourneyItem]:
    return sorted(journey.items, key=_nested_order)


def _nested_order(item: JourneyItem) -> tuple[int, bool, int]:
    return (item.parent or item.position, item.parent is not None, item.position)


def name_of(item: JourneyItem) -> str:
    """Return what to call an item: its description, the shop's reference, or its number."""
    number = _("Item %(number)d") % {"number": item.position}
    return item.description or item.custom_reference or number


def _row(journey: Journey, item: JourneyItem, scans: tuple[Scan, ...]) -> Row:
    status = status_of(item.code)
    return Row(
        name=name_of(item),
        quantity=item.quantity,
        picture=own_picture(item.picture_url),
        is_part=item.parent is not None,
        code=item.code,
        mark=mark_of(item.code),
        heading=str(status.words),
        tone=str(status.severity),
        is_different=item.code != journey.code,
        numbers=tuple(dict.fromkeys(journey.numbers_of(item))),
        timeline=timeline_of(journey, scans) if scans else None,
    )
