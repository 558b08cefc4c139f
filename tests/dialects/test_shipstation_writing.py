import json

import jsonschema
import pytest
from msgspec.structs import replace

from apps.dialects import shipstation
from apps.shipments.reports import ItemReport, LegReport, NumberReport, Place, Report
from apps.shipments.status import STATUSES
from tests.builders import recorded
from tests.dialects.journeys import at, journey_of, sighting, told_by_another

SEED = recorded("shipstation_usps.json")
WIRE = json.loads(recorded("shipengine_wire_schema.json"))

LOG_KEYS = list(json.loads(SEED))
EVENT_KEYS = list(json.loads(SEED)["events"][0])


def read(payload):
    return shipstation.read(json.dumps(payload).encode())


def event(**fields):
    return {"occurred_at": "2021-09-20T19:03:00Z"} | fields


def write(journey):
    return shipstation.write(journey, journey.numbers[0])


def valid(body, name):
    schema = {"$defs": WIRE["$defs"], "$ref": f"#/$defs/{name}"}
    jsonschema.Draft202012Validator(schema).validate(body)
    return True


def test_the_seeds_answer_goes_out_as_it_came():
    journey = journey_of(shipstation.read(SEED), code="delivered")
    written = write(journey)
    assert written == json.loads(SEED)
    assert json.dumps(written) == json.dumps(json.loads(SEED))


def test_the_seeds_answer_fits_the_published_shape():
    assert valid(write(journey_of(shipstation.read(SEED), code="delivered")), "tracking_log")


def test_own_words_go_out_as_they_came():
    log = {
        "tracking_number": "1",
        "carrier_code": "ups",
        "status_code": "EX",
        "status_detail_code": "CARRIER_DELAYS",
        "carrier_status_code": "X",
        "carrier_status_description": "Late",
        "exception_description": "Snow",
        "ship_date": "2021-09-16T00:00:00Z",
        "estimated_delivery_date": "2021-09-22T00:00:00",
        "events": [event(status_code="EX", status_detail_code="CARRIER_DELAYS", event_code="X")],
    }
    written = write(journey_of(read(log), code="in_transit.delayed"))
    assert written["status_code"] == written["events"][0]["status_code"] == "EX"
    assert written["events"][0]["status_description"] == "Exception"
    assert written["carrier_id"] == 3
    for key in (
        "carrier_status_code",
        "carrier_status_description",
        "exception_description",
        "ship_date",
        "estimated_delivery_date",
    ):
        assert written[key] == log[key]


def test_an_own_word_that_clients_do_not_know_goes_out_as_unknown():
    log = {"tracking_number": "1", "status_code": "ZZ", "events": [event(status_code="ZZ")]}
    written = write(journey_of(read(log), code="unknown.no_scans"))
    assert written["status_code"] == written["events"][0]["status_code"] == "UN"


def test_a_headline_that_the_journey_has_overtaken_gives_way():
    report = read({"tracking_number": "1", "status_code": "IT", "events": [event()]})
    written = write(journey_of(report, code="delivered"))
    assert written["status_code"] == "DE"


def test_a_headline_without_events_is_echoed():
    report = read({"tracking_number": "1", "status_code": "NY", "events": []})
    written = write(journey_of(report, code="unknown.no_scans"))
    assert (written["status_code"], written["events"]) == ("NY", [])
    assert written["status_description"] == "Not Yet In System"


def test_a_registered_number_without_events_is_not_yet_in_the_system():
    written = write(told_by_another(code="unknown.no_scans"))
    assert written == dict.fromkeys(LOG_KEYS) | {
        "tracking_number": "7123456789",
        "status_code": "NY",
        "carrier_code": "acs",
        "status_description": "Not Yet In System",
        "events": [],
    }
    assert valid(written, "tracking_log")


def test_another_sources_event_is_said_in_shipstations_words():
    seen = sighting(
        "delivered.neighbour",
        "2026-03-01T10:00:00+00:00",
        word="ΠΑΡΑΔΟΘΗΚΕ",
        description="Left with Maria",
        place=Place(label="Athens, GR", country="gr"),
        signee="Maria",
    )
    seen = replace(seen, moment=at("2026-03-01T10:00:00+00:00", offset=120))
    written = write(told_by_another(seen, code="delivered.neighbour"))
    assert written["status_code"] == "DE"
    assert written["actual_delivery_date"] == "2026-03-01T10:00:00Z"
    assert written["carrier_status_code"] == "ΠΑΡΑΔΟΘΗΚΕ"
    assert written["carrier_status_description"] == "Left with Maria"
    assert written["events"] == [
        {
            "occurred_at": "2026-03-01T10:00:00Z",
            "carrier_occurred_at": "2026-03-01T12:00:00",
            "description": "Left with Maria",
            "city_locality": "Athens, GR",
            "state_province": "",
            "postal_code": "",
            "country_code": "GR",
            "company_name": "",
            "signer": "Maria",
            "event_code": "ΠΑΡΑΔΟΘΗΚΕ",
            "carrier_detail_code": None,
            "status_code": "DE",
            "status_description": "Delivered",
            "carrier_status_code": "ΠΑΡΑΔΟΘΗΚΕ",
            "carrier_status_description": "Left with Maria",
            "latitude": None,
            "longitude": None,
        }
    ]


def test_a_carriers_own_code_goes_before_a_sources_word():
    seen = sighting("in_transit", word="transit", carrier_code="X7")
    assert write(told_by_another(seen))["events"][0]["event_code"] == "X7"


def test_an_event_without_a_text_is_described_in_english():
    written = write(told_by_another(sighting("available_for_pickup.locker")))
    assert written["events"][0]["description"] == "Ready in a locker"


@pytest.mark.parametrize("code", list(STATUSES))
def test_every_code_of_ours_fits_the_published_shape(code):
    written = write(told_by_another(sighting("accepted"), sighting(code), code=code))
    assert list(written) == LOG_KEYS
    assert {tuple(entry) for entry in written["events"]} == {tuple(EVENT_KEYS)}
    assert valid(written, "tracking_log")


def test_an_event_that_moves_nothing_keeps_the_status_before_it():
    journey = told_by_another(
        sighting("attempted", "2026-03-01T10:00:00+00:00"),
        sighting("info.notified", "2026-03-01T11:00:00+00:00"),
    )
    assert [entry["status_code"] for entry in write(journey)["events"]] == ["AT", "AT"]


def test_a_first_event_that_moves_nothing_has_an_unknown_status():
    written = write(told_by_another(sighting("info"), code="unknown.no_scans"))
    assert written["events"][0]["status_code"] == written["status_code"] == "UN"


def test_a_problem_is_described():
    written = write(
        told_by_another(sighting("exception.damaged", description="Torn"), code="exception.damaged")
    )
    assert written["exception_description"] == "Torn"


def several(*sightings, **fields):
    """Two carriers, one after the other, and a number of each."""
    report = Report(
        source="acs",
        sightings=sightings,
        legs=(LegReport("acs"), LegReport("usps")),
        numbers=(NumberReport("A", 0), NumberReport("U", 1)),
    )
    return journey_of(report, **fields)


def test_each_of_two_carriers_tells_its_own_part():
    journey = several(
        sighting("in_transit.handed_over", "2026-03-01T10:00:00+00:00", leg=0),
        sighting("out_for_delivery", "2026-03-02T10:00:00+00:00", leg=1),
    )
    first, second = (shipstation.write(journey, number) for number in journey.numbers)
    assert (first["carrier_code"], len(first["events"]), first["status_code"]) == ("acs", 1, "IT")
    assert (second["carrier_code"], len(second["events"])) == ("usps", 1)
    assert second["carrier_id"] == 1


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        (["accepted", "delivered", "in_transit"], "DE"),
        (["delivered", "returning", "in_transit"], "EX"),
        (["accepted", "info.notified", "unknown.unmapped"], "AC"),
        (["attempted", "unknown.expired"], "AT"),
        (["unknown.expired"], "UN"),
        (["unknown.unmapped"], "UN"),
        ([], "NY"),
    ],
)
def test_a_number_among_several_stands_where_its_own_events_lead(codes, status):
    seen = [
        sighting(code, f"2026-03-0{day + 1}T10:00:00+00:00", leg=1)
        for day, code in enumerate(codes)
    ]
    journey = several(*seen, code="exception.lost")
    assert shipstation.write(journey, journey.numbers[1])["status_code"] == status


def test_an_items_number_shows_its_items_events_and_the_shipments():
    report = Report(
        source="acs",
        sightings=(
            sighting("accepted", "2026-03-01T10:00:00+00:00"),
            sighting("delivered", "2026-03-02T10:00:00+00:00", item=0),
            sighting("attempted", "2026-03-02T10:00:00+00:00", item=1),
        ),
        legs=(LegReport("acs"),),
        items=(ItemReport(), ItemReport()),
        numbers=(NumberReport("1", 0, 0), NumberReport("2", 0, 1)),
    )
    journey = journey_of(report, code="delivered.partial")
    first, second = (shipstation.write(journey, number) for number in journey.numbers)
    assert (first["status_code"], second["status_code"]) == ("DE", "AT")
    assert [entry["status_code"] for entry in first["events"]] == ["DE", "AC"]
    assert [entry["status_code"] for entry in second["events"]] == ["AT", "AC"]


@pytest.mark.parametrize(
    ("code", "folded"),
    [
        ("usps", "usps"),
        ("DHL Express", "dhl_express"),
        ("_GLS--Italy_", "gls_italy"),
        ("ΕΛΤΑ", "other"),
        ("", "other"),
    ],
)
def test_a_carriers_code_goes_out_in_the_published_form(code, folded):
    journey = told_by_another()
    journey = replace(journey, legs=(replace(journey.legs[0], carrier_code=code),))
    assert write(journey)["carrier_code"] == folded
