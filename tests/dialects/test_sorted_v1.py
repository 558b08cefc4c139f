"""Journeys in the shape of SortedPRO v1."""

import json

import pytest

from apps.dialects import sorted_v1
from apps.shipments.reports import (
    ItemReport,
    LegReport,
    Place,
    Report,
)
from tests.builders import recorded
from tests.dialects.journeys import journey_of, sighting

CONSIGNMENT = "EC-000-002-4DF"
ONE, TWO = "EP-000-034-4DG", "EP-000-002-4RE"


def two_legs():
    return sorted_v1.read(recorded("sorted_v1_two_legs.json"))


def write(report):
    return sorted_v1.write(journey_of(report, consignment_reference=CONSIGNMENT))


def write_flattened(report):
    return sorted_v1.write_flattened(journey_of(report, consignment_reference=CONSIGNMENT))


@pytest.mark.parametrize("name", ["sorted_v1_multi_leg.json", "sorted_v1_two_legs.json"])
def test_an_answer_by_leg_goes_out_as_it_came_in(name):
    payload = recorded(name)

    assert json.dumps(write(sorted_v1.read(payload))) == json.dumps(json.loads(payload))


def test_a_flattened_answer_goes_out_as_it_came_in():
    payload = recorded("sorted_v1_flattened.json")

    answer = write_flattened(sorted_v1.read(payload))

    assert json.dumps(answer) == json.dumps(json.loads(payload))


def test_flattened_and_by_leg_hold_the_same_events():
    by_leg, flat = write(two_legs()), write_flattened(two_legs())

    told = [
        {**scan, "CarrierServiceName": part["CarrierServiceName"]}
        for package in by_leg["TrackedPackages"]
        for part in package["Legs"]
        for scan in part["Events"]
    ]
    flattened = [scan for package in flat["TrackedPackages"] for scan in package["Events"]]
    assert sorted(told, key=str) == sorted(flattened, key=str)
    assert "Legs" not in flat["TrackedPackages"][0]


def test_flattened_events_are_newest_first_across_legs():
    events = write_flattened(two_legs())["TrackedPackages"][0]["Events"]

    assert [scan["Code"] for scan in events][:2] == ["DELIVERED", "Out For Delivery"]
    assert [scan["CarrierServiceName"][-1] for scan in events] == ["B", "B", "B", "A", "A", "A"]


def test_a_package_without_events_is_listed_flattened_too():
    packages = write_flattened(two_legs())["TrackedPackages"]

    assert packages[1] == {"PackageReferenceForAllLegsAssignedByMpd": TWO, "Events": []}


ACS = (LegReport("acs", "ACS Courier"),)


def told_by_another(*sightings, legs=ACS, items=(ONE, TWO)):
    items = tuple(ItemReport(package_reference=reference) for reference in items)
    return Report("acs", sightings=sightings, legs=legs, items=items)


def test_an_event_of_the_whole_shipment_is_listed_under_every_package():
    report = told_by_another(sighting("in_transit", leg=0), sighting("delivered", leg=0, item=1))

    one, two = write(report)["TrackedPackages"]

    assert [scan["Code"] for scan in one["Legs"][0]["Events"]] == ["InTransit"]
    assert len(two["Legs"][0]["Events"]) == 2


def test_a_journey_without_items_is_one_package():
    report = told_by_another(sighting("delivered", leg=0), items=())

    (package,) = write(report)["TrackedPackages"]

    assert package["PackageReferenceForAllLegsAssignedByMpd"] == "EP-000-002-4DF"
    assert len(package["Legs"][0]["Events"]) == 1


def test_a_journey_without_anything_is_one_package_without_legs():
    report = told_by_another(legs=(), items=())

    assert write(report)["TrackedPackages"][0]["Legs"] == []
    assert write_flattened(report)["TrackedPackages"][0]["Events"] == []


def test_only_the_legs_a_package_was_seen_on_are_listed():
    legs = (LegReport(service_name="A"), LegReport(service_name="B"))
    report = told_by_another(
        sighting("in_transit", "2026-03-01T12:00:00+00:00", leg=1, item=0),
        sighting("accepted", leg=0, item=0),
        sighting("accepted", leg=0, item=1),
        legs=legs,
    )

    one, two = write(report)["TrackedPackages"]

    assert [part["CarrierServiceName"] for part in one["Legs"]] == ["A", "B"]
    assert [part["CarrierServiceName"] for part in two["Legs"]] == ["A"]


def test_an_event_without_a_leg_goes_to_the_leading_one():
    legs = (LegReport(service_name="A"), LegReport(service_name="B"))
    report = told_by_another(
        sighting("in_transit", "2026-03-01T12:00:00+00:00", leg=1),
        sighting("info.notified"),
        legs=legs,
        items=(ONE,),
    )

    (part,) = write(report)["TrackedPackages"][0]["Legs"]
    flat = write_flattened(report)["TrackedPackages"][0]["Events"]

    assert (part["CarrierServiceName"], len(part["Events"])) == ("B", 2)
    assert [scan["CarrierServiceName"] for scan in flat] == ["B", "B"]


def test_events_of_a_journey_without_legs_are_kept():
    report = told_by_another(sighting("delivered"), legs=(), items=(ONE,))

    (part,) = write(report)["TrackedPackages"][0]["Legs"]
    (scan,) = write_flattened(report)["TrackedPackages"][0]["Events"]

    assert part["CarrierServiceName"] is scan["CarrierServiceName"] is None
    assert part["Events"][0]["Code"] == scan["Code"] == "Delivered"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (LegReport("acs", "ACS Courier", "N", "Next Day"), "Next Day"),
        (LegReport("acs", "ACS Courier"), "ACS Courier"),
        (LegReport("acs"), "acs"),
        (LegReport(), None),
    ],
)
def test_a_leg_is_called_by_its_service_else_its_carrier(said, name):
    report = told_by_another(sighting("delivered", leg=0), legs=(said,), items=())

    assert write(report)["TrackedPackages"][0]["Legs"][0]["CarrierServiceName"] == name


def test_an_event_by_leg_has_exactly_its_five_keys():
    report = told_by_another(sighting("delivered.signed", leg=0), items=())

    (scan,) = write(report)["TrackedPackages"][0]["Legs"][0]["Events"]

    assert scan == {
        "TimeStamp": "2026-03-01T10:00:00+00:00",
        "Code": "Delivered",
        "Description": "",
        "SignedBy": None,
        "Location": None,
    }
    assert list(scan) == ["TimeStamp", "Code", "Description", "SignedBy", "Location"]


def test_seven_fraction_digits_come_back():
    (scan,) = write_flattened(sorted_v1.read(recorded("sorted_v1_flattened.json")))[
        "TrackedPackages"
    ][0]["Events"]

    assert scan["TimeStamp"] == "2020-02-11T07:08:11.7398573+00:00"


def test_a_word_of_another_language_is_translated():
    report = told_by_another(sighting("info.notified", leg=0, word="SMS_SENT"), items=())

    (scan,) = write(report)["TrackedPackages"][0]["Legs"][0]["Events"]

    assert scan["Code"] == "ForInformation"


def test_a_place_in_parts_goes_out_as_one_line():
    place = Place(city="Austin", region="TX", postal_code="78756", country="US")
    report = told_by_another(sighting("delivered", leg=0, place=place), items=())

    (scan,) = write(report)["TrackedPackages"][0]["Legs"][0]["Events"]

    assert scan["Location"] == "Austin, TX 78756 US"
