"""Journeys in the shape of SortedPRO v2."""

import json

import pytest

from apps.dialects import moments, sorted_v2
from apps.shipments.reports import (
    ItemReport,
    LegReport,
    NumberReport,
    Place,
    PromiseReport,
    Report,
    Sighting,
)
from tests.builders import recorded
from tests.dialects.journeys import journey_of, sighting, told_by_another
from tests.dialects.sorted_answers import (
    ITEM,
    OTHER_ITEM,
    SHIPMENT,
    event,
    read,
    response,
)

BASE = "https://track.example.com"


def journey_from(name):
    (report,) = sorted_v2.read(recorded(name))
    return journey_of(report, reference=report.reference)


def seed(name):
    """Return a recorded answer with its malformed time repaired and our own addresses."""
    text = recorded(name).decode().replace("T12:00.00+", "T12:00:00+")
    answer = json.loads(text.replace("https://api.sorted.com/pro/", f"{BASE}/pro/"))
    answer["_links"][0]["href"] = answer["_links"][0]["href"].replace(
        "https://api.sorted.com/", f"{BASE}/pro/"
    )
    return answer


def test_a_contents_answer_goes_out_as_it_came_in():
    answer = sorted_v2.write_contents(journey_from("sorted_v2_contents.json"), base=BASE)

    assert json.dumps(answer) == json.dumps(seed("sorted_v2_contents.json"))


def test_a_shipment_answer_goes_out_as_it_came_in():
    answer = sorted_v2.write_shipment(journey_from("sorted_v2_shipment.json"), base=BASE)

    assert json.dumps(answer) == json.dumps(seed("sorted_v2_shipment.json"))


def test_what_goes_out_reads_as_what_came_in():
    (before,) = sorted_v2.read(recorded("sorted_v2_contents.json"))

    answer = sorted_v2.write_contents(journey_of(before, reference=SHIPMENT), base=BASE)

    assert sorted_v2.read(json.dumps(answer).encode()) == (before,)


def two_items(*sightings, **fields):
    report = Report(
        source="acs",
        sightings=sightings,
        legs=(LegReport("acs", "ACS Courier"),),
        items=(ItemReport(ITEM, custom_reference="CR-1"), ItemReport(OTHER_ITEM)),
        numbers=(NumberReport("111", 0, 0), NumberReport("222", 0, 1), NumberReport("111", 0, 1)),
    )
    return journey_of(report, reference=SHIPMENT, **fields)


def test_an_items_events_are_listed_under_that_item_only():
    journey = two_items(
        sighting("delivered", description="first", item=0),
        sighting("in_transit", description="second", item=1),
        sighting("in_transit", description="both"),
    )

    one, two = sorted_v2.write_contents(journey, base=BASE)["shipment_contents"]

    assert [told["description"] for told in one["events"]] == ["first"]
    assert [told["description"] for told in two["events"]] == ["second"]


def test_an_item_without_events_is_listed():
    journey = two_items(sighting("delivered", item=0))

    contents = sorted_v2.write_contents(journey, base=BASE)["shipment_contents"]

    assert contents[1]["reference"] == OTHER_ITEM
    assert contents[1]["events"] == []


def test_only_the_items_asked_for_are_listed():
    answer = sorted_v2.write_contents(two_items(), base=BASE, items=frozenset({2}))

    assert [told["reference"] for told in answer["shipment_contents"]] == [OTHER_ITEM]


def test_a_shipment_lists_its_own_and_its_items_events():
    journey = two_items(
        sighting("delivered", "2026-03-01T12:00:00+00:00", item=0),
        sighting("accepted", "2026-03-01T10:00:00+00:00"),
        sighting("in_transit", "2026-03-01T11:00:00+00:00", item=1),
    )

    answer = sorted_v2.write_shipment(journey, base=BASE)

    assert [told["event_code"] for told in answer["events"]] == [
        "delivered",
        "in_transit",
        "collected_by_carrier",
    ]


def test_each_number_is_a_carrier_reference_once():
    answer = sorted_v2.write_shipment(two_items(), base=BASE)
    contents = sorted_v2.write_contents(two_items(), base=BASE)["shipment_contents"]

    assert answer["carrier_references"] == ["111", "222"]
    assert [told["carrier_references"] for told in contents] == [["111"], ["222", "111"]]


def test_an_item_travels_under_the_shipments_number_when_it_has_none():
    report = Report("acs", items=(ItemReport(ITEM),), numbers=(NumberReport("7", 0),))

    answer = sorted_v2.write_contents(journey_of(report), base=BASE)

    assert answer["shipment_contents"][0]["carrier_references"] == ["7"]


def test_a_custom_reference_is_left_out_when_there_is_none():
    answer = sorted_v2.write_contents(two_items(), base=BASE)

    assert "custom_reference" not in answer
    assert "custom_reference" not in answer["shipment_contents"][1]


def test_a_custom_reference_stands_after_the_reference():
    answer = sorted_v2.write_contents(two_items(custom_reference="CR1234"), base=BASE)

    assert list(answer)[:3] == ["shipment_reference", "custom_reference", "carrier"]
    assert list(answer["shipment_contents"][0]) == [
        "carrier_references",
        "reference",
        "custom_reference",
        "events",
    ]


def test_an_event_has_exactly_its_eight_keys_in_order():
    journey = told_by_another(sighting("delivered"))

    answer = sorted_v2.write_shipment(journey, base=BASE)["events"][0]

    assert list(answer) == [
        "reference",
        "timestamp",
        "received_timestamp",
        "event_code",
        "description",
        "signee",
        "location",
        "lat_long",
    ]
    assert (answer["signee"], answer["location"], answer["lat_long"]) == (None, None, None)


def test_an_event_keeps_its_offset():
    told = Sighting("delivered", moments.read("2019-07-23T17:42:00+01:00"))

    answer = sorted_v2.write_shipment(told_by_another(told), base=BASE)

    assert answer["events"][0]["timestamp"] == "2019-07-23T17:42:00+01:00"


def test_a_receipt_time_goes_out_in_utc():
    journey = journey_of(read(response(event(received_timestamp="2019-07-23T17:45:44+01:00"))))

    answer = sorted_v2.write_shipment(journey, base=BASE)

    assert answer["events"][0]["received_timestamp"] == "2019-07-23T16:45:44+00:00"


def test_coordinates_go_out_as_a_pair():
    place = Place(latitude=53.3, longitude=-2.1)

    answer = sorted_v2.write_shipment(told_by_another(sighting("info", place=place)), base=BASE)

    assert answer["events"][0]["lat_long"] == {"latitude": 53.3, "longitude": -2.1}


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (Place(label="Depot 7", city="Athens"), "Depot 7"),
        (
            Place(city="Austin", region="TX", postal_code="78756", country="US"),
            "Austin, TX 78756 US",
        ),
        (Place(city="Athens"), "Athens"),
        (Place(country="GR"), "GR"),
        (Place(company="ELTA"), None),
    ],
)
def test_a_place_goes_out_as_one_line(place, line):
    answer = sorted_v2.write_shipment(told_by_another(sighting("info", place=place)), base=BASE)

    assert answer["events"][0]["location"] == line


def test_a_word_of_its_own_goes_out_as_it_came_in():
    journey = journey_of(read(response(event(event_code="teleported"))))

    assert sorted_v2.write_shipment(journey, base=BASE)["events"][0]["event_code"] == "teleported"


def test_a_word_of_another_language_is_translated():
    journey = told_by_another(sighting("delivered.neighbour", word="Παραδόθηκε"))

    assert sorted_v2.write_shipment(journey, base=BASE)["events"][0]["event_code"] == "delivered"


def test_a_journey_without_a_carrier_has_an_empty_one():
    answer = sorted_v2.write_shipment(journey_of(Report("acs")), base=BASE)

    assert answer["carrier"] == {
        "reference": "",
        "name": "",
        "service_reference": "",
        "service_name": "",
    }
    assert answer["carrier_references"] == []


def test_the_carrier_is_that_of_the_newest_event():
    report = Report(
        "acs",
        sightings=(
            sighting("in_transit", "2026-03-01T12:00:00+00:00", leg=1),
            sighting("accepted", "2026-03-01T10:00:00+00:00", leg=0),
        ),
        legs=(LegReport("acs"), LegReport("dhl")),
    )

    answer = sorted_v2.write_shipment(journey_of(report), base=BASE)

    assert answer["carrier"]["reference"] == "dhl"


def test_the_expected_date_is_the_end_of_the_promised_window():
    promise = PromiseReport(
        since=moments.read("2019-07-24T16:00:00+01:00"),
        until=moments.read("2019-07-24T18:00:00+01:00"),
    )

    answer = sorted_v2.write_shipment(journey_of(Report("acs", promise=promise)), base=BASE)

    assert answer["expected_delivery_date"] == "2019-07-24T18:00:00+01:00"


def test_a_list_of_shipments_tells_its_page():
    answer = sorted_v2.write_shipments(
        [{"shipment_reference": SHIPMENT}],
        total=3,
        take=1,
        skip=2,
        base=BASE,
        custom_reference="CR 12/34é",
    )

    assert answer == {
        "tracking_responses": [{"shipment_reference": SHIPMENT}],
        "total_results": 3,
        "take": 1,
        "skip": 2,
        "_links": [
            {
                "rel": "self",
                "href": f"{BASE}/pro/tracking/custom_reference/CR%2012%2F34%C3%A9?take=1&skip=2",
                "type": "tracking",
                "reference": "CR 12/34é",
            }
        ],
    }


def test_a_list_of_contents_tells_its_page():
    answer = sorted_v2.write_contents_list(
        [], total=0, take=10, skip=0, base=BASE, custom_reference="CR1234"
    )

    assert list(answer)[0] == "tracking_contents_responses"
    assert answer["_links"][0]["href"] == (
        f"{BASE}/pro/tracking/custom_reference/CR1234/shipment_contents?take=10&skip=0"
    )
