"""A journey as staff read it: what we make of each event beside what the carrier said."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from msgspec import Struct

from apps.desk.ago import distance, exact
from apps.shipments.journey import Journey, JourneyEvent, JourneyPromise
from apps.shipments.models import Event
from apps.shipments.reports import Place
from apps.shipments.sheets import clock, visible
from apps.shipments.status import status_of

# A parcel with more events than this is a runaway; staff see the newest.
MOST_EVENTS = 500
MOST_SUPERSEDED = 100


class Line(Struct, frozen=True):
    """One event. `answer` is the row number of the raw answer it came with, None for none."""

    when: str
    tone: str
    words: str
    code: str
    about: str
    source: str
    word: str
    carrier_code: str
    description: str
    place: str
    received: str
    recorded: str
    answer: int | None = None
    superseded: str = ""


class Moved(Struct, frozen=True):
    """A promise, and where it moved compared with the one before it."""

    since: str
    until: str
    moved: str
    is_later: bool
    given_by: str
    reason: str
    said: str


# A raw answer is known by when its news was recorded and whose news it was.
Answers = dict[tuple[datetime, str], int]


def lines(journey: Journey, answers: Answers) -> list[Line]:
    """Return a line for each event that counts, newest first."""
    return [_line(journey, event, answers) for event in journey.events[:MOST_EVENTS]]


def _line(journey: Journey, event: JourneyEvent, answers: Answers) -> Line:
    return Line(
        when=clock(event.moment),
        tone=status_of(event.code).severity.value,
        words=str(status_of(event.code).words),
        code=event.code,
        about=visible(_about(journey, event)),
        source=event.source,
        word=visible(event.word),
        carrier_code=visible(event.carrier_code),
        description=visible(event.description),
        place=visible(_place(event.place)),
        received=exact(event.received_at),
        recorded=exact(event.recorded_at),
        answer=answers.get((event.recorded_at, event.source)),
    )


def _about(journey: Journey, event: JourneyEvent) -> str:
    """Name the leg and the item of an event, each by its position."""
    leg = journey.leg(event.leg)
    carrier = f"{leg.position}. {leg.carrier_name or leg.carrier_code}" if leg else ""
    item = f"item {event.item}" if event.item else ""
    return ", ".join(filter(None, (carrier, item)))


def _place(place: Place) -> str:
    town = " ".join(filter(None, (place.postal_code, place.city)))
    parts = (place.company, place.label or town, place.region, place.country)
    return ", ".join(dict.fromkeys(filter(None, parts)))


def superseded(shipment_id: int) -> list[Line]:
    """Return the events that no longer count, newest first, with when they ceased to."""
    gone = Event.objects.filter(shipment=shipment_id, superseded_at__isnull=False)
    return [_gone(event) for event in gone.order_by("-occurred_at", "-pk")[:MOST_SUPERSEDED]]


def _gone(event: Event) -> Line:
    return Line(
        when=clock(event.moment),
        tone=status_of(event.code).severity.value,
        words=str(status_of(event.code).words),
        code=event.code,
        about="",
        source=event.source,
        word=visible(event.word),
        carrier_code=visible(event.carrier_code),
        description=visible(event.description),
        place=visible(event.label or ", ".join(filter(None, (event.city, event.country)))),
        received=exact(event.received_at or event.recorded_at),
        recorded=exact(event.recorded_at),
        superseded=exact(event.superseded_at),
    )


def promises(told: Sequence[JourneyPromise]) -> list[Moved]:
    """Return the promises, the one said last first, each with how it moved."""
    return [_moved(one, former) for one, former in pairwise((*told, None)) if one]


def _moved(one: JourneyPromise, former: JourneyPromise | None) -> Moved:
    by = one.until.instant - former.until.instant if former else None
    return Moved(
        since=clock(one.since) if one.since else "",
        until=clock(one.until),
        moved=_moved_words(one, former),
        is_later=by is not None and by.total_seconds() > 0,
        given_by=one.given_by,
        reason=visible(one.reason),
        said=exact(one.said_at),
    )


def _moved_words(one: JourneyPromise, former: JourneyPromise | None) -> str:
    if former is None:
        return "the first"
    by = one.until.instant - former.until.instant
    words = distance(by)
    if not words:
        return "the same end"
    return f"{words} {'later' if by.total_seconds() > 0 else 'earlier'}"
