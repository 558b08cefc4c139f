"""What is in a parcel: each item with its own state and its own scans."""

from collections.abc import Mapping

from apps.pages.languages import gettext as _
from apps.pages.languages import ngettext
from apps.pages.links import own_picture
from apps.pages.marks import look_of
from apps.pages.scans import Scan
from apps.pages.shown import Shown
from apps.pages.timeline import Timeline, timeline_of
from apps.shipments.journey import Journey, JourneyItem


class Row(Shown, frozen=True):
    """One item. `timeline` is None when it has no story of its own, `story` what it is called."""

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
    story: str


def rows_of(journey: Journey, own: Mapping[int, tuple[Scan, ...]]) -> tuple[Row, ...]:
    """Return the items in order, parts right after the item they belong to."""
    return tuple(row_of(journey, item, own.get(item.position, ())) for item in _nested(journey))


def _nested(journey: Journey) -> list[JourneyItem]:
    return sorted(journey.items, key=_nested_order)


def _nested_order(item: JourneyItem) -> tuple[int, bool, int]:
    return (item.parent or item.position, item.parent is not None, item.position)


def name_of(item: JourneyItem) -> str:
    """Return what to call an item: its description, the shop's reference, or its number."""
    name = item.description or item.custom_reference
    return name or _("Item %(number)d") % {"number": item.position}


def row_of(journey: Journey, item: JourneyItem, scans: tuple[Scan, ...]) -> Row:
    """Return one item with the scans that are its own."""
    look = look_of(item.code)
    return Row(
        name=name_of(item),
        quantity=item.quantity,
        picture=own_picture(item.picture_url),
        is_part=item.parent is not None,
        code=item.code,
        mark=look.mark,
        heading=look.words,
        tone=look.tone,
        is_different=item.code != journey.code,
        numbers=tuple(dict.fromkeys(journey.numbers_of(item))),
        timeline=timeline_of(journey, scans) if scans else None,
        story=_story_words(len(scans)),
    )


def _story_words(scans: int) -> str:
    return ngettext("Its own scan", "Its own %(total)d scans", scans) % {"total": scans}
