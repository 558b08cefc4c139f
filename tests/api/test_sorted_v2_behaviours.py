from datetime import datetime

from apps.dialects import sorted_v2
from apps.shipments import recording
from apps.shipments.models import Shipment
from apps.shipments.reports import PromiseReport
from tests.api.callers import encoded, make_parcel
from tests.builders import NOW, at, make_shipment, report, sighting

EVENT_KEYS = [
    "reference",
    "timestamp",
    "received_timestamp",
    "event_code",
    "description",
    "signee",
    "location",
    "lat_long",
]


def event(timestamp, code="in_transit", **fields):
    return {
        "timestamp": timestamp,
        "received_timestamp": None,
        "event_code": code,
        "description": "A scan",
        "signee": None,
        "location": None,
        "lat_long": None,
    } | fields


def load(shipment, *events, **fields):
    """Record events as a SortedPRO answer tells them."""
    payload = {
        "shipment_reference": shipment.reference,
        "carrier_references": ["1Z999"],
        "carrier": {
            "reference": "DNQ",
            "name": "DNQ Worldwide",
            "service_reference": "DNQWW72",
            "service_name": "72-Hour Express",
        },
        "events": events,
        "expected_delivery_date": None,
    } | fields
    for told in sorted_v2.read(encoded(payload).encode()):
        recording.record(shipment.pk, told, now=NOW)


def tracking(v2, shipment):
    return v2.get(f"/pro/tracking/{shipment.reference}").json()


def test_01_tracking_by_reference_has_the_documented_members(v2, merchant):
    shipment = make_shipment(merchant)
    load(shipment, event("2019-07-23T17:42:00+01:00"))

    answer = v2.get(f"/pro/tracking/{shipment.reference}")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert list(answer.json()) == [
        "shipment_reference",
        "carrier_references",
        "carrier",
        "events",
        "expected_delivery_date",
        "_links",
    ]
    assert answer.json()["shipment_reference"] == shipment.reference
    assert answer.json()["carrier_references"] == ["1Z999"]


def test_02_the_carrier_is_four_strings(v2, merchant):
    shipment = make_shipment(merchant)
    load(shipment)

    assert tracking(v2, shipment)["carrier"] == {
        "reference": "DNQ",
        "name": "DNQ Worldwide",
        "service_reference": "DNQWW72",
        "service_name": "72-Hour Express",
    }


def test_03_an_event_has_exactly_eight_keys(v2, merchant):
    shipment = make_shipment(merchant)
    load(shipment, event("2019-07-23T17:42:00+01:00"))

    (told,) = tracking(v2, shipment)["events"]

    assert list(told) == EVENT_KEYS


def test_04_what_an_event_lacks_is_null(v2, merchant):
    shipment = make_shipment(merchant)
    load(shipment, event("2019-07-23T17:42:00+01:00"))

    (told,) = tracking(v2, shipment)["events"]

    assert (told["signee"], told["location"], told["lat_long"]) == (None, None, None)


def test_04_what_an_event_has_is_given(v2, merchant):
    shipment = make_shipment(merchant)
    there = {"latitude": 53.32, "longitude": -2.24}
    given = event("2019-07-23T17:42:00+01:00", signee="P. Jones", location="Wilmslow")
    load(shipment, given | {"lat_long": there})

    (told,) = tracking(v2, shipment)["events"]

    assert (told["signee"], told["location"], told["lat_long"]) == ("P. Jones", "Wilmslow", there)


def test_06_a_timestamp_keeps_its_offset(v2, merchant):
    shipment = make_shipment(merchant)
    load(shipment, event("2019-07-23T17:42:00+01:00"))

    (told,) = tracking(v2, shipment)["events"]

    assert told["timestamp"] == "2019-07-23T17:42:00+01:00"


def test_07_a_received_timestamp_is_in_utc(v2, merchant):
    shipment = make_shipment(merchant)
    received = {"received_timestamp": "2019-07-23T17:45:44+01:00"}
    load(shipment, event("2019-07-23T17:42:00+01:00", **received))

    (told,) = tracking(v2, shipment)["events"]

    assert told["received_timestamp"] == "2019-07-23T16:45:44+00:00"


def test_07_a_received_timestamp_is_ours_when_the_source_gives_none(v2, merchant):
    shipment = make_shipment(merchant)
    load(shipment, event("2019-07-23T17:42:00+01:00"))

    (told,) = tracking(v2, shipment)["events"]

    assert datetime.fromisoformat(told["received_timestamp"]) == NOW
    assert told["received_timestamp"].endswith("+00:00")


def test_08_events_come_newest_first_across_offsets(v2, merchant):
    shipment = make_shipment(merchant)
    load(
        shipment,
        event("2019-07-23T10:30:00+00:00", "collected"),
        event("2019-07-23T09:00:00-05:00", "delivered"),
        event("2019-07-23T12:00:00+01:00", "in_transit"),
    )

    codes = [told["event_code"] for told in tracking(v2, shipment)["events"]]

    assert codes == ["delivered", "in_transit", "collected"]


def test_09_a_malformed_time_is_taken_and_told_well_formed(v2, merchant):
    shipment = make_shipment(merchant)
    load(shipment, event("2019-07-23T12:00.00+01:00"))

    (told,) = tracking(v2, shipment)["events"]

    assert told["timestamp"] == "2019-07-23T12:00:00+01:00"


def test_10_a_custom_reference_is_told_only_when_there_is_one(v2, merchant):
    named = make_shipment(merchant, custom_reference="CR1234")
    unnamed = make_shipment(merchant)

    assert tracking(v2, named)["custom_reference"] == "CR1234"
    assert "custom_reference" not in tracking(v2, unnamed)


def test_11_the_expected_date_is_null_until_known_and_then_follows(v2, merchant):
    shipment = make_shipment(merchant)
    before = tracking(v2, shipment)["expected_delivery_date"]

    told = []
    for day in ("2026-03-05T17:00:00+00:00", "2026-03-06T17:00:00+00:00"):
        promise = PromiseReport(until=at(day))
        recording.record(shipment.pk, report(promise=promise), now=NOW)
        told.append(tracking(v2, shipment)["expected_delivery_date"])

    assert before is None
    assert told == ["2026-03-05T17:00:00+00:00", "2026-03-06T17:00:00+00:00"]


def test_27_a_delivered_event_makes_the_shipment_delivered(merchant):
    shipment = make_shipment(merchant)
    load(shipment, event("2019-07-23T17:42:00+01:00", "delivered"))

    assert state_of(shipment) == "delivered"


def test_27_an_older_event_that_comes_late_does_not_move_the_state_back(merchant):
    shipment = make_shipment(merchant)
    load(shipment, event("2019-07-23T17:42:00+01:00", "delivered"))
    load(shipment, event("2019-07-22T17:42:00+01:00", "in_transit"))

    assert state_of(shipment) == "delivered"


def test_27_an_event_for_information_changes_no_state(merchant):
    shipment = make_shipment(merchant)
    load(shipment, event("2019-07-22T17:42:00+01:00", "out_for_delivery"))
    load(shipment, event("2019-07-23T17:42:00+01:00", "for_information"))

    assert state_of(shipment) == "out_for_delivery"


def state_of(shipment):
    return sorted_v2.state_of(Shipment.objects.get(pk=shipment.pk).code)


def test_29_a_scan_told_twice_is_one_event(v2, merchant):
    shipment = make_shipment(merchant)
    for _ in range(2):
        load(shipment, event("2019-07-23T17:42:00+01:00", "delivered"))

    assert len(tracking(v2, shipment)["events"]) == 1


def test_29_two_carriers_deliveries_are_told_in_one_word(v2, merchant):
    ours = make_parcel(merchant, sighting("delivered", word="DELIVERED-OK"))
    theirs = make_parcel(merchant, sighting("delivered", word="07", carrier_code="07"), number="2")

    codes = [tracking(v2, parcel)["events"][0]["event_code"] for parcel in (ours, theirs)]

    assert codes == ["delivered", "delivered"]
