"""A parcel's scans as one story: by carrier, then by day, newest first."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from apps.pages.languages import gettext as _
from apps.pages.links import Link, safe_link
from apps.pages.scans import Scan
from apps.pages.shown import Shown
from apps.shipments.journey import Journey, JourneyLeg

# Scans in sight; older ones are on the page too, behind a native disclosure.
NEWEST = 6


class Day(Shown, frozen=True):
    heading: str
    scans: tuple[Scan, ...]


class Party(Shown, frozen=True):
    """A carrier at a hand-over."""

    name: str
    numbers: tuple[str, ...]
    contact: Link | None


class HandOver(Shown, frozen=True):
    """`answers` says who answers questions from here on, empty when nobody knows the name."""

    giver: Party
    taker: Party
    answers: str


class Stretch(Shown, frozen=True):
    """Scans in a row by one carrier. `hand_over` is how the parcel reached that carrier."""

    carrier: str
    days: tuple[Day, ...]
    hand_over: HandOver | None = None


class Timeline(Shown, frozen=True):
    newest: tuple[Stretch, ...]
    earlier: tuple[Stretch, ...]
    total: int
    earlier_count: int

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        return self.newest + self.earlier

    @property
    def scans(self) -> Iterator[Scan]:
        return (scan for s in self.stretches for day in s.days for scan in day.scans)


def timeline_of(journey: Journey, scans: Sequence[Scan]) -> Timeline:
    """Return the story of the scans given, in their order."""
    newest, earlier = _split(_passages(journey, _runs(scans)), NEWEST)
    return Timeline(
        newest=tuple(newest),
        earlier=tuple(earlier),
        total=len(scans),
        earlier_count=max(len(scans) - NEWEST, 0),
    )


Run = tuple[int | None, list[Scan]]


class Passage(NamedTuple):
    """A run with its words, before it is parted and laid out by day."""

    carrier: str
    scans: list[Scan]
    hand_over: HandOver | None


def _runs(scans: Iterable[Scan]) -> list[Run]:
    """Cut the scans where the carrier changes; a scan of no leg stays with its neighbours."""
    runs: list[Run] = []
    for scan in scans:
        if runs and scan.leg in (None, runs[-1][0]):
            runs[-1][1].append(scan)
        elif runs and runs[-1][0] is None:
            runs[-1] = (scan.leg, [*runs[-1][1], scan])
        else:
            runs.append((scan.leg, [scan]))
    return runs


def _passages(journey: Journey, runs: Sequence[Run]) -> Iterator[Passage]:
    """Name each run's carrier, and tell each hand-over once: where the taker's part begins."""
    several = len(journey.legs) > 1
    for index, (position, scans) in enumerate(runs):
        leg = journey.leg(position)
        giver = journey.leg(runs[index + 1][0]) if index + 1 < len(runs) else None
        is_first = all(position != later for later, _scans in runs[index + 1 :])
        changes = leg and giver and is_first and giver.order < leg.order and _is_named(leg, giver)
        yield Passage(
            carrier=carrier_words(leg) if several and leg else "",
            scans=scans,
            hand_over=_hand_over(journey, giver, leg) if changes and giver and leg else None,
        )


def _is_named(*legs: JourneyLeg) -> bool:
    """Tell whether a reader could tell these carriers apart; a brand may hide them."""
    return any(map(carrier_words, legs))


def _hand_over(journey: Journey, giver: JourneyLeg, taker: JourneyLeg) -> HandOver:
    name = carrier_words(taker)
    answers = _("From here on, %(name)s answers questions about the delivery.") % {"name": name}
    return HandOver(_party(journey, giver), _party(journey, taker), answers if name else "")


def _party(journey: Journey, leg: JourneyLeg) -> Party:
    return Party(carrier_words(leg), numbers_on(journey, leg), safe_link(leg.contact_url))


def carrier_words(leg: JourneyLeg) -> str:
    """Return the best name we have for a leg's carrier."""
    return leg.carrier_name or leg.carrier_code or leg.service_name


def numbers_on(journey: Journey, leg: JourneyLeg) -> tuple[str, ...]:
    """Return each number of a leg once."""
    return tuple(dict.fromkeys(n.number for n in journey.numbers if n.leg == leg.position))


def carrier_page(journey: Journey, leg: JourneyLeg) -> Link | None:
    """Return the carrier's own page of a leg, None when nobody gave one that is safe."""
    links = (safe_link(n.tracking_url) for n in journey.numbers if n.leg == leg.position)
    return next((link for link in links if link), None)


def _days(scans: Iterable[Scan]) -> tuple[Day, ...]:
    grouped = groupby(scans, key=lambda scan: scan.clock.day)
    return tuple(Day(heading, tuple(day)) for heading, day in grouped)


def _split(passages: Iterable[Passage], room: int) -> tuple[list[Stretch], list[Stretch]]:
    """Part the story after so many scans; a stretch that is cut keeps its end below."""
    above, below = [], []
    for carrier, scans, hand_over in passages:
        fits, rest = scans[:room], scans[room:]
        room -= len(fits)
        if fits:
            above.append(Stretch(carrier, _days(fits), None if rest else hand_over))
        if rest:
            below.append(Stretch(carrier, _days(rest), hand_over))
    return above, below
