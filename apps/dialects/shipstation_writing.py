"""A journey as ShipStation's tracking log: the seed's keys, in its order, with its blanks."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from apps.dialects import moments
from apps.dialects import shipstation_words as words
from apps.dialects.shipstation_reading import SOURCE
from apps.shipments.journey import Journey, JourneyEvent, JourneyLeg, JourneyNumber
from apps.shipments.reports import Certainty, Headline, Moment
from apps.shipments.status import NO_SCANS, UNMAPPED, english, milestone_of

# A late scan after these moves no parcel.
_FINAL = frozenset(("delivered", "returning", "returned"))
_LATE = frozenset(
    ("unknown", "pre_transit", "accepted", "in_transit", "out_for_delivery", "attempted")
)


class Standing(Struct, frozen=True):
    """Where a parcel stands, in ShipStation's words."""

    status_code: str
    carrier_code: str = ""
    description: str = ""
    problem: str = ""
    shipped: Moment | None = None
    delivered: Moment | None = None


def write(journey: Journey, number: JourneyNumber) -> dict[str, Any]:
    """Return the tracking log of one number: 14 keys, 17 for each event, newest first."""
    events = tuple(journey.events_under(number))
    leg = journey.leg(number.leg)
    standing = standing_of(journey, number)
    promise = journey.promise
    return {
        "tracking_number": number.number,
        "tracking_url": number.tracking_url or None,
        "status_code": standing.status_code,
        "carrier_code": carrier_code_of(leg),
        "carrier_id": leg.carrier_number if leg else None,
        "carrier_detail_code": None,
        "status_description": words.description(standing.status_code),
        "carrier_status_code": standing.carrier_code or None,
        "carrier_status_description": standing.description or None,
        "ship_date": date_text(standing.shipped),
        "estimated_delivery_date": date_text(promise.until if promise else None),
        "actual_delivery_date": date_text(standing.delivered),
        "exception_description": standing.problem or None,
        "events": _events(events),
    }


def standing_of(journey: Journey, number: JourneyNumber) -> Standing:
    """Return a number's status: ShipStation's own headline while it agrees with the journey.

    Otherwise what the events under the number say, and `NY` for a number without any.
    """
    events = tuple(journey.events_under(number))
    code = _code_of(journey, number, events)
    said = number.headline if number.source == SOURCE else None
    if said and (not code or words.outward(code) == words.outward(said.code)):
        return _echo(said)
    return _derived(code or (UNMAPPED if events else NO_SCANS), events)


def carrier_code_of(leg: JourneyLeg | None) -> str:
    """Return a leg's carrier code in the form ShipStation's clients accept."""
    return fold_code(leg.carrier_code if leg else "")


def fold_code(code: str) -> str:
    """Return a code as lower-case words joined by single underscores."""
    return re.sub(r"[^a-z0-9]+", "_", code.lower()).strip("_") or "other"


def _code_of(journey: Journey, number: JourneyNumber, events: tuple[JourneyEvent, ...]) -> str:
    """Return the code that holds for a number, empty when nothing tells.

    What is settled counts when the number stands for all of it; one of several carriers'
    numbers stands where its own events lead, late scans after the end left out.
    """
    if number.item is None and len(journey.legs) == 1:
        return "" if journey.code == NO_SCANS else journey.code
    said = [event.code for event in events if _moves(event.code)]
    codes = [code for code in said if milestone_of(code) != "unknown"] or said
    newest = codes[0] if codes else ""
    if milestone_of(newest) not in _LATE:
        return newest
    return next((code for code in codes if milestone_of(code) in _FINAL), newest)


def _moves(code: str) -> bool:
    return code != UNMAPPED and milestone_of(code) != "info"


def _echo(said: Headline) -> Standing:
    return Standing(
        status_code=words.spoken(said.word, said.code) or words.outward(said.code) or "UN",
        carrier_code=said.carrier_code,
        description=said.description,
        problem=said.problem,
        shipped=said.shipped,
        delivered=said.delivered,
    )


def _derived(code: str, events: tuple[JourneyEvent, ...]) -> Standing:
    status = words.outward(code) or "UN"
    event = next((event for event in events if words.outward(event.code) == status), None)
    event = event or next(iter(events), None)
    if not event:
        return Standing(status)
    description = event.description or english(event.code)
    return Standing(
        status_code=status,
        carrier_code=_carrier_code(event),
        description=description,
        problem=description if status == "EX" else "",
        delivered=event.moment if milestone_of(event.code) == "delivered" else None,
    )


def _events(events: tuple[JourneyEvent, ...]) -> list[dict[str, Any]]:
    """Return the events as given, newest first, each with the status code it goes by."""
    statuses = list(_statuses(events))
    statuses.reverse()
    return [_event(event, status) for event, status in zip(events, statuses, strict=True)]


def _statuses(events: tuple[JourneyEvent, ...]) -> Iterator[str]:
    """Yield status codes from the oldest event on; one that moves nothing keeps the last."""
    before = "UN"
    for event in reversed(events):
        before = words.outward(event.code) or before
        yield words.spoken(event.word, event.code) if event.source == SOURCE else before


def _event(event: JourneyEvent, status: str) -> dict[str, Any]:
    place, moment = event.place, _without_zeros(event.moment)
    carrier_code = _carrier_code(event) or None
    is_own = event.source == SOURCE
    description = event.description or ("" if is_own else english(event.code))
    return {
        "occurred_at": moments.utc_z(moment),
        "carrier_occurred_at": moments.wall(moment),
        "description": description,
        "city_locality": place.city or place.label,
        "state_province": place.region,
        "postal_code": place.postal_code,
        "country_code": _country(place.country),
        "company_name": place.company,
        "signer": event.signee,
        "event_code": carrier_code,
        "carrier_detail_code": None,
        "status_code": status or None,
        "status_description": words.description(status),
        "carrier_status_code": carrier_code,
        "carrier_status_description": description,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _without_zeros(moment: Moment) -> Moment:
    """Drop a fraction of nothing but zeros, which the service never writes."""
    is_whole = not (moment.instant.microsecond or moment.nanos)
    return replace(moment, digits=0) if is_whole and moment.digits else moment


def _carrier_code(event: JourneyEvent) -> str:
    """Return the carrier's own code; ShipStation's own word is none."""
    return event.carrier_code or ("" if event.source == SOURCE else event.word)


def _country(written: str) -> str:
    code = written.strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def date_text(moment: Moment | None) -> str | None:
    """Return a date as it came: without a zone when nobody gave one."""
    if moment is None:
        return None
    is_assumed = moment.certainty is Certainty.ASSUMED
    return moments.wall(moment) if is_assumed else moments.utc_z(moment)
