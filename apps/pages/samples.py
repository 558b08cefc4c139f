"""A parcel, or an order, in each state a tracking page can show: invented, and told by one shop.

The editor of a brand previews its pages with them; screenshots and tests of every renderer take
their parcels from here too. All is told at one time, a Thursday noon, with personal data planted
that no page may show.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from msgspec.structs import replace

from apps.pages.readers import Reader
from apps.pages.sample_parts import (
    NOW,
    READER,
    RECIPIENT,
    day,
    event,
    item,
    journey,
    leg,
    moment,
    moved,
    number,
    promise,
)
from apps.pages.states import State
from apps.shipments.journey import Journey, JourneyEvent

# The states of pages that show no parcel.
WITHOUT_PARCEL = (State.LOOKUP, State.NOT_FOUND, State.LINK_ENDED, State.TOO_MANY_TRIES)
WEEK = timedelta(days=7)


class Sample(NamedTuple):
    """The journeys of a page, the one that was asked for first; they are not masked."""

    state: State
    journeys: tuple[Journey, ...]
    reader: Reader = READER
    now: datetime = NOW


DHL = leg(1, "DHL", service_name="Parcel Connect", contact_url="https://dhl.example/contact")
ROYAL_MAIL = leg(2, "Royal Mail", contact_url="https://royalmail.example/contact")
AT_DHL = number("JD0146", 1, tracking_url="https://dhl.example/JD0146", asked_at=NOW)
ASKED = replace(AT_DHL, answered_at=NOW - timedelta(minutes=3))
AT_ROYAL_MAIL = number("RM4471", 2, tracking_url="https://royalmail.example/RM4471")
LABEL = event(
    "pre_transit.label_created",
    "2026-05-11T08:15",
    60,
    description="Label for Zaphod Quimby, 742 Evergreen Terrace",
)
TAKEN = event("accepted.collected", "2026-05-11T17:30", 60, place="Bristol, GB")
HUB = event(
    "in_transit.arrived",
    "2026-05-12T23:10",
    60,
    place="Birmingham, GB",
    description="Call +44 7700 900123 before delivery",
)
DEPOT = event("in_transit.local_depot", "2026-05-14T05:48", 60, place="Leeds, GB")
VAN = event("out_for_delivery", "2026-05-14T08:14", 60, place="Leeds, GB")
ON_THE_WAY = (DEPOT, HUB, TAKEN, LABEL)
JUMPER, MUG, LAMP = item(1, "Blue jumper"), item(2, "Mug", quantity=2), item(3, "Desk lamp")


def parcel(code: str, *events: JourneyEvent, **fields: Any) -> Journey:
    """Return a parcel of the order from Bristol to Leeds."""
    known: dict[str, Any] = {
        "order_reference": "10432",
        "origin_country": "GB",
        "destination_country": "GB",
        "recipient": RECIPIENT,
        "created_at": NOW - timedelta(days=3),
        "legs": (DHL,),
        "numbers": (ASKED,),
        "items": (replace(JUMPER, code=code), replace(MUG, code=code)),
    }
    return journey(*events, code=code, **(known | fields))


def no_scan() -> Sample:
    return Sample(State.NO_SCAN, (parcel("pre_transit.label_created", LABEL),))


def in_transit() -> Sample:
    window = promise(day("2026-05-16"), day("2026-05-15"), said="2026-05-14T06:00")
    return Sample(
        State.IN_TRANSIT, (parcel("in_transit.local_depot", *ON_THE_WAY, promises=(window,)),)
    )


def customs() -> Sample:
    events = (
        event("exception.duties_due", "2026-05-13T14:00", 60, place="Coventry, GB"),
        event("in_transit.customs", "2026-05-13T09:20", 60, place="Coventry, GB"),
        event("in_transit.departed", "2026-05-10T22:40", 480, place="Shenzhen, CN"),
        event("accepted", "2026-05-09T16:00", 480, place="Shenzhen, CN"),
    )
    return Sample(State.CUSTOMS, (parcel("exception.duties_due", *events, origin_country="CN"),))


def out_for_delivery() -> Sample:
    slot = promise(
        moment("2026-05-14T14:20", 60), moment("2026-05-14T13:20", 60), said="2026-05-14T08:00"
    )
    return Sample(
        State.OUT_FOR_DELIVERY, (parcel("out_for_delivery", VAN, *ON_THE_WAY, promises=(slot,)),)
    )


def ready_to_collect() -> Sample:
    waits = event("available_for_pickup.shop", "2026-05-14T10:05", 60, place="Corner News, Leeds")
    return Sample(State.READY_TO_COLLECT, (parcel(waits.code, waits, *ON_THE_WAY),))


def attempted() -> Sample:
    missed = event(
        "attempted.card_left",
        "2026-05-14T11:05",
        60,
        place="742 Evergreen Terrace, Leeds",
        description="Card left for Zaphod, parcel with Trillian next door",
    )
    return Sample(State.ATTEMPTED, (parcel(missed.code, missed, VAN, *ON_THE_WAY),))


def delivered() -> Sample:
    signed = event(
        "delivered.signed",
        "2026-05-14T10:42",
        60,
        place="742 Evergreen Terrace, Leeds",
        description="Handed to Trillian",
        signee="P. Jones",
    )
    return Sample(State.DELIVERED, (parcel(signed.code, signed, VAN, *ON_THE_WAY),))


def problem() -> Sample:
    stopped = event(
        "exception.address",
        "2026-05-14T09:30",
        60,
        place="Leeds, GB",
        description="No flat number at 742 Evergreen Terrace, LS1 4AP",
    )
    return Sample(State.PROBLEM, (parcel(stopped.code, stopped, VAN, *ON_THE_WAY),))


def silent() -> Sample:
    quiet = event("in_transit.arrived", "2026-05-06T21:10", 60, place="Birmingham, GB")
    return Sample(State.SILENT, (parcel(quiet.code, quiet),))


def late() -> Sample:
    windows = (
        promise(day("2026-05-15"), reason="Storm", said="2026-05-14T09:30"),
        promise(day("2026-05-13"), said="2026-05-11T09:00"),
    )
    return Sample(State.LATE, (parcel("in_transit.local_depot", *ON_THE_WAY, promises=windows),))


def carrier_down() -> Sample:
    down = replace(AT_DHL, failing_since=NOW.replace(hour=9, minute=2))
    moving = event("in_transit", "2026-05-14T05:48", 60, place="Leeds, GB")
    return Sample(
        State.CARRIER_DOWN, (parcel("in_transit", moving, HUB, TAKEN, LABEL, numbers=(down,)),)
    )


def twins(events: tuple[JourneyEvent, ...]) -> tuple[JourneyEvent, ...]:
    """Return the same scans of another parcel."""
    return tuple(replace(one, reference=f"tr_9{one.reference[4:]}") for one in events)


def partly_delivered() -> Sample:
    """Return three items in two parcels, and one that is still to be sent."""
    arrived = event("delivered.mailbox", "2026-05-13T10:42", 60, place="Leeds, GB")
    window = promise(day("2026-05-16"), said="2026-05-14T06:00")
    first = parcel("delivered.mailbox", arrived, HUB, TAKEN, LABEL)
    second = parcel(
        "in_transit.local_depot",
        *twins(ON_THE_WAY),
        reference="sp_00000000000000000000000000000002",
        created_at=NOW - timedelta(days=2),
        items=(replace(LAMP, position=1, code="in_transit.local_depot"),),
        numbers=(replace(ASKED, number="JD0147", tracking_url=""),),
        promises=(window,),
    )
    third = parcel(
        "unknown.no_scans",
        reference="sp_00000000000000000000000000000003",
        created_at=NOW - timedelta(days=1),
        items=(item(1, "Candle", "unknown.no_scans"),),
        numbers=(),
        legs=(),
    )
    return Sample(State.PARTLY_DELIVERED, (first, second, third))


def several_carriers() -> Sample:
    """Return a parcel from abroad, with one scan that both carriers report."""
    events = (
        event("in_transit.arrived", "2026-05-14T06:30", 60, leg=2, place="Leeds, GB"),
        event("in_transit", "2026-05-13T15:00", 60, leg=2, description="Item received"),
        event("in_transit.handed_over", "2026-05-13T16:00", 120, leg=1, place="Coventry, GB"),
        event("in_transit.departed", "2026-05-11T20:00", 120, leg=1, place="Leipzig, DE"),
        event("accepted", "2026-05-11T12:00", 120, leg=1, place="Dresden, DE"),
    )
    one = parcel(
        "in_transit.arrived",
        *events,
        origin_country="DE",
        legs=(DHL, ROYAL_MAIL),
        numbers=(ASKED, AT_ROYAL_MAIL),
    )
    return Sample(State.SEVERAL_CARRIERS, (one,))


def coming_back() -> Sample:
    events = (
        event("returning", "2026-05-14T07:00", 60, place="Leeds, GB"),
        event(
            "exception.refused",
            "2026-05-13T12:00",
            60,
            place="Leeds, GB",
            description="Refused by Z. Quimby",
        ),
    )
    return Sample(State.COMING_BACK, (parcel("returning", *events, HUB, TAKEN, LABEL),))


def returned() -> Sample:
    back = event("returned", "2026-05-14T09:00", 60, place="Bristol, GB")
    events = (back, event("returning", "2026-05-13T12:00", 60), HUB, TAKEN, LABEL)
    return Sample(State.RETURNED, (parcel("returned", *events),))


def lost() -> Sample:
    gone = event("exception.lost", "2026-05-14T09:00", 60, description="Search for Quimby ended")
    return Sample(State.LOST, (parcel("exception.lost", gone, HUB, TAKEN, LABEL),))


def cancelled() -> Sample:
    void = event("cancelled", "2026-05-12T09:00", 60)
    return Sample(State.CANCELLED, (parcel("cancelled", void, LABEL),))


SAMPLES: tuple[Callable[[], Sample], ...] = (
    no_scan,
    in_transit,
    customs,
    out_for_delivery,
    ready_to_collect,
    attempted,
    delivered,
    problem,
    silent,
    late,
    carrier_down,
    partly_delivered,
    several_carriers,
    coming_back,
    returned,
    lost,
    cancelled,
)


def all_samples() -> dict[str, Sample]:
    """Return every state that has a parcel, by its name, as they are at `NOW`."""
    return {str(sample.state): sample for sample in (make() for make in SAMPLES)}


def samples_near(now: datetime) -> dict[str, Sample]:
    """Return the same at the last Thursday noon before `now`.

    They move by whole weeks: what is silent or late depends on weekends in between.
    """
    by = (now - NOW) // WEEK * WEEK
    return {name: _moved_sample(sample, by) for name, sample in all_samples().items()}


def _moved_sample(sample: Sample, by: timedelta) -> Sample:
    journeys = tuple(moved(journey, by) for journey in sample.journeys)
    return sample._replace(journeys=journeys, now=sample.now + by)
