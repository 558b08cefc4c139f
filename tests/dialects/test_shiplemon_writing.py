import json

import pytest
from msgspec.structs import replace

from apps.dialects import shiplemon
from apps.shipments.journey import JourneyRecipient
from apps.shipments.reports import ItemReport, LegReport, NumberReport, Place, Report
from tests.builders import recorded
from tests.dialects.journeys import REFERENCE, at, journey_of, sighting, told_by_another

ANSWER = recorded("shiplemon_elta.json")
UPDATE = recorded("shiplemon_update.json")
UPDATED = recorded("shiplemon_updated.json")

GET_KEYS = list(json.loads(ANSWER)["data"])
PUT_KEYS = list(json.loads(UPDATED)["data"])

MARIA = JourneyRecipient(
    name="Maria Marker",
    email="maria@marker.example",
    phone="+306900000000",
    street="Marker Street 45",
    city="Markerville",
    region="M",
    postal_code="14451",
    country="GR",
)


def entry(**fields):
    usual = {
        "status": "TRANSIT",
        "status_date": "2024-07-15T09:45:00.000Z",
        "status_details": "ΠΡΟΣ ΠΑΡΑΔΟΣΗ",
        "status_exact": "WITH_COURIER",
    }
    return usual | fields


def read(**data):
    return shiplemon.read(json.dumps({"data": {"tracking_ref": "1"} | data}).encode())


def update(*entries):
    return shiplemon.read_update(json.dumps({"tracking_history": entries}).encode())


def written(journey):
    return shiplemon.write(journey)["data"]


def test_the_seeds_answer_goes_out_as_it_came_but_for_the_picture():
    journey = journey_of(shiplemon.read(ANSWER), code="delivered")
    seed = json.loads(ANSWER)
    seed["data"]["partner_id"] = "acme"
    seed["data"]["carrier"]["image"] = None
    answer = shiplemon.write(journey)
    assert answer == seed
    assert list(answer["data"]) == GET_KEYS
    keys = ["status", "status_exact", "status_date", "status_details"]
    assert [list(one) for one in answer["data"]["tracking_history"]] == [keys] * 3


def test_an_unsorted_update_is_shown_newest_first():
    data = written(journey_of(shiplemon.read_update(UPDATE).report, code="delivered"))
    assert [one["status"] for one in data["tracking_history"]] == [
        "EXCEPTION",
        "TRANSIT",
        "PRE_TRANSIT",
        "DELIVERED",
    ]
    assert data["tracking_status"] == "EXCEPTION"


def test_details_go_out_letter_for_letter():
    details = "ΔΗΜΙΟΥΡΓΙΑ ΣΥ.ΔΕ.ΤΑ. <b>\N{GRINNING FACE}</b>\t "
    report = update(entry(status_details=details, status_exact="")).report
    [told] = written(journey_of(report))["tracking_history"]
    assert told == entry(status_details=details, status_exact="")


def test_empty_details_of_its_own_stay_empty():
    report = update(entry(status_details="")).report
    assert written(journey_of(report))["tracking_history"][0]["status_details"] == ""


def test_an_own_word_that_is_none_of_the_four_goes_out_as_the_one_before():
    report = read(tracking_history=[entry(status="RETURNED"), entry()])
    data = written(journey_of(report, code="out_for_delivery"))
    assert [one["status"] for one in data["tracking_history"]] == ["TRANSIT", "TRANSIT"]
    assert data["tracking_status"] == "TRANSIT"


def test_the_settled_status_speaks_when_another_source_told_too():
    own = journey_of(update(entry(status="TRANSIT")).report, code="delivered")
    other = told_by_another(sighting("delivered", "2020-01-01T00:00:00+00:00"), code="delivered")
    mixed = replace(own, events=(*own.events, *other.events))
    assert written(own)["tracking_status"] == "TRANSIT"
    assert written(mixed)["tracking_status"] == "DELIVERED"


def test_a_shipment_nothing_is_known_of_has_its_keys_and_nulls():
    journey = journey_of(Report(source="test"), code="unknown.no_scans")
    assert written(journey) == dict.fromkeys(GET_KEYS) | {
        "partner_id": "acme",
        "carrier": {"code": None, "name": None, "image": None},
        "service": {"code": None, "name": None, "estimated_delivery_in_days": None},
        "tracking_status": "PRE_TRANSIT",
        "tracking_history": [],
    }


def test_another_sources_event_is_told_in_milliseconds_and_english():
    seen = sighting("available_for_pickup.locker", "2026-03-01T12:00:00.123456+02:00")
    seen = replace(seen, moment=at("2026-03-01T10:00:00.123456+00:00", offset=120, digits=6))
    assert written(told_by_another(seen))["tracking_history"] == [
        {
            "status": "TRANSIT",
            "status_exact": None,
            "status_date": "2026-03-01T10:00:00.123Z",
            "status_details": "Ready in a locker",
        }
    ]


def test_the_public_answer_holds_nothing_personal():
    seen = sighting("delivered", signee="Maria Marker", place=Place(label="Marker Street 45"))
    journey = told_by_another(seen, recipient=MARIA)
    text = json.dumps(shiplemon.write(journey)).lower()
    assert "marker" not in text
    assert "6900000000" not in text


def sent(journey, *entries):
    return shiplemon.write_update(journey, update(*entries).entries)["data"]


def test_the_answer_to_a_put_has_the_seeds_keys_each_once():
    answer = shiplemon.write_update(journey_of(shiplemon.read(UPDATED)), ())
    assert answer["status"] == "ok"
    assert list(answer["data"]) == PUT_KEYS
    pairs = json.loads(json.dumps(answer), object_pairs_hook=list)
    names = [name for name, _ in dict(pairs)["data"]]
    assert len(names) == len(set(names))


def test_the_history_is_echoed_in_the_order_it_was_sent_with_three_keys():
    taken = shiplemon.read_update(UPDATE)
    data = shiplemon.write_update(journey_of(taken.report), taken.entries)["data"]
    assert data["tracking_history"] == json.loads(UPDATED)["data"]["tracking_history"]
    assert list(data["tracking_history"][0]) == ["status", "status_date", "status_details"]
    assert data["tracking_status"] == "EXCEPTION"


def test_an_entry_sent_twice_is_echoed_twice():
    assert len(sent(told_by_another(), entry(), entry())["tracking_history"]) == 2


def test_the_time_of_the_last_update_is_told():
    data = sent(told_by_another())
    assert data["tracking_history_last_updated_at"] == "2026-03-02T12:00:00.000Z"
    assert data["id"] == REFERENCE


def test_child_vouchers_are_the_items_numbers():
    data = sent(journey_of(shiplemon.read(UPDATED)))
    assert data["tracking_ref"] == "1190953890"
    assert data["child_vouchers"] == [
        {"tracking_ref": "2338891501", "tracking_url": "", "label_url": None}
    ]
    assert sent(told_by_another())["child_vouchers"] == []


def test_the_first_items_number_stands_for_a_shipment_without_one_of_its_own():
    report = Report(
        source="acs",
        legs=(LegReport("acs"),),
        items=(ItemReport(description="Shoes"), ItemReport()),
        numbers=(NumberReport("1", 0, 0), NumberReport("2", 0, 1)),
    )
    data = sent(journey_of(report))
    assert data["tracking_ref"] == "1"
    assert [child["tracking_ref"] for child in data["child_vouchers"]] == ["2"]
    assert [item["notes"] for item in data["items"]] == ["Shoes", None]
    assert list(data["items"][0]) == list(json.loads(UPDATED)["data"]["items"][0])


def test_the_recipient_is_told_to_who_may_write():
    assert sent(told_by_another(recipient=MARIA))["address_to"] == {
        "country": "GR",
        "zip": "14451",
        "name": "Maria Marker",
        "state": "M",
        "city": "Markerville",
        "address": "Marker Street 45",
        "email": "maria@marker.example",
        "phone": "+306900000000",
    }
    assert sent(told_by_another())["address_to"] is None


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "BAD_REQUEST"),
        (401, "UNAUTHORIZED"),
        (403, "FORBIDDEN"),
        (404, "NOT_FOUND"),
        (405, "METHOD_NOT_ALLOWED"),
        (406, "NOT_ACCEPTABLE"),
        (413, "PAYLOAD_TOO_LARGE"),
        (415, "UNSUPPORTED_MEDIA_TYPE"),
        (422, "UNPROCESSABLE_ENTITY"),
        (429, "TOO_MANY_REQUESTS"),
        (500, "INTERNAL_SERVER_ERROR"),
        (503, "SERVICE_UNAVAILABLE"),
        (418, "BAD_REQUEST"),
        (599, "INTERNAL_SERVER_ERROR"),
    ],
)
def test_an_error_has_its_code(status, code):
    body = shiplemon.error(status)
    assert list(body) == ["error"]
    assert list(body["error"]) == ["code", "message", "metadata"]
    assert (body["error"]["code"], body["error"]["metadata"]) == (code, None)
    assert body["error"]["message"]


def test_an_error_can_say_more():
    body = shiplemon.error(404, code="GONE", message="No such voucher")
    assert body == {"error": {"code": "GONE", "message": "No such voucher", "metadata": None}}
