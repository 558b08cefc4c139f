import re

import pytest

from apps.dialects import sorted_v1
from apps.shipments import recording
from apps.shipments.models import Shipment
from tests.api.callers import Caller, encoded, make_contents
from tests.api.consignments import PACKAGE, UNKNOWN, flattened, packages, two_legs
from tests.builders import NOW, make_key, make_shipment, sighting

ROOT = "ConsignmentReferenceForAllLegsAssignedByMpd"


EVENT_KEYS = ["TimeStamp", "Code", "Description", "SignedBy", "Location"]


def load(shipment, *events):
    """Record events as a SortedPRO answer tells them."""
    package = {PACKAGE: "EP-000-002-4RE", "Events": events}
    payload = {ROOT: shipment.consignment_reference, "TrackedPackages": [package]}
    recording.record(shipment.pk, sorted_v1.read(encoded(payload).encode()), now=NOW)


def event(timestamp="2020-02-11T07:08:11+00:00", code="InTransit", **fields):
    return {
        "TimeStamp": timestamp,
        "Code": code,
        "Description": "A scan",
        "SignedBy": None,
        "Location": None,
        "CarrierServiceName": "Service",
    } | fields


def test_30_tracking_has_packages_legs_and_events(v1, merchant):
    shipment = two_legs(merchant)

    answer = v1.get(f"/tracking/{shipment.consignment_reference}")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert list(answer.json()) == [ROOT, "TrackedPackages"]
    assert answer.json()[ROOT] == shipment.consignment_reference
    for package in answer.json()["TrackedPackages"]:
        assert list(package) == [PACKAGE, "Legs"]
        assert all(list(leg) == ["CarrierServiceName", "Events"] for leg in package["Legs"])


def test_31_each_leg_has_its_own_events_only(v1, merchant):
    shipment = two_legs(merchant)

    legs = packages(v1, shipment)[0]["Legs"]

    assert [leg["CarrierServiceName"] for leg in legs] == [
        "Carrier Service A",
        "Carrier Service B",
    ]
    codes = [[told["Code"] for told in leg["Events"]] for leg in legs]
    assert codes == [["Collected"], ["OutForDelivery"]]


def test_31_a_legs_event_has_exactly_five_fields(v1, merchant):
    shipment = two_legs(merchant)

    legs = packages(v1, shipment)[0]["Legs"]

    assert all(list(told) == EVENT_KEYS for leg in legs for told in leg["Events"])


def test_32_flattened_packages_have_the_same_events_without_legs(v1, merchant):
    shipment = two_legs(merchant)

    flat, full = flattened(v1, shipment), packages(v1, shipment)

    assert all(list(package) == [PACKAGE, "Events"] for package in flat)
    assert all(
        list(told) == [*EVENT_KEYS, "CarrierServiceName"]
        for package in flat
        for told in package["Events"]
    )
    assert [len(package["Events"]) for package in flat] == [
        sum(len(leg["Events"]) for leg in package["Legs"]) for package in full
    ]
    assert [len(package["Events"]) for package in flat] == [2, 1]


def test_33_references_have_their_form(v1, merchant):
    shipment = two_legs(merchant)

    body = v1.get(f"/tracking/{shipment.consignment_reference}").json()

    names = [body[ROOT], *(package[PACKAGE] for package in body["TrackedPackages"])]
    form = re.compile(r"E[CP]-[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}")
    assert all(form.fullmatch(name) for name in names)


@pytest.mark.parametrize("fraction", [".7398573", ".786733", ""])
def test_34_a_timestamp_keeps_its_digits(v1, merchant, fraction):
    shipment = make_shipment(merchant)
    timestamp = f"2020-02-11T07:08:11{fraction}+00:00"
    load(shipment, event(timestamp))

    assert flattened(v1, shipment)[0]["Events"][0]["TimeStamp"] == timestamp


def test_35_what_an_event_lacks_is_null(v1, merchant):
    shipment = make_shipment(merchant)
    load(shipment, event())

    told = flattened(v1, shipment)[0]["Events"][0]

    assert (told["SignedBy"], told["Location"]) == (None, None)


def test_35_a_package_without_events_is_listed_with_none(v1, merchant):
    shipment = make_contents(merchant, sighting("in_transit", item=0))

    assert [len(package["Events"]) for package in flattened(v1, shipment)] == [1, 0]
    assert [len(package["Legs"]) for package in packages(v1, shipment)] == [1, 0]


@pytest.mark.parametrize("path", ["", "flattened/", "clientreference/"])
@pytest.mark.parametrize("reference", [UNKNOWN, "EC-1", "ec-000-000-000", "x%20y"])
def test_36_an_unknown_consignment_is_not_found(v1, path, reference):
    answer = v1.get(f"/tracking/{path}{reference}")

    assert answer.status_code == 404
    assert {"Code", "Message", "CorrelationId"} <= set(answer.json())
    assert answer.json()["CorrelationId"] == answer["x-correlation-id"]


@pytest.mark.parametrize("code", ["DELIVERED", "Delivered", "delivered"])
def test_37_delivered_in_any_case_delivers_and_is_told_as_it_came(v1, merchant, code):
    shipment = make_shipment(merchant)
    load(shipment, event(code=code))

    settled = Shipment.objects.get(pk=shipment.pk).code
    assert sorted_v1.state_of(settled) == "Delivered"
    assert flattened(v1, shipment)[0]["Events"][0]["Code"] == code


def test_another_merchants_consignment_looks_unknown(merchant, other):
    shipment = make_shipment(merchant, custom_reference="CR1")
    rival = Caller("ocp-apim-subscription-key", make_key(other))

    for path in (
        shipment.consignment_reference,
        f"flattened/{shipment.consignment_reference}",
        "clientreference/CR1",
    ):
        assert rival.get(f"/tracking/{path}").status_code == 404


def test_a_client_reference_lists_flattened_consignments_newest_first(v1, merchant):
    old, new = (make_shipment(merchant, custom_reference="CR 1") for _ in range(2))
    make_shipment(merchant, custom_reference="CR 2")

    body = v1.get("/tracking/clientreference/CR%201").json()

    assert [told[ROOT] for told in body] == [new.consignment_reference, old.consignment_reference]
    assert body[1] == v1.get(f"/tracking/flattened/{old.consignment_reference}").json()


def test_a_missing_key_is_told_in_this_language(merchant):
    shipment = make_shipment(merchant)

    for header in ("x-api-key", "API-Key"):
        caller = Caller(header, make_key(merchant))
        answer = caller.get(f"/tracking/{shipment.consignment_reference}")
        assert answer.status_code == 401
        assert {"Code", "Message", "CorrelationId"} <= set(answer.json())
