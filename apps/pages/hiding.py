"""What a brand does not want to be seen: who carries a parcel, and where it came from."""

import re

from msgspec.structs import replace

from apps.pages.readers import Reader
from apps.shipments.journey import Journey, JourneyEvent, JourneyLeg, JourneyNumber
from apps.shipments.names import HIDDEN
from apps.shipments.reports import NOWHERE
from apps.shipments.status import milestone_of

# A country that is none (ISO 3166 leaves it to users), so that a border still counts as one.
ELSEWHERE = "ZZ"

AT_THE_SENDER = ("unknown", "pre_transit", "accepted", "returning", "returned")
ARRIVED = ("in_transit.arrived_country", "in_transit.local_depot")
LAST_MILE = ("out_for_delivery", "attempted", "available_for_pickup", "delivered")
# Shorter first words of a name are words of a language too.
SHORTEST = 4


def hidden(journey: Journey, reader: Reader) -> Journey:
    """Return a journey without what the reader's brand or frame hides, in text of any kind."""
    if reader.hides("origin"):
        journey = _without_origin(journey)
    return _without_carriers(journey) if reader.hides("carrier") else journey


def _without_carriers(journey: Journey) -> Journey:
    names = _names(journey)
    return replace(
        journey,
        legs=tuple(map(_nameless_leg, journey.legs)),
        numbers=tuple(map(_nameless_number, journey.numbers)),
        events=tuple(_nameless_event(event, names) for event in journey.events),
        promises=tuple(replace(one, reason=_struck(one.reason, names)) for one in journey.promises),
    )


def _nameless_leg(leg: JourneyLeg) -> JourneyLeg:
    return replace(
        leg,
        carrier_code="",
        carrier_name="",
        carrier_number=None,
        service_code="",
        service_name="",
        contact_url="",
    )


def _nameless_number(number: JourneyNumber) -> JourneyNumber:
    headline = number.headline
    if headline:
        headline = replace(headline, word="", carrier_code="", description="", problem="")
    return replace(number, tracking_url="", headline=headline)


def _nameless_event(event: JourneyEvent, names: re.Pattern[str] | None) -> JourneyEvent:
    place = replace(
        event.place,
        label=_struck(event.place.label, names),
        company=_struck(event.place.company, names),
    )
    return replace(
        event,
        description=_struck(event.description, names),
        place=place,
        word="",
        carrier_code="",
    )


def _names(journey: Journey) -> re.Pattern[str] | None:
    """Return a pattern of the carriers' names and services, whole and by their first words."""
    told = {
        name.strip()
        for leg in journey.legs
        for name in (leg.carrier_name, leg.carrier_code, leg.service_name)
    }
    first = {name.partition(" ")[0] for name in told}
    told |= {word for word in first if len(word) >= SHORTEST or word.isupper()}
    words = sorted((name for name in told if len(name) > 1), key=len, reverse=True)
    if not words:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def _struck(text: str, names: re.Pattern[str] | None) -> str:
    return names.sub(HIDDEN, text) if names else text


def _without_origin(journey: Journey) -> Journey:
    """Blank the places a parcel passed before it came to the country it goes to.

    Of a parcel that crosses no border, that is where its way began.
    """
    end = journey.destination_country
    crosses = bool(end) and {journey.origin_country, *_countries(journey)} - {"", end} != set()
    here = [i for i, event in enumerate(journey.events) if _is_here(event, end)]
    last = max(here, default=-1) if crosses else len(journey.events)
    events = (
        _placeless(event) if index > last or _is_elsewhere(event, end) else event
        for index, event in enumerate(journey.events)
    )
    return replace(journey, origin_country=ELSEWHERE if crosses else "", events=tuple(events))


def _countries(journey: Journey) -> set[str]:
    return {event.place.country for event in journey.events}


def _is_here(event: JourneyEvent, country: str) -> bool:
    is_near = event.code in ARRIVED or milestone_of(event.code) in LAST_MILE
    return event.place.country == country or (is_near and not event.place.country)


def _is_elsewhere(event: JourneyEvent, country: str) -> bool:
    is_abroad = bool(country) and event.place.country not in ("", country)
    return is_abroad or milestone_of(event.code) in AT_THE_SENDER


def _placeless(event: JourneyEvent) -> JourneyEvent:
    return replace(event, place=NOWHERE, description="", word="", carrier_code="")
