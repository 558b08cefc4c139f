import json
import uuid

import jsonschema
import pytest
from msgspec.structs import replace

from apps.dialects import shipstation
from apps.dialects.shipstation import CarrierView
from tests.builders import recorded
from tests.dialects.journeys import journey_of, told_by_another

SEED = recorded("shipstation_usps.json")
WIRE = json.loads(recorded("shipengine_wire_schema.json"))
REQUEST_ID = uuid.UUID("7b80b28f-80d2-4175-ad99-7c459980539f")


def valid(body, name):
    schema = {"$defs": WIRE["$defs"], "$ref": f"#/$defs/{name}"}
    jsonschema.Draft202012Validator(schema).validate(body)
    return True


def label(journey):
    return shipstation.write_label(journey, journey.numbers[0], base="https://host")


def test_a_number_is_shown_as_a_label():
    written = label(journey_of(shipstation.read(SEED), code="delivered"))
    assert written["label_id"] == "se-7"
    assert written["status"] == "completed"
    assert written["tracking_number"] == "9405511899223197428490"
    assert written["trackable"] is True
    assert written["voided"] is False
    assert (written["carrier_id"], written["carrier_code"]) == ("se-1", "usps")
    assert written["tracking_status"] == "delivered"
    assert written["created_at"] == "2026-03-02T12:00:00Z"
    assert written["links"]["track"]["href"] == "https://host/v1/labels/se-7/track"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("accepted", None),
        ("attempted", None),
        ("in_transit", "in_transit"),
        ("unknown.no_scans", "in_transit"),
        ("unknown", "unknown"),
        ("exception", "error"),
        ("available_for_pickup", "delivered_to_service_point"),
    ],
)
def test_a_labels_tracking_status_follows_the_seeds_table(code, status):
    assert label(told_by_another(code=code))["tracking_status"] == status


def test_a_shipments_id_fits_the_published_length():
    assert label(told_by_another())["shipment_id"] == "se-16"
    longest = replace(told_by_another(), reference="sp_" + "9" * 32)
    assert len(label(longest)["shipment_id"]) <= 25


URL = "https://host/v1/labels?tracking_number=9405&page=2&page_size=2"


def page(total, number, labels=()):
    return shipstation.write_labels(labels, total=total, page=number, page_size=2, url=URL)


def link(number):
    return {"href": f"https://host/v1/labels?tracking_number=9405&page_size=2&page={number}"}


def test_a_page_in_the_middle_links_to_all_four():
    body = page(5, 2, [{"label_id": "se-7"}])
    assert (body["total"], body["page"], body["pages"]) == (5, 2, 3)
    assert body["links"] == {"first": link(1), "last": link(3), "prev": link(1), "next": link(3)}
    assert valid(body, "paged_labels")


def test_nothing_found_is_no_page_with_two_links():
    body = page(0, 1)
    assert (body["labels"], body["total"], body["pages"]) == ([], 0, 0)
    assert body["links"] == {"first": link(1), "last": link(1), "prev": {}, "next": {}}
    assert valid(body, "paged_labels")


def test_a_page_past_the_end_leads_back_to_the_last():
    assert page(5, 9)["links"]["prev"] == link(3)
    assert page(5, 9)["links"]["next"] == {}


def test_a_carrier_has_every_key_clients_require():
    body = shipstation.write_carrier(CarrierView(1, "usps", "U.S. Postal Service"))
    assert valid(body, "carrier")
    assert (body["carrier_id"], body["friendly_name"]) == ("se-1", "U.S. Postal Service")


def test_two_names_of_one_code_are_both_listed():
    views = [
        CarrierView(4, "australia_post", "Australia Post"),
        CarrierView(4, "australia_post", "Australia Post eParcel"),
    ]
    body = shipstation.write_carriers(views, request_id=REQUEST_ID)
    assert valid(body, "list_carriers")
    assert len(body["carriers"]) == 2
    assert (body["request_id"], body["errors"]) == (str(REQUEST_ID), [])


ERRORS = {
    400: ("validation", "invalid_field_value"),
    401: ("security", "unauthorized"),
    403: ("security", "forbidden"),
    404: ("validation", "not_found"),
    405: ("validation", "unspecified"),
    406: ("validation", "unspecified"),
    409: ("business_rules", "webhook_event_type_conflict"),
    413: ("validation", "unspecified"),
    415: ("validation", "unspecified"),
    422: ("validation", "invalid_field_value"),
    429: ("system", "rate_limit_exceeded"),
    500: ("system", "unspecified"),
    503: ("system", "unspecified"),
    418: ("validation", "invalid_field_value"),
    599: ("system", "unspecified"),
}


@pytest.mark.parametrize("status", ERRORS)
def test_an_error_is_said_in_words_both_sdks_know(status):
    body = shipstation.error(status, request_id=REQUEST_ID)
    [error] = body["errors"]
    assert (error["error_type"], error["error_code"]) == ERRORS[status]
    assert error["error_source"] == "shipengine"
    assert valid(body, "error_body")


def test_each_missing_field_is_an_error_of_its_own():
    body = shipstation.error(
        400,
        request_id=REQUEST_ID,
        code="field_value_required",
        field_name=("carrier_code", "tracking_number"),
    )
    assert [error["field_name"] for error in body["errors"]] == ["carrier_code", "tracking_number"]
    assert [error["message"] for error in body["errors"]] == [
        "carrier_code must be given.",
        "tracking_number must be given.",
    ]
    assert valid(body, "error_body")


def test_an_error_can_name_its_carrier_and_say_more():
    body = shipstation.error(
        400,
        request_id=REQUEST_ID,
        code="carrier_not_connected",
        message="Connect {it} first.",
        carrier_code="usps",
    )
    [error] = body["errors"]
    assert (error["error_type"], error["carrier_code"]) == ("business_rules", "usps")
    assert error["message"] == "Connect {it} first."
    assert valid(body, "error_body")
