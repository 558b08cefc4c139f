"""From a masked `Journey` to what a page shows. Pure: the time is an argument."""

from collections.abc import Sequence
from datetime import datetime

from apps.pages import clocks
from apps.pages.contents import Row, name_of, rows_of
from apps.pages.freshness import Freshness, freshness_of
from apps.pages.guidance import guidance_for
from apps.pages.languages import gettext as _
from apps.pages.links import Link, safe_link
from apps.pages.marks import look_of
from apps.pages.scans import Scan, own_scans, scans_of, shared_scans, unshown
from apps.pages.shown import Shown
from apps.pages.steps import Rail, rail_of
from apps.pages.timeline import Timeline, carrier_words, numbers_on, timeline_of
from apps.pages.windows import Window, window_of
from apps.shipments.journey import Journey, JourneyLeg
from apps.shipments.status import milestone_of


class Guide(Shown, frozen=True):
    """The guidance card. `place` is where to go, `link` the carrier's own page."""

    title: str
    tone: str
    means: str
    then: str
    place: str
    link: Link | None
    carrier: str


class Part(Shown, frozen=True):
    """One carrier's part in the delivery details."""

    carrier: str
    service: str
    numbers: tuple[str, ...]
    link: Link | None


class Parcel(Shown, frozen=True):
    """One parcel as shown.

    `happened` is when a final state was reached, `last_ago` how long ago the last
    scan was (its day when that cannot be said), `last_item` the item that it is about,
    `unshown` how many of the oldest scans are left out. `is_told_by_item` when every scan
    is one item's own: the items then are the journey.
    """

    key: str
    place_in_order: str
    code: str
    mark: str
    tone: str
    heading: str
    carrier_now: str
    window: Window | None
    happened: clocks.Clock | None
    last_scan: Scan | None
    last_ago: str
    last_item: str
    rail: Rail | None
    guide: Guide | None
    rows: tuple[Row, ...]
    timeline: Timeline
    has_own_scans: bool
    is_told_by_item: bool
    unshown: int
    parts: tuple[Part, ...]
    destination: str
    custom_reference: str
    freshness: tuple[Freshness, ...]


class Page(Shown, frozen=True):
    """The tracking page: the parcel that was asked for, then the others of its order."""

    title: str
    merchant: str
    order: str
    order_reference: str
    tally: str
    parcel: Parcel
    others: tuple[Parcel, ...]


URGENCY = {"problem": 0, "warning": 1}
# States whose guidance sends the reader to the carrier.
CARRIER_HELPS = frozenset(("attempted", "available_for_pickup", "exception"))


def present(journeys: Sequence[Journey], now: datetime) -> Page:
    """Return the page of the first journey; the others travel in the same order.

    The journeys must be masked for the reader already. There must be at least one.
    """
    places = _places_in_order(journeys)
    parcels = [_parcel(journey, places[index], now) for index, journey in enumerate(journeys)]
    first = journeys[0]
    order = first.order_reference
    if order:
        order = _("Order %(reference)s") % {"reference": order}
    others = sorted(parcels[1:], key=lambda parcel: URGENCY.get(parcel.tone, 2))
    return Page(
        title=" – ".join(filter(None, (parcels[0].heading, order, first.merchant.name))),
        merchant=first.merchant.name,
        order=order,
        order_reference=first.order_reference,
        tally=_tally(journeys),
        parcel=parcels[0],
        others=tuple(others),
    )


def _places_in_order(journeys: Sequence[Journey]) -> list[str]:
    """Return `Parcel 2 of 3` for each, counted by age, so that it never depends on the link."""
    if len(journeys) == 1:
        return [""]
    by_age = sorted(journeys, key=lambda journey: (journey.created_at, journey.reference))
    count = len(journeys)
    return [
        _("Parcel %(number)d of %(count)d") % {"number": by_age.index(j) + 1, "count": count}
        for j in journeys
    ]


def _tally(journeys: Sequence[Journey]) -> str:
    arrived = sum(_is_delivered(journey.code) for journey in journeys)
    if len(journeys) == 1 or not arrived:
        return ""
    return _("%(arrived)d of %(count)d parcels delivered") % {
        "arrived": arrived,
        "count": len(journeys),
    }


def _is_delivered(code: str) -> bool:
    return milestone_of(code) == "delivered" and code != "delivered.partial"


def _parcel(journey: Journey, place_in_order: str, now: datetime) -> Parcel:
    look = look_of(journey.code)
    scans = scans_of(journey, now)
    items = [item.position for item in journey.items]
    own = own_scans(scans, items)
    window = window_of(journey, now)
    last_scan = _last_scan(scans, now)
    timeline = timeline_of(journey, shared_scans(scans, items, own))
    return Parcel(
        key=journey.reference,
        place_in_order=place_in_order,
        code=journey.code,
        mark=look.mark,
        tone=look.tone,
        heading=look.words,
        carrier_now=_carrier_now(journey),
        window=window,
        happened=_happened(journey, now),
        last_scan=last_scan,
        last_ago=_ago(last_scan, now) if last_scan else "",
        last_item=_item_name(journey, last_scan) if own else "",
        rail=rail_of(journey),
        guide=_guide(journey, scans, is_overdue=window is not None and window.is_overdue),
        rows=rows_of(journey, own),
        timeline=timeline,
        has_own_scans=bool(own),
        is_told_by_item=bool(own) and not timeline.total and not unshown(journey),
        unshown=unshown(journey),
        parts=tuple(_part(journey, leg) for leg in journey.legs),
        destination=_destination(journey),
        custom_reference=journey.custom_reference,
        freshness=freshness_of(journey, now),
    )


def _carrier_now(journey: Journey) -> str:
    """Name the carrier that has the parcel, when there is more than one to confuse it with."""
    leading = journey.leading_leg
    return carrier_words(leading) if leading and len(journey.legs) > 1 else ""


def _happened(journey: Journey, now: datetime) -> clocks.Clock | None:
    """Return when the parcel was delivered, returned or cancelled, if it was."""
    milestone = milestone_of(journey.code)
    if (
        milestone not in ("delivered", "returned", "cancelled")
        or journey.code == "delivered.partial"
    ):
        return None
    # What is delivered on the way back is the return itself.
    means = (milestone, "delivered") if milestone == "returned" else (milestone,)
    told = (event.moment for event in journey.events if milestone_of(event.code) in means)
    summed_up = (n.headline.delivered for n in journey.numbers if n.headline)
    moment = next(told, None) or next((m for m in summed_up if m), None)
    return clocks.read(moment, now) if moment else None


def _last_scan(scans: Sequence[Scan], now: datetime) -> Scan | None:
    """Return the newest scan that is due, rather one that moved the parcel than a message."""
    due = [scan for scan in scans if scan.moment.instant <= now + clocks.DAY]
    moved = (scan for scan in due if scan.milestone != "info")
    return next(moved, due[0] if due else None)


def _ago(scan: Scan, now: datetime) -> str:
    return clocks.ago(scan.moment, now) or scan.clock.short_day


def _item_name(journey: Journey, scan: Scan | None) -> str:
    names = (name_of(item) for item in journey.items if scan and item.position == scan.item)
    return next(names, "")


def _guide(journey: Journey, scans: Sequence[Scan], *, is_overdue: bool) -> Guide | None:
    guidance = guidance_for(journey.code, is_overdue=is_overdue)
    if guidance is None:
        return None
    milestone = milestone_of(journey.code)
    leg = journey.leading_leg if milestone in CARRIER_HELPS else None
    waits_at = (s.place for s in scans if s.milestone == "available_for_pickup" and s.place)
    return Guide(
        title=str(guidance.title),
        tone="warning" if is_overdue else look_of(journey.code).tone,
        means=str(guidance.advice.means),
        then=str(guidance.advice.then),
        place=next(waits_at, "") if milestone == "available_for_pickup" else "",
        link=_carrier_page(journey, leg) if leg else None,
        carrier=carrier_words(leg) if leg else "",
    )


def _carrier_page(journey: Journey, leg: JourneyLeg) -> Link | None:
    links = (safe_link(n.tracking_url) for n in journey.numbers if n.leg == leg.position)
    return next((link for link in links if link), None)


def _part(journey: Journey, leg: JourneyLeg) -> Part:
    return Part(
        carrier=carrier_words(leg),
        service=leg.service_name if leg.service_name != carrier_words(leg) else "",
        numbers=numbers_on(journey, leg),
        link=_carrier_page(journey, leg),
    )


def _destination(journey: Journey) -> str:
    """Return the town, as far as this reader may know it, else the country's code."""
    to = journey.recipient
    parts = (to.city, to.region, to.country) if to else (journey.destination_country,)
    return ", ".join(part for part in parts if part) or journey.destination_country
