"""One parcel as a page shows it."""

from collections.abc import Sequence
from datetime import datetime

from apps.pages import clocks
from apps.pages.contents import Row, name_of, rows_of
from apps.pages.countries import country_words
from apps.pages.freshness import Freshness, freshness_of
from apps.pages.guides import Guide, guide_of, own_words
from apps.pages.languages import listed
from apps.pages.links import Link
from apps.pages.readers import Reader
from apps.pages.scans import Scan, own_scans, scans_of, shared_scans, unshown
from apps.pages.shown import Shown
from apps.pages.situations import Situation, sign_of, situation_of
from apps.pages.states import State
from apps.pages.steps import Rail, rail_of
from apps.pages.timeline import Timeline, carrier_page, carrier_words, numbers_on, timeline_of
from apps.pages.windows import Window, window_of
from apps.shipments.journey import Journey, JourneyLeg
from apps.shipments.reports import Moment
from apps.shipments.status import milestone_of


class Part(Shown, frozen=True):
    """One carrier's part in the delivery details. `latest` is the newest scan of it."""

    carrier: str
    service: str
    numbers: tuple[str, ...]
    link: Link | None
    latest: Scan | None


class Parcel(Shown, frozen=True):
    """One parcel as shown.

    `happened` is when a final state was reached, `last_ago` how long ago the last
    scan was (its day when that cannot be said), `last_item` the item that it is about,
    `own_words` what the merchant says of a state that needs no guide,
    `unshown` how many of the oldest scans are left out. `is_told_by_item` when every scan
    is one item's own: the items then are the journey.
    """

    key: str
    number: int
    place_in_order: str
    situation: Situation
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
    own_words: str
    rows: tuple[Row, ...]
    timeline: Timeline
    has_own_scans: bool
    is_told_by_item: bool
    unshown: int
    parts: tuple[Part, ...]
    destination: str
    custom_reference: str
    freshness: tuple[Freshness, ...]

    @property
    def told(self) -> list[tuple[Scan, str]]:
        """Return every scan, newest first, with the name of the item it is about, if of one."""
        pairs = [(scan, "") for scan in self.timeline.scans]
        pairs += [(s, row.name) for row in self.rows if row.timeline for s in row.timeline.scans]
        return sorted(pairs, key=lambda pair: pair[0].moment.instant, reverse=True)


def parcel_of(
    journey: Journey, number: int, place_in_order: str, reader: Reader, now: datetime
) -> Parcel:
    """Return a masked journey as shown; `number` is the parcel's in its order, by age."""
    scans = scans_of(journey, now)
    items = [item.position for item in journey.items]
    own = own_scans(scans, items)
    window, carrier_now = window_of(journey, now), _carrier_now(journey)
    situation = situation_of(journey, window, reader.look, now, is_shared=bool(carrier_now))
    sign = sign_of(journey, situation)
    last_scan = _last_scan(scans, now)
    guide = guide_of(journey, situation, scans, reader, now)
    timeline = timeline_of(journey, shared_scans(scans, items, own))
    return Parcel(
        key=journey.reference,
        number=number,
        place_in_order=place_in_order,
        situation=situation,
        code=journey.code,
        mark=sign.mark,
        tone=sign.tone,
        heading=sign.words,
        carrier_now=carrier_now,
        window=window,
        happened=_happened(journey, now),
        last_scan=last_scan,
        last_ago=_ago(last_scan, now),
        last_item=_item_name(journey, last_scan) if own else "",
        rail=rail_of(journey),
        guide=guide,
        own_words="" if guide else own_words(journey.code, reader),
        rows=rows_of(journey, own),
        timeline=timeline,
        has_own_scans=bool(own),
        is_told_by_item=bool(own) and not timeline.total and not unshown(journey),
        unshown=unshown(journey),
        parts=tuple(_part(journey, leg, scans) for leg in journey.legs),
        destination=_destination(journey),
        custom_reference=journey.custom_reference,
        freshness=_freshness(journey, situation, now),
    )


def _freshness(journey: Journey, situation: Situation, now: datetime) -> tuple[Freshness, ...]:
    """Return who was asked when; the guidance tells it when a carrier does not answer."""
    lines = freshness_of(journey, now)
    is_told = situation.state == State.CARRIER_DOWN
    return tuple(line for line in lines if not (is_told and line.is_failing))


def _carrier_now(journey: Journey) -> str:
    """Name the carrier that has the parcel, when there is more than one to confuse it with."""
    leading = journey.leading_leg
    return carrier_words(leading) if leading and len(journey.legs) > 1 else ""


def _happened(journey: Journey, now: datetime) -> clocks.Clock | None:
    moment = happened_at(journey)
    return clocks.read(moment, now) if moment else None


def happened_at(journey: Journey) -> Moment | None:
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
    return next(told, None) or next((m for m in summed_up if m), None)


def _last_scan(scans: Sequence[Scan], now: datetime) -> Scan | None:
    """Return the newest scan that is due, rather one that moved the parcel than a message."""
    due = [scan for scan in scans if scan.moment.instant <= now + clocks.DAY]
    moved = (scan for scan in due if scan.milestone != "info")
    return next(moved, due[0] if due else None)


def _ago(scan: Scan | None, now: datetime) -> str:
    return (clocks.ago(scan.moment, now) or scan.clock.short_day) if scan else ""


def _item_name(journey: Journey, scan: Scan | None) -> str:
    names = (name_of(item) for item in journey.items if scan and item.position == scan.item)
    return next(names, "")


def _part(journey: Journey, leg: JourneyLeg, scans: Sequence[Scan]) -> Part:
    return Part(
        carrier=carrier_words(leg),
        service=leg.service_name if leg.service_name != carrier_words(leg) else "",
        numbers=numbers_on(journey, leg),
        link=carrier_page(journey, leg),
        latest=next((scan for scan in scans if scan.leg == leg.position), None),
    )


def _destination(journey: Journey) -> str:
    """Return the town, as far as this reader may know it, else the country."""
    to, country = journey.recipient, country_words(journey.destination_country)
    return (listed(to.city, to.region, country_words(to.country)) if to else "") or country
