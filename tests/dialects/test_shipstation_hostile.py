import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import shipstation
from apps.dialects.payloads import Refused
from apps.shipments.reports import NOWHERE, Limits
from tests.builders import recorded
from tests.dialects.journeys import journey_of

SEED = recorded("shipstation_usps.json")

LOG_KEYS = list(json.loads(SEED))
EVENT_KEYS = list(json.loads(SEED)["events"][0])


def read(payload):
    return shipstation.read(json.dumps(payload).encode())


def read_event(**fields):
    report = read({"tracking_number": "1", "carrier_code": "ups", "events": [event(**fields)]})
    return report.sightings[0]


def event(**fields):
    return {"occurred_at": "2021-09-20T19:03:00Z"} | fields


def write(journey):
    return shipstation.write(journey, journey.numbers[0])


def test_fields_of_the_wrong_kind_are_set_aside():
    log = {"tracking_number": ["1"], "status_code": {}, "events": [event(description=[])]}
    report = read(log)
    assert report.numbers == ()
    assert len(report.sightings) == 1
    paths = [fault.path for fault in report.faults]
    assert paths == [
        "$.tracking_number",
        "$.status_code",
        "$.events[0].description",
        "$.tracking_number",
    ]


@pytest.mark.parametrize(
    ("field", "value"), [("latitude", 91), ("longitude", -180.5), ("latitude", "37")]
)
def test_a_point_off_the_globe_is_set_aside(field, value):
    assert read_event(**{field: value}).place == NOWHERE


def test_long_texts_are_cut_and_control_characters_dropped():
    seen = read_event(description="a\0" * 5000, company_name="b" * 5000, status_code="c" * 5000)
    assert seen.description == "a" * Limits.DESCRIPTION
    assert len(seen.place.company) == Limits.NAME
    assert len(seen.word) <= Limits.CODE


def test_a_number_too_long_for_the_vault_is_not_cut_to_another():
    report = read({"tracking_number": "1" * 101, "events": []})
    assert report.numbers == ()


def test_a_script_is_no_tracking_address():
    report = read({"tracking_number": "1", "tracking_url": "javascript:alert(1)"})
    assert report.numbers[0].tracking_url == ""


def test_no_more_events_are_read_than_the_vault_takes():
    report = read({"tracking_number": "1", "events": [event()] * (Limits.EVENTS + 1)})
    assert len(report.sightings) == Limits.EVENTS
    assert report.sightings[-1].position == 0
    assert not report.is_whole_history


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'"DE"',
        b'{"errors": [{"error_code": "unauthorized"}]}',
        b'{"data": {}}',
        b"<html></html>",
        b'{"tracking_number": "1"',
        b'{"a":' * 100_000,
        b"[" * 100_000,
    ],
)
def test_what_is_no_tracking_log_is_refused(payload):
    with pytest.raises(Refused):
        shipstation.read(payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
odd_times = st.datetimes().map(lambda value: value.isoformat()) | json_values
odd_events = st.fixed_dictionaries(
    {"occurred_at": odd_times},
    optional=dict.fromkeys(EVENT_KEYS[1:], json_values) | {"carrier_occurred_at": odd_times},
)
odd_logs = st.fixed_dictionaries(
    {"tracking_number": json_values},
    optional=dict.fromkeys(LOG_KEYS[1:], json_values)
    | {"events": st.lists(odd_events | json_values, max_size=4) | json_values},
)


@given(json_values | odd_logs | st.fixed_dictionaries({"data": odd_logs}))
def test_whatever_json_comes_is_read_or_refused(value):
    payload = json.dumps(value).encode()
    try:
        report = shipstation.read(payload)
    except Refused:
        return
    if report.numbers:
        journey = journey_of(report)
        assert list(write(journey)) == LOG_KEYS


@given(st.binary(max_size=200))
def test_whatever_bytes_come_are_read_or_refused(payload):
    try:
        report = shipstation.read(payload)
    except Refused as refused:
        assert refused.faults
    else:
        assert report.source == "shipstation"
