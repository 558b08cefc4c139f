"""What SortedPRO v1's answers say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import moments, payloads, sorted_v1
from apps.shipments.reports import (
    Fault,
    ItemReport,
    LegReport,
    Limits,
    Place,
    Report,
    Sighting,
)
from tests.builders import recorded

CONSIGNMENT = "EC-000-002-4DF"
ONE, TWO = "EP-000-034-4DG", "EP-000-002-4RE"


def event(**fields):
    return {
        "TimeStamp": "2020-02-11T07:08:11+00:00",
        "Code": "Delivered",
        "Description": "Handed over",
        "SignedBy": None,
        "Location": None,
        **fields,
    }


def package(reference=ONE, **fields):
    return {"PackageReferenceForAllLegsAssignedByMpd": reference, **fields}


def leg(name, *events):
    return {"CarrierServiceName": name, "Events": list(events)}


def answer(*packages):
    return {
        "ConsignmentReferenceForAllLegsAssignedByMpd": CONSIGNMENT,
        "TrackedPackages": list(packages),
    }


def read(*packages):
    return sorted_v1.read(json.dumps(answer(*packages)).encode())


def two_legs():
    return sorted_v1.read(recorded("sorted_v1_two_legs.json"))


def test_an_answer_by_leg_becomes_a_report():
    report = sorted_v1.read(recorded("sorted_v1_multi_leg.json"))

    assert report == Report(
        source="sorted_v1",
        sightings=(
            Sighting(
                code="unknown.unmapped",
                moment=moments.read("2020-02-11T07:08:11.786733+00:00"),
                description="Sample Event",
                word="Sample",
                place=Place(label="Sample Location"),
                signee="C. Smith",
                leg=0,
                item=0,
            ),
        ),
        legs=(LegReport(service_name="Carrier Service B"),),
        items=(ItemReport(package_reference=ONE),),
        reference=CONSIGNMENT,
        is_whole_history=True,
    )


def test_a_flattened_answer_becomes_a_report():
    report = sorted_v1.read(recorded("sorted_v1_flattened.json"))

    (told,) = report.sightings
    assert (told.code, told.word, told.leg, told.item) == ("delivered", "DELIVERED", 0, 0)
    assert report.legs == (LegReport(service_name="Sample Carrier Service A"),)
    assert report.items == (ItemReport(package_reference=TWO),)


def test_each_leg_has_its_own_events():
    report = two_legs()

    assert [told.leg for told in report.sightings] == [0, 0, 0, 1, 1, 1]
    assert [named.service_name for named in report.legs] == [
        "Carrier Service A",
        "Carrier Service B",
    ]


def test_a_package_without_events_is_an_item():
    report = two_legs()

    assert report.items == (ItemReport(package_reference=ONE), ItemReport(package_reference=TWO))
    assert {told.item for told in report.sightings} == {0}


def test_positions_count_from_the_first_legs_oldest_event():
    report = two_legs()

    assert [(told.word, told.position) for told in report.sightings] == [
        ("Collected", 0),
        ("InTransit", 1),
        ("InTransit", 2),
        ("AtCustoms", 3),
        ("Out For Delivery", 4),
        ("DELIVERED", 5),
    ]


def test_legs_of_several_packages_are_one_by_name():
    report = read(
        package(ONE, Legs=[leg("A", event()), leg("B", event())]),
        package(TWO, Legs=[leg("B", event()), leg("C", event())]),
    )

    assert [named.service_name for named in report.legs] == ["A", "B", "C"]
    assert [(told.item, told.leg) for told in report.sightings] == [(0, 0), (0, 1), (1, 1), (1, 2)]


def test_a_service_that_comes_twice_in_a_package_has_two_legs():
    back_and_forth = [leg("A", event()), leg("B", event()), leg("A", event())]

    report = read(package(ONE, Legs=back_and_forth), package(TWO, Legs=back_and_forth))

    assert [named.service_name for named in report.legs] == ["A", "B", "A"]
    assert [told.leg for told in report.sightings] == [0, 1, 2, 0, 1, 2]


def test_flattened_legs_are_in_the_order_of_the_oldest_events():
    report = read(package(Events=[event(CarrierServiceName="B"), event(CarrierServiceName="A")]))

    assert [named.service_name for named in report.legs] == ["A", "B"]
    assert [(told.leg, told.position) for told in report.sightings] == [(0, 0), (1, 1)]


@pytest.mark.parametrize("name", [None, "", "  "])
def test_events_without_a_service_have_no_leg(name):
    flat = read(package(Events=[event(CarrierServiceName=name)]))
    by_leg = read(package(Legs=[leg(name, event())]))

    assert flat.legs == by_leg.legs == ()
    assert flat.sightings[0].leg is by_leg.sightings[0].leg is None


def test_an_old_answer_with_its_slips_is_read():
    old = event(TimeStamp=None, Timestamp="2015-09-30T12:00+00:00", Code="OFD")

    report = read(package(Events=[event(Code="DL"), old]))

    assert [(told.word, told.code) for told in report.sightings] == [
        ("OFD", "unknown.unmapped"),
        ("DL", "unknown.unmapped"),
    ]
    assert moments.iso(report.sightings[0].moment) == "2015-09-30T12:00:00+00:00"
    assert report.faults == ()


def test_a_package_with_another_systems_reference_is_an_item_by_that_name():
    report = read(package("BOX-1"), package("BOX-1"), package("BOX-2"))

    assert report.items == (
        ItemReport(custom_reference="BOX-1"),
        ItemReport(custom_reference="BOX-2"),
    )


def test_events_of_a_package_without_a_name_are_the_shipments():
    report = read(package(None, Events=[event()]))

    assert report.items == ()
    assert report.sightings[0].item is None


def test_a_consignment_reference_of_another_form_is_left_out():
    payload = {**answer(), "ConsignmentReferenceForAllLegsAssignedByMpd": "C1"}

    report = sorted_v1.read(json.dumps(payload).encode())

    assert report.reference == ""
    assert report.faults == (
        Fault("$.ConsignmentReferenceForAllLegsAssignedByMpd", "has another form"),
    )


@pytest.mark.parametrize("time", ["soon", "", None, [], "0001-01-01T00:00:00+00:00"])
def test_an_event_without_a_readable_time_is_set_aside(time):
    report = read(package(Legs=[leg("A", event(TimeStamp=time), event(Code="Lost"))]))

    assert [told.word for told in report.sightings] == ["Lost"]
    assert {fault.path for fault in report.faults} == {
        "$.TrackedPackages[0].Legs[0].Events[0].TimeStamp"
    }
    assert not report.is_whole_history


@pytest.mark.parametrize("damage", [7, "text", None, [], {"Legs": 7}, {"Legs": [7]}])
def test_a_damaged_package_costs_only_itself(damage):
    report = read(damage, package(Legs=[leg("A", event())]))

    assert len(report.sightings) == 1
    assert report.faults[0].path.startswith("$.TrackedPackages[0]")


def test_texts_are_cleaned_and_cut_to_what_the_vault_holds():
    (told,) = read(
        package(Events=[event(Description="a\0b" * 10_000, Code="x" * 10_000)])
    ).sightings

    assert told.description == ("ab" * 10_000)[: Limits.DESCRIPTION]
    assert told.word == "x" * Limits.CODE


def test_more_events_than_the_vault_takes_are_cut_to_the_newest():
    legs = [leg("A", *[event(Code="Old")] * 200), leg("B", *[event()] * Limits.EVENTS)]

    report = read(package(Legs=legs))

    assert len(report.sightings) == Limits.EVENTS
    assert {told.word for told in report.sightings} == {"Delivered"}
    assert report.sightings[-1].position == Limits.EVENTS - 1
    assert not report.is_whole_history


def test_the_legs_of_one_answer_are_bounded():
    events = [event(CarrierServiceName=f"Service {index}") for index in range(500)]

    assert len(read(package(Events=events)).legs) == 100


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"Code": "NotFound", "Message": "Nothing here", "CorrelationId": "abc"}',
        b"[" * 100_000,
        b'{"TrackedPackages":' + b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_tracking_answer_is_refused(payload):
    with pytest.raises(payloads.Refused):
        sorted_v1.read(payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(("TimeStamp", "Code", "Description", "Location", "CarrierServiceName"))


@given(st.dictionaries(names, json_values), json_values, json_values)
def test_whatever_stands_in_an_answer_it_is_read_or_refused(fields, name, legs):
    packages = (package(name, Events=[event(**fields)]), package(Legs=legs))
    try:
        report = read(*packages)
    except payloads.Refused:
        return
    assert report.is_whole_history is (report.faults == ())
