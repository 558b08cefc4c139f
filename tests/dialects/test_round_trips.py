"""What one of our languages wrote, it reads again; the journey is the same but for its losses.

The table below is the whole list of what each language cannot say. `docs/dialects.md` shows
it to people, and a test keeps the two alike.
"""

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from apps.dialects import shiplemon, shipstation, sorted_v1, sorted_v2
from apps.shipments import recording
from apps.shipments.reading import journey_of
from apps.shipments.reports import (
    ItemReport,
    LegReport,
    NumberReport,
    Place,
    PromiseReport,
)
from tests.builders import NOW, at, make_merchant, make_shipment, recorded, report, sighting

pytestmark = pytest.mark.django_db

BASE = "https://track.example.com"
DOCS = Path(__file__).parents[2] / "docs" / "dialects.md"

FACTS = (
    "status",
    "instants",
    "offsets",
    "fractions",
    "words",
    "places",
    "coordinates",
    "signees",
    "items",
    "legs",
    "numbers",
    "promise",
)

# What a language cannot say; everything else of FACTS comes back as it went out.
LOSSES = {
    "sorted_v2 shipment": {"items", "legs"},
    "sorted_v2 contents": {"legs"},
    "sorted_v1": {"coordinates", "numbers", "promise"},
    "sorted_v1 flattened": {"coordinates", "numbers", "promise"},
    "shipstation": {"items", "words"},
    "shiplemon": {
        "numbers",
        "offsets",
        "fractions",
        "places",
        "coordinates",
        "signees",
        "items",
        "legs",
        "promise",
        "words",
    },
}


def contents(journey):
    return sorted_v2.read(dump(sorted_v2.write_contents(journey, base=BASE)))


def shipment(journey):
    return sorted_v2.read(dump(sorted_v2.write_shipment(journey, base=BASE)))


def number_logs(journey):
    """A log tells of one number, so a journey is the logs of all its numbers."""
    return [
        shipstation.read(dump(shipstation.write(journey, number))) for number in journey.numbers
    ]


TRIPS = {
    "sorted_v2 shipment": shipment,
    "sorted_v2 contents": contents,
    "sorted_v1": lambda journey: [sorted_v1.read(dump(sorted_v1.write(journey)))],
    "sorted_v1 flattened": lambda journey: [
        sorted_v1.read(dump(sorted_v1.write_flattened(journey)))
    ],
    "shipstation": number_logs,
    "shiplemon": lambda journey: [shiplemon.read(dump(shiplemon.write(journey)))],
}


def dump(answer):
    return json.dumps(answer, ensure_ascii=False).encode()


def facts_of(journey):
    events = journey.events
    return {
        "status": journey.code,
        "instants": [event.moment.instant.replace(microsecond=0) for event in events],
        "offsets": [event.moment.offset for event in events],
        "fractions": [
            (event.moment.instant.microsecond, event.moment.digits, event.moment.nanos)
            for event in events
        ],
        "words": [(event.code, event.description) for event in events],
        "places": [event.place.label or event.place.city for event in events],
        "coordinates": [(event.place.latitude, event.place.longitude) for event in events],
        "signees": [event.signee for event in events],
        "items": [event.item for event in events],
        "legs": [event.leg for event in events],
        "numbers": [number.number for number in journey.numbers],
        "promise": journey.promise.until.instant if journey.promise else None,
    }


@pytest.fixture
def journey():
    """A journey that uses all a journey can hold and all four languages can meet."""
    times = {"offset": 60, "digits": 7, "nanos": 300}
    said = report(
        sighting(
            "delivered",
            "2026-03-01T16:42:00.739857+00:00",
            description="Handed to the resident",
            place=Place(label="Wilmslow", latitude=53.32, longitude=-2.23),
            signee="P. Jones",
            leg=1,
            item=0,
        ),
        sighting("in_transit", "2026-02-28T09:00:00Z", description="Left", leg=0, item=0),
        sighting("accepted.collected", "2026-02-27T09:00:00Z", description="Got", leg=0, item=0),
        legs=(
            LegReport("ups", "UPS", "S1", "Carrier Service A"),
            LegReport("dnq", "DNQ Worldwide", "S2", "Carrier Service B"),
        ),
        items=(ItemReport(),),
        numbers=(NumberReport("1Z9999999999999999", 0), NumberReport("5805984057422232", 1)),
        promise=PromiseReport(until=at("2026-03-03T18:00:00Z")),
        source="elsewhere",
    )
    newest, *others = said.sightings
    exact = replace(newest, moment=replace(newest.moment, **times))
    return journey_of(make_shipment(report=replace(said, sightings=(exact, *others))).pk)


def relived(trip, journey, name="Other"):
    """Return the journey of another shipment that knows only what the language said."""
    other = make_shipment(make_merchant(name))
    recording.record_many([(other.pk, said) for said in TRIPS[trip](journey)], now=NOW)
    return journey_of(other.pk)


@pytest.mark.parametrize("trip", TRIPS)
def test_what_a_language_can_say_comes_back(trip, journey):
    before, after = facts_of(journey), facts_of(relived(trip, journey))

    lost = {fact for fact in FACTS if before[fact] != after[fact]}

    assert lost == LOSSES[trip]


@pytest.mark.parametrize("trip", TRIPS)
def test_a_second_trip_loses_nothing_more(trip, journey):
    once = relived(trip, journey)

    assert facts_of(relived(trip, once, "Third")) == facts_of(once)


SEEDS = {
    "sorted_v2_contents.json": lambda payload: sorted_v2.read(payload)[0],
    "sorted_v2_shipment.json": lambda payload: sorted_v2.read(payload)[0],
    "sorted_v1_multi_leg.json": sorted_v1.read,
    "sorted_v1_two_legs.json": sorted_v1.read,
    "sorted_v1_flattened.json": sorted_v1.read,
    "shipstation_usps.json": shipstation.read,
    "shiplemon_elta.json": shiplemon.read,
}


@pytest.mark.parametrize("name", SEEDS)
def test_a_document_recorded_twice_writes_nothing_the_second_time(name):
    shipment_ = make_shipment()
    said = SEEDS[name](recorded(name))
    recording.record(shipment_.pk, said, now=NOW)

    assert not recording.record(shipment_.pk, said, now=NOW).is_changed


@pytest.mark.parametrize("trip", TRIPS)
def test_the_documentation_lists_the_losses(trip):
    row = next(line for line in DOCS.read_text().splitlines() if line.startswith(f"| {trip} |"))

    assert {word.strip() for word in row.split("|")[2].split(",")} == LOSSES[trip]


def test_a_webhook_that_is_delivered_again_adds_no_second_event():
    log = json.loads(recorded("shipstation_usps.json"))
    delivery = dump(
        {"resource_url": f"{BASE}/v1/tracking", "resource_type": "API_TRACK", "data": log}
    )
    shipment_ = make_shipment()

    first, again = (
        recording.record(shipment_.pk, shipstation.read(delivery), now=NOW) for _ in range(2)
    )

    assert (first.added, again.is_changed) == (6, False)
