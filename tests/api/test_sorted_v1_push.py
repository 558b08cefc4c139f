import pytest

from apps.shipments.models import Carrier, Shipment
from tests.api.callers import Caller, make_contents
from tests.api.consignments import FIRST, PACKAGE, UNKNOWN, flattened, packages, two_legs
from tests.builders import make_key, make_shipment, report


@pytest.fixture
def carrier(db):
    return Carrier.objects.get(code="usps")


@pytest.fixture
def usps(carrier):
    return Caller("ocp-apim-subscription-key", make_key(carrier=carrier, scopes=["push"]))


def scan(code="Delivered", timestamp="2026-03-03T10:00:00.1234567+01:00", **fields):
    told = {"TimeStamp": timestamp, "Code": code, "Description": "At the door"}
    return told | {"SignedBy": "P. Smith", "Location": "Athens"} | fields


def push_of(consignment, package, *scans):
    return {
        "CarrierReference": "usps",
        "ConsignmentTrackingEvents": [
            {
                "ConsignmentTrackingReference": consignment,
                "PackageTrackingEvents": [{"PackageReference": package, "TrackingEvents": scans}],
            }
        ],
    }


def package_of(shipment, position=1):
    return shipment.items.get(position=position).package_reference


@pytest.mark.parametrize("path", ["/tracking/carrierevents", "/carrierTrackingEvents"])
def test_38_pushed_events_appear_in_both_answers(v1, usps, merchant, path):
    shipment = two_legs(merchant)

    answer = usps.post(path, push_of(shipment.consignment_reference, package_of(shipment), scan()))

    told = flattened(v1, shipment)[0]["Events"][0]
    assert (answer.status_code, answer.content) == (200, b"")
    assert told == scan() | {"CarrierServiceName": "Carrier Service A"}
    assert packages(v1, shipment)[0]["Legs"][0]["Events"][0] == scan()
    assert [len(package["Events"]) for package in flattened(v1, shipment)] == [3, 1]


def test_38_a_push_may_name_a_tracking_number(v1, usps, merchant):
    shipment = two_legs(merchant)

    answer = usps.post("/tracking/carrierevents", push_of("1z 1", package_of(shipment), scan()))

    assert answer.status_code == 200
    assert flattened(v1, shipment)[0]["Events"][0]["Code"] == "Delivered"


def test_38_a_push_told_twice_is_told_once(v1, usps, merchant):
    shipment = two_legs(merchant)
    body = push_of(shipment.consignment_reference, package_of(shipment), scan())

    answers = [usps.post("/tracking/carrierevents", body).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert len(flattened(v1, shipment)[0]["Events"]) == 3


def test_38_a_push_of_nothing_is_taken(usps):
    body = {"CarrierReference": "usps", "ConsignmentTrackingEvents": []}

    answer = usps.post("/tracking/carrierevents", body)

    assert (answer.status_code, answer.content) == (200, b"")


def test_38_without_a_key_nothing_is_stored(merchant):
    shipment = two_legs(merchant)
    body = push_of(shipment.consignment_reference, package_of(shipment), scan())

    answer = Caller("ocp-apim-subscription-key", None).post("/tracking/carrierevents", body)

    assert answer.status_code == 401
    assert Shipment.objects.get().version == shipment.version


def test_38_a_merchants_key_may_not_push(v1, merchant):
    shipment = two_legs(merchant)
    body = push_of(shipment.consignment_reference, package_of(shipment), scan())

    answer = v1.post("/tracking/carrierevents", body)

    assert answer.status_code == 403
    assert {"Code", "Message", "CorrelationId"} <= set(answer.json())
    assert Shipment.objects.get().version == shipment.version


BROKEN = [
    b"",
    b"null",
    b"[]",
    b"{",
    b"\xff\xfe",
    b'{"CarrierReference":"usps"}',
    b"[" * 100_000,
    push_of("EC-1", "EP-1", scan(timestamp="yesterday")),
    push_of("EC-1", "EP-1", scan(timestamp=None)),
    push_of("EC-1", "EP-1", scan(Description=["a"])),
    push_of("EC-1", "EP-1", scan(Description="\x00")),
    push_of("EC-1", "EP-1", scan(Description="x" * 1_000_000)),
    push_of("EC-1", "EP-1", scan(code="")),
    push_of("EC-1", "EP-1", None),
    push_of("", "EP-1", scan()),
    push_of("EC-1", {"a": 1}, scan()),
    push_of(float("nan"), "EP-1", scan()),
]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_38_a_malformed_push_is_refused(usps, body):
    answer = usps.post("/tracking/carrierevents", body)

    assert answer.status_code == 400
    assert {"Code", "Message", "CorrelationId"} <= set(answer.json())


def test_38_a_lone_surrogate_is_refused(usps, merchant):
    shipment = two_legs(merchant)
    body = push_of(shipment.consignment_reference, package_of(shipment), scan(Description="\ud800"))

    answer = usps.post("/tracking/carrierevents", body)

    assert answer.status_code == 400
    assert Shipment.objects.get().version == shipment.version


def test_38_one_bad_event_keeps_the_good_ones_out_too(usps, merchant):
    shipment = two_legs(merchant)
    scans = (scan(), scan(timestamp="2026-13-45T99:00:00Z"))

    answer = usps.post(
        "/tracking/carrierevents",
        push_of(shipment.consignment_reference, package_of(shipment), *scans),
    )

    assert answer.status_code == 400
    assert answer.json()["Details"][0]["Target"].endswith("TrackingEvents[1].TimeStamp")
    assert Shipment.objects.get().version == shipment.version


@pytest.mark.parametrize("reference", [UNKNOWN, "1Z2", "1Z999", "x" * 100])
def test_38_an_unknown_consignment_keeps_the_known_ones_out_too(usps, merchant, reference):
    """1Z2 is a number of the shipment, but of another carrier."""
    shipment = two_legs(merchant)
    body = push_of(shipment.consignment_reference, package_of(shipment), scan())
    stranger = push_of(reference, package_of(shipment), scan())
    body["ConsignmentTrackingEvents"] += stranger["ConsignmentTrackingEvents"]

    answer = usps.post("/tracking/carrierevents", body)

    assert answer.status_code == 404
    assert Shipment.objects.get().version == shipment.version


def test_38_a_carrier_reaches_only_shipments_it_has_a_leg_of(merchant):
    shipment = two_legs(merchant)
    fedex = Carrier.objects.get(code="fedex")
    caller = Caller("ocp-apim-subscription-key", make_key(carrier=fedex, scopes=["push"]))
    body = push_of(shipment.consignment_reference, package_of(shipment), scan())

    assert caller.post("/tracking/carrierevents", body).status_code == 404
    assert Shipment.objects.get().version == shipment.version


def test_38_a_package_of_another_consignment_is_unknown(usps, merchant):
    shipment, elsewhere = two_legs(merchant), make_contents(merchant)

    for package in (package_of(elsewhere), "EP-000-000-000", "Box 7"):
        body = push_of(shipment.consignment_reference, package, scan())
        assert usps.post("/tracking/carrierevents", body).status_code == 404
    assert shipment.items.count() == 2


def test_38_a_consignment_without_packages_takes_the_first_pushed(v1, usps, merchant):
    shipment = make_shipment(merchant, report(legs=(FIRST,)))
    body = push_of(shipment.consignment_reference, "EP-123-456-789", scan())

    answer = usps.post("/tracking/carrierevents", body)

    (package,) = flattened(v1, shipment)
    assert answer.status_code == 200
    assert package[PACKAGE] == "EP-123-456-789"
    assert len(package["Events"]) == 1


def test_38_a_number_that_two_shipments_share_means_the_one_with_the_package(v1, usps, merchant):
    one, two = two_legs(merchant), two_legs(merchant)

    answer = usps.post("/tracking/carrierevents", push_of("1Z1", package_of(two), scan()))

    assert answer.status_code == 200
    assert len(flattened(v1, one)[0]["Events"]) == 2
    assert len(flattened(v1, two)[0]["Events"]) == 3


def test_38_extra_fields_of_a_push_assign_nothing(usps, merchant):
    shipment = two_legs(merchant)
    extra = {"id": 7, "merchant": 2, "reference": "tr_" + "9" * 32, "version": 99}
    body = push_of(shipment.consignment_reference, package_of(shipment), scan(**extra)) | extra

    answer = usps.post("/tracking/carrierevents", body)

    stored = Shipment.objects.get()
    assert answer.status_code == 200
    assert (stored.pk, stored.merchant, stored.version) == (
        shipment.pk,
        merchant,
        shipment.version + 1,
    )
