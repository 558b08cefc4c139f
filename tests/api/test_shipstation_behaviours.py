import json

import pytest

from apps.shipments import recording
from apps.shipments.reports import LegReport
from tests.api.callers import Caller, make_parcel
from tests.api.stations import NUMBER, fits, track
from tests.builders import NOW, make_key, recorded, report, sighting

LOG_KEYS = [
    "tracking_number",
    "tracking_url",
    "status_code",
    "carrier_code",
    "carrier_id",
    "carrier_detail_code",
    "status_description",
    "carrier_status_code",
    "carrier_status_description",
    "ship_date",
    "estimated_delivery_date",
    "actual_delivery_date",
    "exception_description",
    "events",
]


EVENT_KEYS = [
    "occurred_at",
    "carrier_occurred_at",
    "description",
    "city_locality",
    "state_province",
    "postal_code",
    "country_code",
    "company_name",
    "signer",
    "event_code",
    "carrier_detail_code",
    "status_code",
    "status_description",
    "carrier_status_code",
    "carrier_status_description",
    "latitude",
    "longitude",
]


def test_01_tracking_answers_fourteen_keys(station, seed):
    answer = track(station, "stamps_com")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert list(answer.json()) == LOG_KEYS


def test_02_an_event_has_seventeen_keys_and_fits_the_schema(station, seed):
    body = track(station).json()

    assert [list(event) for event in body["events"]] == [EVENT_KEYS] * 6
    fits("tracking_log", body)


def test_03_the_documents_example_comes_back_as_it_went_in(station, seed):
    assert track(station, "stamps_com").json() == json.loads(recorded("shipstation_usps.json"))


def test_04_both_names_of_a_carrier_find_the_same_parcel(station, seed):
    usps, stamps = track(station, "usps").json(), track(station, "stamps_com").json()

    assert usps == stamps
    assert usps["carrier_code"] == "usps"


def test_05_events_are_newest_first_however_they_came(station, merchant):
    times = [f"2026-03-0{day}T10:00:00+00:00" for day in (2, 3, 1)]
    make_parcel(merchant, *(sighting("in_transit", time) for time in times))

    events = track(station, number="1Z999").json()["events"]

    assert [event["occurred_at"][:10] for event in events] == [
        "2026-03-03",
        "2026-03-02",
        "2026-03-01",
    ]


def test_06_one_clock_is_utc_the_other_has_no_zone(station, seed):
    arrived = track(station).json()["events"][4]

    assert arrived["occurred_at"] == "2021-09-17T02:41:00Z"
    assert arrived["carrier_occurred_at"] == "2021-09-16T19:41:00"


def test_07_an_unknown_place_is_blank_and_both_clocks_agree(station, seed):
    moving = track(station).json()["events"][3]

    names = ("city_locality", "state_province", "postal_code", "country_code")
    assert [moving[name] for name in names] == ["", "", "", ""]
    assert (moving["latitude"], moving["longitude"]) == (None, None)
    assert moving["occurred_at"] == moving["carrier_occurred_at"] + "Z"


def test_08_a_carriers_code_keeps_its_zero(station, seed):
    body = track(station).json()

    assert body["carrier_status_code"] == "01"
    assert body["events"][0]["carrier_status_code"] == "01"


def test_09_a_registered_number_is_not_yet_in_the_system(station, merchant):
    make_parcel(merchant)

    answer = track(station, number="1Z999")

    assert answer.status_code == 200
    assert answer.json()["status_code"] == "NY"
    assert answer.json()["status_description"] == "Not Yet In System"
    assert answer.json()["events"] == []


@pytest.mark.parametrize(
    ("code", "status_code", "words"),
    [
        ("accepted.collected", "AC", "Accepted"),
        ("in_transit", "IT", "In Transit"),
        ("delivered", "DE", "Delivered"),
        ("exception.damaged", "EX", "Exception"),
        ("unknown.expired", "UN", "Unknown"),
        ("attempted.no_answer", "AT", "Delivery Attempt"),
        ("pre_transit.label_created", "NY", "Not Yet In System"),
        ("available_for_pickup.locker", "SP", "Delivered To The Collection Location"),
    ],
)
def test_10_a_status_has_the_tables_words(station, merchant, code, status_code, words):
    make_parcel(merchant, sighting(code))

    body = track(station, number="1Z999").json()

    assert (body["status_code"], body["status_description"]) == (status_code, words)


def test_a_number_of_another_carrier_is_not_found(station, seed):
    assert track(station, "fedex").status_code == 404


def test_a_carrier_only_the_merchant_knows_can_be_asked_for(station, merchant, other):
    make_parcel(merchant, leg=LegReport(carrier_code="elta_local"), number="ZU1")

    assert track(station, "elta_local", "ZU1").status_code == 200
    assert track(station, "elta_local", "ZU2").status_code == 404
    assert track(Caller("API-Key", make_key(other)), "elta_local", "ZU1").status_code == 400


def test_spaces_dashes_and_case_do_not_tell_numbers_apart(station, merchant):
    make_parcel(merchant, number="1Z 99-9a")

    answer = track(station, number=" 1z999A ")

    assert answer.status_code == 200
    assert answer.json()["tracking_number"] == "1Z 99-9a"


def test_of_two_parcels_with_a_number_the_newest_is_told(station, merchant):
    make_parcel(merchant, sighting("delivered"))
    make_parcel(merchant, sighting("accepted"))

    assert track(station, number="1Z999").json()["status_code"] == "AC"


def test_a_carrier_can_be_named_by_its_id(station, seed):
    carriers = station.get("/v1/carriers").json()["carriers"]
    ids = {carrier["carrier_code"]: carrier["carrier_id"] for carrier in carriers}

    def status(**query):
        return station.get("/v1/tracking", data={"tracking_number": NUMBER} | query).status_code

    assert status(carrier_id=ids["usps"]) == 200
    assert status(carrier_id=ids["stamps_com"], carrier_code="usps") == 200
    assert status(carrier_id=ids["fedex"], carrier_code="usps") == 400
    assert status(carrier_id="se-0", carrier_code="usps") == 400
    assert status(carrier_id="nonsense", carrier_code="usps") == 400


def test_a_changed_parcel_is_told_changed(station, merchant):
    parcel = make_parcel(merchant, sighting("in_transit"))
    recording.record(
        parcel.pk,
        report(sighting("delivered", "2026-03-02T10:00:00+00:00"), source="test"),
        now=NOW,
    )

    assert track(station, number="1Z999").json()["status_code"] == "DE"
