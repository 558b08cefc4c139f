"""From events to what a reader is told: each scan once, in the journey's own order."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from apps.pages import clocks
from apps.pages.languages import gettext as _
from apps.pages.marks import look_of
from apps.pages.shown import Shown
from apps.shipments.journey import Journey, JourneyEvent
from apps.shipments.reports import Moment, Place

BY_HAND = "manual"


class Voice(Shown, frozen=True):
    """Somebody's own words for a scan; `speaker` is empty when nobody could mistake it."""

    speaker: str
    words: str


class Scan(Shown, frozen=True):
    """One scan as shown. `leg` and `item` are positions, None when it concerns all.

    `note` says what is odd about its time, such as that it was reported late.
    """

    reference: str
    moment: Moment
    code: str
    milestone: str
    mark: str
    tone: str
    sentence: str
    clock: clocks.Clock
    place: str
    signee: str
    note: str
    leg: int | None
    item: int | None
    voices: tuple[Voice, ...]
    source: str


# A runaway carrier must not make a page that nobody can load.
MOST = 150


def scans_of(journey: Journey, now: datetime) -> tuple[Scan, ...]:
    """Return a parcel's scans, newest first; what two carriers tell of one scan is one.

    Beyond `MOST` events the oldest are left out.
    """
    reading = _Reading(journey, now)
    return _joined(reading.scan(event) for event in journey.events[:MOST])


def unshown(journey: Journey) -> int:
    """Return how many events `scans_of` leaves out."""
    return max(len(journey.events) - MOST, 0)


class _Reading:
    """What turning one parcel's events into words needs to know of the parcel."""

    def __init__(self, journey: Journey, now: datetime) -> None:
        self.now = now
        self.speakers: dict[int | None, str] = {
            leg.position: leg.carrier_name or leg.carrier_code for leg in journey.legs
        }
        self.merchant = journey.merchant.name
        self.first_recorded_at = min((e.recorded_at for e in journey.events), default=now)

    def scan(self, event: JourneyEvent) -> Scan:
        look = look_of(event.code)
        return Scan(
            reference=event.reference,
            moment=event.moment,
            code=event.code,
            milestone=look.milestone,
            mark=look.mark,
            tone=look.tone,
            sentence=look.words,
            clock=clocks.read(event.moment, self.now),
            place=place_words(event.place),
            signee=event.signee,
            note=self._note(event),
            leg=event.leg,
            item=event.item,
            voices=self._voices(event, look.words),
            source=event.source,
        )

    def _voices(self, event: JourneyEvent, sentence: str) -> tuple[Voice, ...]:
        words = event.description.strip()
        if not words or words.casefold() == sentence.casefold():
            return ()
        return (Voice(self._speaker(event), words),)

    def _speaker(self, event: JourneyEvent) -> str:
        if event.source == BY_HAND:
            return self.merchant
        return self.speakers.get(event.leg, "") if len(self.speakers) > 1 else ""

    def _note(self, event: JourneyEvent) -> str:
        if event.moment.instant > self.now + clocks.DAY:
            return _("This time has yet to come: the carrier's clock may be wrong")
        # A first import brings the whole past at once; that was not late, we were.
        is_import = event.recorded_at == self.first_recorded_at == event.received_at
        return "" if is_import else clocks.lateness(event.moment, event.received_at)


def place_words(place: Place) -> str:
    """Return a place on one line: as its source wrote it, else from its parts."""
    if place.label:
        return place.label
    parts = (place.company, place.city, place.region, place.country)
    return ", ".join(part for part in parts if part)


Told = tuple[object, ...]


def _joined(scans: Iterable[Scan]) -> tuple[Scan, ...]:
    """Show once what another carrier or source tells of the same instant and milestone.

    Two scans from one carrier and one source are two scans, whatever their time.
    """
    kept: dict[int, Scan] = {}
    places: dict[Told, list[int]] = {}
    for index, scan in enumerate(scans):
        twins = places.setdefault(_told(scan), [])
        twin = next((i for i in twins if _is_other_voice(kept[i], scan)), None)
        if twin is None:
            twins.append(index)
            kept[index] = scan
        else:
            kept[twin] = _merged(kept[twin], scan)
    return tuple(kept.values())


def _told(scan: Scan) -> Told:
    if scan.clock.time:
        return (scan.moment.instant, scan.milestone, scan.item)
    # A bare date is too coarse for a milestone to tell two scans apart.
    return (scan.moment.instant, scan.code, scan.item, scan.place.casefold())


def _is_other_voice(first: Scan, second: Scan) -> bool:
    return (first.leg, first.source) != (second.leg, second.source)


def _merged(first: Scan, second: Scan) -> Scan:
    """Keep the scan with more detail in its place, with the words of both."""
    fuller = second if "." in second.code and "." not in first.code else first
    return replace(
        fuller,
        reference=first.reference,
        moment=first.moment,
        clock=first.clock,
        leg=first.leg,
        source=first.source,
        place=first.place or second.place,
        signee=first.signee or second.signee,
        note=first.note if second.note else "",
        voices=tuple(dict.fromkeys((*first.voices, *second.voices))),
    )


def own_scans(scans: Iterable[Scan], items: Collection[int]) -> Mapping[int, tuple[Scan, ...]]:
    """Return each item's own scans, or nothing when all items went the same way.

    Items that were scanned alike have one story, which is told once.
    """
    own: dict[int, list[Scan]] = {item: [] for item in items}
    for scan in scans:
        if scan.item in own:
            own[scan.item].append(scan)
    ways = {
        tuple((s.moment.instant, s.code, s.place, s.voices) for s in mine) for mine in own.values()
    }
    if len(ways) < 2:
        return {}
    return {item: tuple(mine) for item, mine in own.items()}


def shared_scans(
    scans: Iterable[Scan], items: Collection[int], own: Mapping[int, tuple[Scan, ...]]
) -> tuple[Scan, ...]:
    """Return the scans that are not listed under an item, in their order."""
    if own:
        return tuple(scan for scan in scans if scan.item not in own)
    told_elsewhere = set(items) - {min(items, default=None)}
    return tuple(scan for scan in scans if scan.item not in told_elsewhere)
