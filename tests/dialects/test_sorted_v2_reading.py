"""What SortedPRO v2's answers say."""

import json
from datetime import UTC, datetime

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
from tests.dialects.sorted_answers import (
    ITEM,
    OTHER_ITEM,
    SCAN,
    SHIPMENT,
    event,
    item,
    read,
    read_event,
    response,
)


def test_a_contents_answer_becomes_a_report():
    (report,) = sorted_v2.read(recorded("sorted_v2_contents.json"))

    assert report.reference == SHIPMENT
    assert report.legs == (
        LegReport("DNQ", "DNQ Worldwide", "DNQWW72", "DNQ Worldwide 72-Hour Express"),
    )
    assert report.items == (ItemReport(ITEM),)
    assert report.numbers == (NumberReport("5805984057422232", leg=0, item=0),)
    assert report.promise is None
    assert report.is_whole_history
    assert report.faults == ()


def test_an_items_event_becomes_a_sighting_of_it():
    (report,) = sorted_v2.read(recorded("sorted_v2_contents.json"))

    assert report.sightings[0] == Sighting(
        code="delivered",
        moment=moments.read("2019-07-23T17:42:00+01:00"),
        description="The parcel was handed to the resident",
        word="delivered",
        place=Place(label="23 Baker Road, Wilmslow, Manchester"),
        signee="P. Jones",
        leg=0,
        item=0,
        position=2,
        reference=SCAN,
        received_at=datetime(2019, 7, 23, 16, 45, 44, tzinfo=UTC),
    )


def test_positions_count_from_the_oldest_event():
    (report,) = sorted_v2.read(recorded("sorted_v2_contents.json"))

    assert [(told.word, told.position) for told in report.sightings] == [
        ("delivered", 2),
        ("out_for_delivery", 1),
        ("collected", 0),
    ]


def test_a_dot_for_the_second_colon_is_read():
    (report,) = sorted_v2.read(recorded("sorted_v2_contents.json"))

    assert moments.iso(report.sightings[1].moment) == "2019-07-23T12:00:00+01:00"


def test_a_shipment_answer_concerns_no_item():
    (report,) = sorted_v2.read(recorded("sorted_v2_shipment.json"))

    assert report.items == ()
    assert report.numbers == (NumberReport("5605984057422227", leg=0),)
    assert {told.item for told in report.sightings} == {None}
    assert len(report.sightings) == 3


@pytest.mark.parametrize("name", ["tracking_responses", "tracking_contents_responses"])
def test_a_list_gives_a_report_for_each_shipment(name):
    shipments = [
        response(event(), custom_reference="CR1234"),
        {"shipment_reference": SHIPMENT[:-1] + "7", "shipment_contents": [item(event())]},
    ]
    payload = {name: shipments, "total_results": 2, "take": 10, "skip": 0, "_links": []}

    first, second = sorted_v2.read(json.dumps(payload).encode())

    assert (first.reference, first.custom_reference) == (SHIPMENT, "CR1234")
    assert second.items == (ItemReport(ITEM),)


def test_an_empty_list_gives_no_report():
    assert sorted_v2.read(b'{"tracking_responses": []}') == ()


def test_the_carrier_may_stand_under_its_other_name():
    report = read(response(carrier_details={"reference": "DNQ", "name": None}))

    assert report.legs == (LegReport(carrier_code="DNQ"),)


def test_without_a_carrier_the_leg_is_blank():
    assert read(response()).legs == (LegReport(),)


@pytest.mark.parametrize(
    "written", [5605984057422227, "5605984057422227", [5605984057422227], ["5605984057422227"] * 2]
)
def test_carrier_references_may_be_numbers_or_stand_alone(written):
    report = read(response(carrier_references=written))

    assert report.numbers == (NumberReport("5605984057422227", leg=0),)


def test_missing_keys_are_nothing():
    assert read({"shipment_reference": SHIPMENT}) == Report(
        source="sorted_v2", legs=(LegReport(),), reference=SHIPMENT
    )


def test_an_answer_without_events_is_not_the_whole_history():
    assert not read({"shipment_reference": SHIPMENT}).is_whole_history
    assert read(response()).is_whole_history


def test_null_event_fields_left_out_are_nothing():
    told = read(response({"timestamp": "2019-07-23T17:42:00Z"})).sightings[0]

    assert (told.word, told.signee, told.place, told.received_at) == ("", "", Place(), None)
    assert told.code == "unknown.unmapped"


def test_an_unknown_event_code_is_kept_and_unmapped():
    told = read_event(event_code="teleported")

    assert (told.word, told.code) == ("teleported", "unknown.unmapped")


def test_coordinates_go_into_the_place():
    told = read_event(location="Wilmslow", lat_long={"latitude": 53.3, "longitude": -2})

    assert told.place == Place(label="Wilmslow", latitude=53.3, longitude=-2.0)


@pytest.mark.parametrize(
    "lat_long",
    [
        {"latitude": 0, "longitude": 0},
        {"latitude": 0.0, "longitude": -0.0},
        {"latitude": 53.3},
        {"latitude": None, "longitude": 2},
        {},
    ],
)
def test_coordinates_that_say_nothing_are_left_out(lat_long):
    report = read(response(event(lat_long=lat_long)))

    assert report.sightings[0].place == Place()
    assert report.faults == ()


def test_markup_is_kept_as_text():
    assert read_event(description="<b>Hi</b>").description == "<b>Hi</b>"


def test_an_item_is_known_by_its_own_custom_reference_too():
    report = read(response(shipment_contents=[item(reference=None, custom_reference="CR-9")]))

    assert report.items == (ItemReport(custom_reference="CR-9"),)


def test_an_event_under_two_items_is_told_of_both_and_keeps_its_reference_once():
    contents = [item(event()), item(event(), reference=OTHER_ITEM)]

    report = read({"shipment_reference": SHIPMENT, "shipment_contents": contents})

    assert [(told.item, told.reference) for told in report.sightings] == [(0, SCAN), (1, "")]


def test_an_event_of_an_item_is_not_told_again_of_the_shipment():
    report = read(response(event(), event(), shipment_contents=[item(event())]))

    assert [told.item for told in report.sightings] == [0]


def test_the_expected_date_is_a_promise():
    report = read(response(expected_delivery_date="2019-07-24T18:00:00+01:00"))

    assert report.promise == PromiseReport(moments.read("2019-07-24T18:00:00+01:00"))


def test_an_expected_window_is_a_promise_with_a_start():
    window = {"start": "2019-07-24T16:00:00+01:00", "end": "2019-07-24T18:00:00+01:00"}

    report = read(response(expected_delivery_date=window))

    assert report.promise == PromiseReport(
        since=moments.read(window["start"]), until=moments.read(window["end"])
    )
