"""What carriers post in SortedPRO v1's language."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import moments, payloads, sorted_v1
from apps.shipments.reports import ItemReport, LegReport, Limits, Place, Sighting
from tests.builders import recorded

EVENT = "$.ConsignmentTrackingEvents[0].PackageTrackingEvents[0].TrackingEvents[0]"


def event(**fields):
    return {
        "TimeStamp": "2020-02-11T07:08:11+00:00",
        "Code": "Delivered",
        "Description": "Handed over",
        **fields,
    }


def package(*events, reference="EP-000-034-4DG"):
    return {"PackageReference": reference, "TrackingEvents": list(events)}


def consignment(*packages, reference="EC-000-002-4DF"):
    return {"ConsignmentTrackingReference": reference, "PackageTrackingEvents": list(packages)}


def push(*consignments, carrier="carrier-a"):
    return {"CarrierReference": carrier, "ConsignmentTrackingEvents": list(consignments)}


def read(payload, **options):
    return sorted_v1.read_push(json.dumps(payload).encode(), **options)


def refusal(payload):
    with pytest.raises(payloads.Refused) as caught:
        read(payload)
    return caught.value.faults[0]


def test_a_push_tells_its_carrier_and_a_report_for_each_reference():
    pushed = sorted_v1.read_push(recorded("sorted_v1_push.json"))

    assert pushed.carrier_reference == "carrier-a"
    assert [reference for reference, _ in pushed.consignments] == [
        "EC-000-002-4DF",
        "3SCARR0000123",
    ]


def test_a_pushed_event_becomes_a_sighting_of_its_package():
    (_, report), _ = sorted_v1.read_push(recorded("sorted_v1_push.json")).consignments

    assert report.items == (
        ItemReport(package_reference="EP-000-034-4DG"),
        ItemReport(package_reference="EP-000-002-4RE"),
    )
    assert report.sightings[0] == Sighting(
        code="delivered",
        moment=moments.read("2020-02-11T07:08:11.7398573+00:00"),
        description="Handed to the recipient",
        word="DELIVERED",
        place=Place(label="Lille, FR"),
        signee="C. Smith",
        item=0,
    )
    assert [told.item for told in report.sightings] == [0, 0, 1]


def test_a_push_is_not_the_whole_history():
    (_, report), _ = sorted_v1.read_push(recorded("sorted_v1_push.json")).consignments

    assert not report.is_whole_history
    assert {told.position for told in report.sightings} == {0}


def test_the_pushing_carriers_leg_is_put_in_every_report():
    leg = LegReport("carrier-a", "Carrier A")

    pushed = sorted_v1.read_push(recorded("sorted_v1_push.json"), leg)

    for _, report in pushed.consignments:
        assert report.legs == (leg,)
        assert {told.leg for told in report.sightings} == {0}


def test_without_a_leg_sightings_have_none():
    ((_, report),) = read(push(consignment(package(event())))).consignments

    assert report.legs == ()
    assert report.sightings[0].leg is None


def test_packages_of_one_reference_are_one_item():
    pushed = read(push(consignment(package(event()), package(event(), reference="B"), package())))

    ((_, report),) = pushed.consignments
    assert report.items == (
        ItemReport(package_reference="EP-000-034-4DG"),
        ItemReport(custom_reference="B"),
    )


def test_an_empty_push_is_one():
    assert read(push()).consignments == ()


def test_an_unknown_code_is_kept_and_unmapped():
    ((_, report),) = read(push(consignment(package(event(Code="XQ7"))))).consignments

    assert (report.sightings[0].word, report.sightings[0].code) == ("XQ7", "unknown.unmapped")


@pytest.mark.parametrize("name", ["TimeStamp", "Code", "Description"])
@pytest.mark.parametrize("value", [None, 7, ["x"], {}])
def test_what_is_mandatory_in_an_event_must_be_text(name, value):
    fault = refusal(push(consignment(package(event(**{name: value})))))

    assert fault.path == f"{EVENT}.{name}"


@pytest.mark.parametrize("name", ["TimeStamp", "Code", "Description"])
def test_what_is_mandatory_in_an_event_must_be_there(name):
    incomplete = event()
    del incomplete[name]

    fault = refusal(push(consignment(package(incomplete))))

    assert fault.path == EVENT
    assert name in fault.reason


@pytest.mark.parametrize("name", ["TimeStamp", "Code"])
@pytest.mark.parametrize("value", ["", "  "])
def test_what_is_mandatory_in_an_event_must_say_something(name, value):
    fault = refusal(push(consignment(package(event(**{name: value})))))

    assert fault.path == f"{EVENT}.{name}"


def test_a_description_may_be_empty():
    assert read(push(consignment(package(event(Description=""))))).consignments


@pytest.mark.parametrize("value", ["", " ", None, 7, "x" * 101, "a\0b"])
def test_who_pushes_must_be_said(value):
    assert refusal(push(carrier=value)).path == "$.CarrierReference"


@pytest.mark.parametrize("value", ["", " ", None, 7, "x" * 101, "a\0b"])
def test_every_consignment_must_have_its_reference(value):
    fault = refusal(push(consignment(), consignment(reference=value)))

    assert fault.path == "$.ConsignmentTrackingEvents[1].ConsignmentTrackingReference"


@pytest.mark.parametrize("value", ["", " ", None, 7, "x" * 51, "a\0b"])
def test_every_package_must_have_its_reference(value):
    fault = refusal(push(consignment(package(), package(reference=value))))

    assert fault.path == (
        "$.ConsignmentTrackingEvents[0].PackageTrackingEvents[1].PackageReference"
    )


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("TimeStamp", 64),
        ("Code", Limits.CODE),
        ("Description", Limits.DESCRIPTION),
        ("SignedBy", Limits.NAME),
        ("Location", Limits.LABEL),
    ],
)
def test_texts_longer_than_the_vault_keeps_are_refused(name, limit):
    fault = refusal(push(consignment(package(event(**{name: "x" * (limit + 1)})))))

    assert fault.path == f"{EVENT}.{name}"


@pytest.mark.parametrize("name", ["Code", "Description", "SignedBy", "Location"])
@pytest.mark.parametrize("value", ["a\0b", "a\x07b", "a\x7fb"])
def test_control_characters_are_refused(name, value):
    fault = refusal(push(consignment(package(event(**{name: value})))))

    assert (fault.path, fault.reason) == (f"{EVENT}.{name}", "holds control characters")


def test_line_breaks_and_other_alphabets_are_kept():
    text = "Παραδόθηκε\n在路上\t🚚"

    ((_, report),) = read(push(consignment(package(event(Description=text))))).consignments

    assert report.sightings[0].description == text


@pytest.mark.parametrize("time", ["soon", "2020-02-30T07:08:11Z", "0001-01-01T00:00:00Z"])
def test_a_time_that_is_none_is_refused(time):
    assert refusal(push(consignment(package(event(TimeStamp=time))))).path == f"{EVENT}.TimeStamp"


def test_ten_thousand_events_are_taken_and_one_more_is_not():
    half = [event()] * (Limits.EVENTS // 2)
    whole = [consignment(package(*half)), consignment(package(*half))]

    assert len(read(push(*whole)).consignments) == 2
    assert refusal(push(*whole, consignment(package(event())))).path == (
        "$.ConsignmentTrackingEvents"
    )


def test_empty_consignments_count_towards_the_limit():
    assert "more than" in refusal(push(*[consignment()] * (Limits.EVENTS + 1))).reason


def test_packages_without_end_are_refused():
    packages = [package(reference=f"P{index}") for index in range(1001)]

    assert "1000 packages" in refusal(push(consignment(*packages))).reason


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"CarrierReference": "\\ud800", "ConsignmentTrackingEvents": []}',
        b'{"CarrierReference": "a", "ConsignmentTrackingEvents": {}}',
        b'{"CarrierReference": "a", "ConsignmentTrackingEvents": [7]}',
        b'{"CarrierReference": "a", "ConsignmentTrackingEvents": [' + b"[" * 50_000,
    ],
)
def test_what_is_no_push_is_refused(payload):
    with pytest.raises(payloads.Refused):
        sorted_v1.read_push(payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(("TimeStamp", "Code", "Description", "SignedBy", "Location"))


@given(st.dictionaries(names, json_values))
def test_whatever_stands_in_an_event_it_is_taken_or_refused(fields):
    try:
        ((_, report),) = read(push(consignment(package(event(**fields))))).consignments
    except payloads.Refused:
        return
    assert report.sightings[0].word == {**event(), **fields}["Code"]
