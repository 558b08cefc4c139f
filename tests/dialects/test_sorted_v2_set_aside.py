"""What cannot be read in SortedPRO v2's answers, and what is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import moments, payloads, sorted_v2
from apps.shipments.reports import (
    Fault,
    Limits,
    NumberReport,
    Place,
)
from tests.dialects.sorted_answers import (
    SHIPMENT,
    event,
    item,
    read,
    read_event,
    response,
)


def test_what_cannot_be_read_in_a_list_is_told_with_its_own_shipment():
    payload = {"tracking_responses": [response(event(timestamp="?")), response(event()), 7]}

    first, second = sorted_v2.read(json.dumps(payload).encode())

    assert [fault.path for fault in first.faults] == ["$.tracking_responses[0].events[0].timestamp"]
    assert [fault.path for fault in second.faults] == ["$.tracking_responses[2]"]


def test_a_carrier_reference_too_long_to_keep_is_set_aside():
    report = read(response(carrier_references=["1" * 101, None, "42"]))

    assert report.numbers == (NumberReport("42", leg=0),)
    assert report.faults[0].path == "$.carrier_references[0]"


@pytest.mark.parametrize(
    "lat_long",
    [
        {"latitude": 90.1, "longitude": 2},
        {"latitude": 53.3, "longitude": -180.5},
        {"latitude": 10**30, "longitude": 2},
        {"latitude": "53.3", "longitude": "-2"},
        {"latitude": True, "longitude": 2},
        [53.3, -2],
        "53.3,-2",
    ],
)
def test_coordinates_out_of_this_world_are_set_aside(lat_long):
    report = read(response(event(lat_long=lat_long)))

    assert report.sightings[0].place == Place()
    assert report.faults[0].path.startswith("$.events[0].lat_long")


@pytest.mark.parametrize("time", ["soon", "", None, {}, "1900-01-01T00:00:00Z", "0001-01-01"])
def test_an_event_without_a_readable_time_is_set_aside(time):
    report = read(response(event(timestamp=time), event(reference="tr_2")))

    assert [told.reference for told in report.sightings] == ["tr_2"]
    assert {fault.path for fault in report.faults} == {"$.events[0].timestamp"}
    assert not report.is_whole_history


def test_an_unreadable_receipt_time_does_not_cost_the_event():
    report = read(response(event(received_timestamp="soon")))

    assert report.sightings[0].received_at is None
    assert report.faults == (Fault("$.events[0].received_timestamp", "is not a time we can read"),)


@pytest.mark.parametrize(
    "damage",
    [
        {"description": {"deep": [1]}},
        {"event_code": 1.5},
        {"signee": True},
        {"location": ["Wilmslow"]},
        {"reference": "tr_" + "1" * 60},
    ],
)
def test_a_field_of_the_wrong_kind_costs_only_itself(damage):
    report = read(response(event(**damage)))

    assert len(report.sightings) == 1
    assert report.sightings[0].moment == moments.read("2019-07-23T17:42:00+01:00")
    assert [fault.path for fault in report.faults] == [f"$.events[0].{next(iter(damage))}"]


@pytest.mark.parametrize("events", [{}, "none", 7])
def test_events_that_are_no_list_are_set_aside(events):
    report = read({"shipment_reference": SHIPMENT, "events": events})

    assert report.sightings == ()
    assert report.faults[0].path == "$.events"
    assert not report.is_whole_history


def test_an_entry_that_is_no_event_is_set_aside():
    report = read(response(7, event(), None))

    assert len(report.sightings) == 1
    assert [fault.path for fault in report.faults] == ["$.events[0]", "$.events[2]"]


def test_texts_are_cleaned_and_cut_to_what_the_vault_holds():
    told = read_event(description="a\0b" * 10_000, location="x" * 10_000)

    assert told.description == ("ab" * 10_000)[: Limits.DESCRIPTION]
    assert len(told.place.label) == Limits.LABEL


@pytest.mark.parametrize("reference", ["sp_1234", "SP-9", "sp_" + "9" * 40, 12])
def test_a_shipment_reference_of_another_form_is_left_out(reference):
    report = read({**response(event()), "shipment_reference": reference})

    assert report.reference == ""
    assert report.faults[0].path == "$.shipment_reference"
    assert len(report.sightings) == 1


def test_events_of_an_item_without_any_name_are_the_shipments():
    report = read(response(shipment_contents=[item(event(), reference=None)]))

    assert report.items == ()
    assert report.sightings[0].item is None
    assert report.faults == (Fault("$.shipment_contents[0]", "has no reference"),)


@pytest.mark.parametrize("date", ["tomorrow", "0001-01-01T00:00:00Z", [], {"end": "tomorrow"}])
def test_an_unreadable_expected_date_is_set_aside(date):
    report = read(response(expected_delivery_date=date))

    assert report.promise is None
    assert report.faults[0].path.startswith("$.expected_delivery_date")


def test_more_events_than_the_vault_takes_are_cut_to_the_newest():
    events = [event(reference=None, description=str(index)) for index in range(Limits.EVENTS + 5)]

    report = read(response(*events))

    assert len(report.sightings) == Limits.EVENTS
    assert report.sightings[0].description == "0"
    assert report.sightings[0].position == Limits.EVENTS - 1
    assert not report.is_whole_history


def test_many_items_with_many_events_stay_within_the_limit():
    contents = [
        item(*[event(reference=None)] * 600, reference=f"sc_{index:032d}") for index in range(20)
    ]

    report = read({"shipment_reference": SHIPMENT, "shipment_contents": contents})

    assert len(report.sightings) == Limits.EVENTS


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b"{",
        b'{"code": "not_found", "message": "Nothing here", "details": []}',
        b"[" * 100_000,
        b'{"events":' + b"[" * 100_000,
        b'{"shipment_reference": "\\ud800"}',
        b"\xff\xfe",
        b"NaN",
    ],
)
def test_what_is_no_tracking_answer_is_refused(payload):
    with pytest.raises(payloads.Refused):
        sorted_v2.read(payload)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(
    (
        "shipment_reference",
        "custom_reference",
        "carrier_references",
        "carrier",
        "events",
        "shipment_contents",
        "expected_delivery_date",
        "reference",
        "timestamp",
        "received_timestamp",
        "event_code",
        "lat_long",
    )
)
records = st.dictionaries(fields, json_values, max_size=6)


@given(records, records, records)
def test_whatever_stands_in_an_answer_it_is_read_or_refused(answer, contents, scan):
    answer = {**answer, "events": [scan], "shipment_contents": [{**contents, "events": [scan]}]}

    try:
        report = read(answer)
    except payloads.Refused:
        return
    assert len(report.sightings) <= 2
