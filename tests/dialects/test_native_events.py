"""Events and parts of shipments as our own API is sent them: all that is wrong is told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import native_events, native_parts
from apps.dialects.payloads import Refused
from tests.dialects.odd_json import like

EVENT = {
    "status": "delivered",
    "occurred_at": "2026-03-02T10:00:00+01:00",
    "place": {"city": "Hamburg", "latitude": 53.5, "longitude": 10},
    "leg": 1,
    "item": "MUG",
    "reference": "e-1",
}
CARRIERS = {"dhl": "dhl", "stamps_com": "usps"}
PART = {
    "description": "Mug",
    "quantity": 1,
    "custom_reference": "MUG",
    "picture_url": "https://shop.example/1.jpg",
    "tracking_number": "JD01",
    "carrier_code": "dhl",
    "leg": 1,
    "is_followed": True,
    "service_code": None,
    "until": "2026-03-05",
    "since": None,
    "email": "ada@mail.example",
    "topics": [],
}


def read(said):
    return native_events.read(json.dumps(said).encode())


def faults_of(reader, said, *more):
    with pytest.raises(Refused) as refused:
        reader(said if isinstance(said, bytes) else json.dumps(said).encode(), *more)
    return {fault.path: fault.reason for fault in refused.value.faults}


def test_a_bare_event_is_a_list_of_one():
    (alone,), (listed,) = read(EVENT), read({"events": [EVENT]})

    assert (alone.path, listed.path) == ("$", "$.events[0]")
    assert alone.sighting == listed.sighting
    assert (alone.leg, alone.item, alone.number) == (1, "MUG", "")


def test_an_event_keeps_its_identity_whatever_is_said_of_it():
    (plain,), (worded,) = read(EVENT), read(EVENT | {"description": "At the door"})

    assert plain.sighting.word == worded.sighting.word == "delivered"


def test_a_list_stands_alone():
    assert set(faults_of(native_events.read, {"events": [EVENT], "status": "x"})) == {"$"}


@pytest.mark.parametrize("said", [b"", b"{", b"\xff", b'{"events": ' + b"[" * 100_000])
def test_bad_json_is_told_from_bad_content(said):
    with pytest.raises(Refused) as refused:
        native_events.read(said)

    assert refused.value.is_malformed


def test_a_row_of_many_names_its_shipment_or_a_number():
    body = {"events": [EVENT, EVENT | {"shipment": "sp_1"}, EVENT | {"tracking_number": "-"}]}

    first, second, third = native_events.read_many(json.dumps(body).encode())

    assert [fault.path for fault in (*first, *third)] == [
        "$.events[0].shipment",
        "$.events[2].shipment",
    ]
    assert second.shipment == "sp_1"


def test_a_misspelt_status_is_told_what_it_resembles():
    told = faults_of(native_events.read, EVENT | {"status": "delivred"})

    assert "`delivered`" in told["$.status"]


@pytest.mark.parametrize(
    "reader",
    [native_parts.read_number, native_parts.read_number_change, native_parts.read_leg_change],
)
def test_a_carrier_that_resembles_one_is_named(reader):
    told = faults_of(reader, {"tracking_number": "A", "carrier_code": "dhll"}, CARRIERS)

    assert "`dhl`" in told["$.carrier_code"]


def test_a_carriers_other_name_becomes_its_own():
    said = b'{"carrier_code": "Stamps_COM"}'

    assert native_parts.read_leg_change(said, CARRIERS).carrier_code == "usps"


def test_what_a_change_leaves_out_is_not_in_it():
    assert native_parts.read_item_change(b'{"description": null}') == {"description": ""}


@given(body=like({"events": [EVENT]}) | like(EVENT))
def test_no_body_breaks_the_reader_of_events(body):
    for reader in (native_events.read, native_events.read_many):
        try:
            rows = reader(json.dumps(body).encode())
        except Refused as refused:
            assert refused.faults
        else:
            assert rows


@given(body=like(PART), data=st.data())
def test_no_body_breaks_the_readers_of_parts(body, data):
    reader = data.draw(
        st.sampled_from(
            [
                native_parts.read_item,
                native_parts.read_item_change,
                lambda said: native_parts.read_number(said, CARRIERS),
                lambda said: native_parts.read_number_change(said, CARRIERS),
                lambda said: native_parts.read_leg_change(said, CARRIERS),
                native_parts.read_promise,
                native_parts.read_wish,
            ]
        )
    )
    try:
        assert reader(json.dumps(body).encode()) is not None
    except Refused as refused:
        assert refused.faults
