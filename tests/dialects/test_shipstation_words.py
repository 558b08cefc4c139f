import json

import pytest

from apps.dialects import shipstation_words as words
from apps.shipments.status import STATUSES
from tests.builders import recorded

WIRE = json.loads(recorded("shipengine_wire_schema.json"))["$defs"]

STATUS_ROWS = [
    ("AC", "accepted", "Accepted", None),
    ("IT", "in_transit", "In Transit", "in_transit"),
    ("DE", "delivered", "Delivered", "delivered"),
    ("EX", "exception", "Exception", "error"),
    ("UN", "unknown", "Unknown", "unknown"),
    ("AT", "attempted", "Delivery Attempt", None),
    ("NY", "unknown.no_scans", "Not Yet In System", "in_transit"),
    (
        "SP",
        "available_for_pickup",
        "Delivered To The Collection Location",
        "delivered_to_service_point",
    ),
]

DETAIL_ROWS = """
CARRIER_STATUS_NOT_MAPPED unknown.unmapped
INFORMATION info
PARCEL_UPDATE_NOTIFICATION info
COD_AMOUNT_PAID info
TRACKING_EXPIRED unknown.expired
SHIPMENT_CREATED pre_transit.label_created
ELEC_ADVICE_RECD_BY_CARRIER pre_transit.label_created
AWAITING_ELECTRONIC_ADVICE pre_transit.label_created
AWAITING_PICKUP_DROP_OFF pre_transit
AWAITING_DESPATCH pre_transit
NOT_YET_RECEIVED_BY_CARRIER pre_transit
COLLECTION_REQUESTED pre_transit.pickup_scheduled
AWAITING_PICKUP pre_transit.pickup_scheduled
PICKUP_FAILED pre_transit.pickup_failed
COLLECTION_FAILED pre_transit.pickup_failed
DESPATCHED accepted
DROPPED_OFF accepted.dropped_off
PICKED_UP accepted.collected
COLLECTION_MADE accepted.collected
RECEIVED_BY_CARRIER accepted.received
RECD_BY_CARRIER_NO_ELEC_ADVICE accepted.received
IN_TRANSIT in_transit
SUB_CONTRACTOR_EVENT in_transit
PARCEL_OVER_LABELLED in_transit
HUB_SCAN_IN in_transit.arrived
HUB_PROCESSING in_transit.arrived
HUB_SCAN_OUT in_transit.departed
RECEIVED_LOCAL_DELIVERY_DEPOT in_transit.local_depot
CUSTOMS_PROCESSING in_transit.customs
HELD_BY_CARRIER_FOR_CLEARANCE_PRE_PROCESSING in_transit.customs
CUSTOMS_CLEARED in_transit.customs_cleared
SUB_CONTRACTOR_RECEIVED in_transit.handed_over
CARRIER_DELAYS in_transit.delayed
DELAYED_NOT_CARRIER in_transit.delayed
MISROUTED in_transit.misrouted
MISSORTED in_transit.misrouted
ROUTING_ERROR in_transit.misrouted
PARCEL_REDIRECTED info.delivery_changed
PARCEL_REDIRECTED_BY_CARRIER info.delivery_changed
DELIVERY_RESCHEDULED info.delivery_changed
DELIVERY_SCHEDULED info.delivery_booked
DELIVERY_ARRANGED_WITH_RECIPIENT info.delivery_booked
OUT_FOR_DELIVERY out_for_delivery
ATTEMPTED_DELIVERY attempted
ATTEMPTED_DELIVERY_2ND attempted
ATTEMPTED_DELIVERY_3RD attempted
ATTEMPTED_DELIVERY_FINAL attempted.final
CUSTOMER_CARDED attempted.card_left
COD_AMOUNT_NOT_PAID attempted.payment
INVALID_METHOD_OF_PAYMENT attempted.payment
CUSTOMER_IDENTIFICATION_FAILED attempted.identity
NO_ACCESS_TO_RECIPIENTS_ADDRESS attempted.no_access
AWAITING_COLLECTION_FROM_PICKUP_POINT available_for_pickup
CUSTOMER_TO_COLLECT_FROM_CARRIER available_for_pickup
DELIVERED_TO_PICKUP_POINT available_for_pickup.shop
DELIVERED_TO_LOCKER_COLLECTION_POINT available_for_pickup.locker
COLLECT_AT_LOCAL_PO available_for_pickup.post_office
DELIVERED delivered
POST_TRANSIT_STATUS delivered
DELIVERED_TO_RECEPTION delivered.reception
DELIVERED_DAMAGED delivered.damaged
DELIVERED_IN_PART delivered.partial
DELIVERED_SPECIFIED_SAFE_PLACE delivered.safe_place
DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION delivered.alternative
DELIVERED_TO_NEIGHBOUR delivered.neighbour
DELIVERED_TO_PO_BOX delivered.mailbox
PARCEL_COLLECTED_FROM_PICKUP_POINT delivered.collected
PROOF_OF_DELIVERY info.proof
PARCEL_DAMAGED exception.damaged
PARCEL_REPACKED exception.label
ADDRESS_QUERY exception.address
CUSTOMER_MOVED exception.address
HELD_BY_CARRIER exception.held
HELD_BY_CUSTOMS exception.customs_hold
HELD_BY_EXPORT_CUSTOMS exception.customs_hold
HELD_BY_IMPORT_CUSTOMS exception.customs_hold
INCORRECT_DECLARATION exception.documents
DUTY_NOT_PAID exception.duties_due
CANCELLED cancelled
CANCELLED_BEFORE_DESPATCH cancelled
HAZARDOUS_PROHIBITED exception.prohibited
NOT_COLLECTED_FROM_PICKUP_POINT exception.unclaimed
NOT_DELIVERED exception.undeliverable
NOT_DELIVERED_ADDRESSEE_DECEASED exception.undeliverable
PARCEL_DISPOSED exception.destroyed
PARCEL_LOST exception.lost
PARCEL_OUTSIDE_OF_SERVICE_CAPABILITY exception.carrier_refused
REFUSED_BY_CUSTOMER exception.refused
RETURN_TO_SENDER returning
UNDELIVERABLE_RETURNED_TO_SENDER returned
UNSPECIFIED_EXCEPTION exception
"""

USPS_ROWS = """
GX pre_transit.label_created
MA pre_transit.label_created
PC pre_transit.pickup_scheduled
03 accepted.received
OA accepted.received
80 pre_transit.dispatched
81 in_transit
82 in_transit
TL in_transit
NT in_transit
10 in_transit.arrived
A1 in_transit.arrived
T1 in_transit.departed
SF in_transit.departed
07 in_transit.local_depot
OF out_for_delivery
01 delivered
02 attempted.card_left
51 attempted.card_left
52 attempted.card_left
53 attempted.card_left
54 attempted.card_left
55 attempted.card_left
56 attempted.card_left
14 available_for_pickup.post_office
16 available_for_pickup.post_office
04 exception.refused
05 exception.undeliverable
21 exception.undeliverable
22 exception.undeliverable
23 exception.undeliverable
24 exception.undeliverable
25 exception.undeliverable
26 exception.undeliverable
27 exception.undeliverable
28 exception.undeliverable
29 exception.undeliverable
06 info.delivery_changed
08 in_transit.misrouted
09 returning
"""

OUTWARD_ROWS = """
unknown UN
pre_transit NY
accepted AC
in_transit IT
out_for_delivery IT
available_for_pickup SP
attempted AT
delivered DE
exception EX
returning EX
returned EX
cancelled EX
"""


def rows_of(table):
    return [tuple(line.split()) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("word", "code", "description", "tracking_status"), STATUS_ROWS)
def test_a_status_code_has_its_meaning_and_words(word, code, description, tracking_status):
    assert words.event_code(word, "", "", "") == code
    assert words.description(word) == description
    assert words.STATUS_CODES[word].tracking_status == tracking_status


def test_there_are_eight_status_codes():
    assert set(words.STATUS_CODES) == set(WIRE["status_code"]["enum"])


@pytest.mark.parametrize(("detail", "code"), rows_of(DETAIL_ROWS))
def test_a_detail_code_leads_before_the_status_code(detail, code):
    assert words.event_code("IT", detail, "", "") == code


def test_every_published_detail_code_is_known():
    published = WIRE["status_detail_code"]["enum"]
    assert len(published) == 75
    assert set(published) <= set(words.DETAIL_CODES)


def test_the_table_of_details_holds_nothing_beyond_the_reference():
    assert set(words.DETAIL_CODES) == {detail for detail, _ in rows_of(DETAIL_ROWS)}


@pytest.mark.parametrize("table", [words.DETAIL_CODES, words.USPS_CODES])
def test_tables_lead_to_codes_that_exist(table):
    assert set(table.values()) <= set(STATUSES)


@pytest.mark.parametrize("carrier", ["usps", "stamps_com"])
@pytest.mark.parametrize(("raw", "code"), rows_of(USPS_ROWS))
def test_a_usps_code_speaks_when_shipstation_does_not(carrier, raw, code):
    assert words.event_code("", "", carrier, raw) == code


def test_the_usps_table_holds_nothing_beyond_the_reference():
    assert set(words.USPS_CODES) == {raw for raw, _ in rows_of(USPS_ROWS)}


def test_a_usps_code_of_another_carrier_means_nothing():
    assert words.event_code("", "", "ups", "01") == "unknown.unmapped"


def test_a_usps_code_does_not_overrule_the_status_code():
    assert words.event_code("IT", "", "usps", "01") == "in_transit"


@pytest.mark.parametrize("word", ["ZZ", "de", "DE ", "\N{GREEK CAPITAL LETTER DELTA}E"])
def test_an_unknown_status_code_is_not_guessed(word):
    assert words.event_code(word, "", "usps", "01") == "unknown.unmapped"


def test_an_unknown_detail_leaves_the_status_code():
    assert words.event_code("AT", "BITTEN_BY_DOG", "", "") == "attempted"


def test_a_detail_name_in_the_status_code_is_understood():
    assert words.event_code("COLLECTION_MADE", "", "", "") == "accepted.collected"


def test_electronic_advice_is_not_yet_with_the_carrier():
    assert words.event_code("AC", "ELEC_ADVICE_RECD_BY_CARRIER", "", "") == (
        "pre_transit.label_created"
    )


def test_proof_of_delivery_beside_delivered_is_delivered():
    assert words.event_code("DE", "PROOF_OF_DELIVERY", "", "") == "delivered"


@pytest.mark.parametrize("detail", ["INFORMATION", "CARRIER_STATUS_NOT_MAPPED"])
def test_a_headline_is_not_moved_by_a_detail_that_moves_nothing(detail):
    assert words.headline_code("IT", detail, "", "") == "in_transit"


def test_a_headline_keeps_its_detail():
    assert words.headline_code("EX", "CARRIER_DELAYS", "", "") == "in_transit.delayed"


@pytest.mark.parametrize(("milestone", "status"), rows_of(OUTWARD_ROWS))
def test_a_milestone_and_its_details_go_out_as_one_status_code(milestone, status):
    codes = [code for code in STATUSES if code.split(".")[0] == milestone]
    exceptions = {"unknown.no_scans": "NY"}
    assert {words.outward(code) for code in codes if code not in exceptions} == {status}


def test_a_registered_parcel_without_scans_is_not_yet_in_the_system():
    assert words.outward("unknown.no_scans") == "NY"


@pytest.mark.parametrize("code", list(STATUSES))
def test_every_code_goes_out_as_one_of_the_eight_or_moves_nothing(code):
    word = words.outward(code)
    assert word in words.STATUS_CODES or (word == "" and code.startswith("info"))


@pytest.mark.parametrize(
    ("word", "code", "status"),
    [
        ("DE", "delivered", "DE"),
        ("EX/CARRIER_DELAYS", "in_transit.delayed", "EX"),
        ("", "delivered", ""),
        ("/DELIVERED", "delivered", ""),
        ("COLLECTION_MADE", "accepted.collected", "AC"),
        ("ZZ", "unknown.unmapped", "UN"),
    ],
)
def test_an_own_word_is_given_back_when_clients_know_it(word, code, status):
    assert words.spoken(word, code) == status
