"""Sorted's words, one by one, both ways."""

import pytest

from apps.dialects import sorted_v1, sorted_v2
from apps.dialects.codes import fold, outward, spread
from apps.dialects.sorted_v1_words import event_word_of
from apps.dialects.sorted_v2_words import event_code_of
from apps.shipments.status import STATUSES, UNMAPPED, milestone_of

V2_EVENTS = [
    ("action_required", "exception.action_required"),
    ("at_customs", "in_transit.customs"),
    ("awaiting_drop_off", "pre_transit"),
    ("carrier_changed", "info"),
    ("for_information", "info"),
    ("cleared_through_customs", "in_transit.customs_cleared"),
    ("collected_by_carrier", "accepted.collected"),
    ("collection_failed", "pre_transit.pickup_failed"),
    ("damaged", "exception.damaged"),
    ("delayed", "in_transit.delayed"),
    ("delivered", "delivered"),
    ("exchange_succeeded", "delivered"),
    ("delivered_damaged", "delivered.damaged"),
    ("delivery_failed", "attempted"),
    ("exchange_failed", "attempted"),
    ("delivery_failed_card_left", "attempted.card_left"),
    ("destroyed", "exception.destroyed"),
    ("dropped_off", "accepted.dropped_off"),
    ("failed_to_collect", "exception.unclaimed"),
    ("held_by_carrier", "exception.held"),
    ("in_transit", "in_transit"),
    ("in_transit_waiting", "in_transit.waiting"),
    ("lost", "exception.lost"),
    ("missing", "exception.missing"),
    ("out_for_delivery", "out_for_delivery"),
    ("partially_delivered", "delivered.partial"),
    ("returned_to_sender", "returned"),
]

V2_STATES = [
    ("unallocated", "pre_transit"),
    ("allocating", "pre_transit"),
    ("ready_to_ship", "pre_transit"),
    ("awaiting_drop_off", "pre_transit"),
    ("booking", "pre_transit"),
    ("collection_booking_pending", "pre_transit"),
    ("allocated", "pre_transit.label_created"),
    ("manifesting", "pre_transit.label_created"),
    ("manifested", "pre_transit.label_created"),
    ("booked", "pre_transit.label_created"),
    ("allocation_failed", "pre_transit.setup_failed"),
    ("manifest_failed", "pre_transit.setup_failed"),
    ("booking_failed", "pre_transit.setup_failed"),
    ("collection_booking_failed", "pre_transit.setup_failed"),
    ("collection_booked", "pre_transit.pickup_scheduled"),
    ("carrier_collection_failed", "pre_transit.pickup_failed"),
    ("dispatched", "pre_transit.dispatched"),
    ("cancelling", "info.cancel_requested"),
    ("cancelled", "cancelled"),
    ("carrier_collected", "accepted.collected"),
    ("at_drop_off_point", "accepted.dropped_off"),
    ("in_transit", "in_transit"),
    ("in_transit_waiting", "in_transit.waiting"),
    ("at_customs", "in_transit.customs"),
    ("cleared_customs", "in_transit.customs_cleared"),
    ("carrier_changed", "info"),
    ("delayed", "in_transit.delayed"),
    ("out_for_delivery", "out_for_delivery"),
    ("at_collection_point", "available_for_pickup"),
    ("at_customer_collection_point", "available_for_pickup"),
    ("customer_collected", "delivered.collected"),
    ("customer_collection_failed", "exception.unclaimed"),
    ("delivery_failed", "attempted"),
    ("exchange_failed", "attempted"),
    ("delivery_failed_card_left", "attempted.card_left"),
    ("delivered", "delivered"),
    ("exchange_succeeded", "delivered"),
    ("delivered_damaged", "delivered.damaged"),
    ("partially_delivered", "delivered.partial"),
    ("action_required", "exception.action_required"),
    ("held_by_carrier", "exception.held"),
    ("missing", "exception.missing"),
    ("lost", "exception.lost"),
    ("damaged", "exception.damaged"),
    ("destroyed", "exception.destroyed"),
    ("returned_to_sender", "returned"),
]

V1_DISPLAY_NAMES = [
    ("Unallocated", "pre_transit"),
    ("Allocating", "pre_transit"),
    ("Ready To Ship", "pre_transit"),
    ("Awaiting Collection", "pre_transit"),
    ("Allocated", "pre_transit.label_created"),
    ("Manifesting", "pre_transit.label_created"),
    ("Manifested", "pre_transit.label_created"),
    ("Allocation Failed", "pre_transit.setup_failed"),
    ("Manifest Failed", "pre_transit.setup_failed"),
    ("Cancelling", "info.cancel_requested"),
    ("Cancelled", "cancelled"),
    ("Dispatched", "pre_transit.dispatched"),
    ("Collection Failed", "pre_transit.pickup_failed"),
    ("Carrier Unable To Collect", "pre_transit.pickup_failed"),
    ("Exchange Failed", "attempted"),
    ("Delivery Failed", "attempted"),
    ("Collected", "accepted.collected"),
    ("At Drop Off Point", "accepted.dropped_off"),
    ("In Transit", "in_transit"),
    ("In Transit - Waiting", "in_transit.waiting"),
    ("At Customs", "in_transit.customs"),
    ("Action Required", "exception.action_required"),
    ("Delayed", "in_transit.delayed"),
    ("Held By Carrier", "exception.held"),
    ("Missing", "exception.missing"),
    ("Lost", "exception.lost"),
    ("Damaged", "exception.damaged"),
    ("Out For Delivery", "out_for_delivery"),
    ("Delivered Damaged", "delivered.damaged"),
    ("Partially Delivered", "delivered.partial"),
    ("At Collection Point", "available_for_pickup"),
    ("Delivered", "delivered"),
    ("Delivery Failed Card Left", "attempted.card_left"),
    ("Return to Sender", "returning"),
]

V1_WIRE_NAMES = [
    ("Unallocated", "pre_transit"),
    ("Allocating", "pre_transit"),
    ("ReadyToShip", "pre_transit"),
    ("AwaitingCollection", "pre_transit"),
    ("Allocated", "pre_transit.label_created"),
    ("Manifesting", "pre_transit.label_created"),
    ("Manifested", "pre_transit.label_created"),
    ("AllocationFailed", "pre_transit.setup_failed"),
    ("ManifestFailed", "pre_transit.setup_failed"),
    ("Cancelling", "info.cancel_requested"),
    ("Cancelled", "cancelled"),
    ("Dispatched", "pre_transit.dispatched"),
    ("CollectionFailed", "pre_transit.pickup_failed"),
    ("CarrierUnableToCollect", "pre_transit.pickup_failed"),
    ("ExchangeFailed", "attempted"),
    ("DeliveryFailed", "attempted"),
    ("Collected", "accepted.collected"),
    ("AtDropOffPoint", "accepted.dropped_off"),
    ("InTransit", "in_transit"),
    ("InTransitWaiting", "in_transit.waiting"),
    ("AtCustoms", "in_transit.customs"),
    ("ActionRequired", "exception.action_required"),
    ("Delayed", "in_transit.delayed"),
    ("HeldByCarrier", "exception.held"),
    ("Missing", "exception.missing"),
    ("Lost", "exception.lost"),
    ("Damaged", "exception.damaged"),
    ("OutForDelivery", "out_for_delivery"),
    ("DeliveredDamaged", "delivered.damaged"),
    ("PartiallyDelivered", "delivered.partial"),
    ("AtCollectionPoint", "available_for_pickup"),
    ("Delivered", "delivered"),
    ("DeliveryFailedCardLeft", "attempted.card_left"),
    ("ReturnToSender", "returning"),
]

EVENT_CODES = {word for word, _ in V2_EVENTS}
STATES = {word for word, _ in V2_STATES}
# `AwaitingCollection` belongs to packages only.
CONSIGNMENT_STATES = {word for word, _ in V1_WIRE_NAMES} - {"AwaitingCollection"}


def test_the_lists_are_whole():
    assert len(EVENT_CODES) == 27
    assert len(STATES) == 42 + 4
    assert len(CONSIGNMENT_STATES) == 33


@pytest.mark.parametrize(("word", "code"), V2_EVENTS)
def test_each_event_code_of_v2_has_its_meaning(word, code):
    assert sorted_v2.code_of(word) == code


@pytest.mark.parametrize(("word", "code"), V2_STATES)
def test_each_shipment_state_of_v2_has_its_meaning(word, code):
    assert sorted_v2.code_of_state(word) == code


@pytest.mark.parametrize(("word", "code"), V1_DISPLAY_NAMES)
def test_each_state_of_v1_is_known_by_its_display_name(word, code):
    assert sorted_v1.code_of(word) == code


@pytest.mark.parametrize(("word", "code"), V1_WIRE_NAMES)
def test_each_state_of_v1_is_known_by_its_wire_name(word, code):
    assert sorted_v1.code_of(word) == code


@pytest.mark.parametrize(
    "word", ["Delivered", "DELIVERED", "delivered", " Delivered ", "DE-LI_VE RED"]
)
def test_words_of_v1_compare_without_case_spaces_dashes_and_underscores(word):
    assert sorted_v1.code_of(word) == "delivered"


@pytest.mark.parametrize("word", ["collected", "collected_by_carrier"])
def test_the_samples_word_for_collected_is_known_beside_the_lists(word):
    assert sorted_v2.code_of(word) == "accepted.collected"


@pytest.mark.parametrize("word", ["", "DL", "OFD", "Sample", "teleported", "17", "\ud800"])
def test_a_word_of_neither_list_is_unmapped(word):
    assert sorted_v1.code_of(word) == UNMAPPED
    assert sorted_v2.code_of(word) == UNMAPPED
    assert sorted_v2.code_of_state(word) == UNMAPPED


@pytest.mark.parametrize("word", ["Delivered", "in transit", "at_collection_point"])
def test_v2s_event_codes_are_taken_literally(word):
    assert sorted_v2.code_of(word) == UNMAPPED


@pytest.mark.parametrize("code", STATUSES)
def test_each_of_our_codes_has_a_word_in_every_list(code):
    assert event_code_of(code) in EVENT_CODES
    assert sorted_v2.state_of(code) in STATES
    assert sorted_v1.state_of(code) in CONSIGNMENT_STATES
    assert event_word_of(code) in CONSIGNMENT_STATES | {"ForInformation"}


@pytest.mark.parametrize("code", STATUSES)
def test_an_event_never_claims_a_delivery_that_was_none(code):
    claims = {"delivered", "partially_delivered", "delivered_damaged"}

    assert (event_code_of(code) in claims) == (milestone_of(code) == "delivered")


@pytest.mark.parametrize(
    "code", [code for code in STATUSES if milestone_of(code) in ("unknown", "info")]
)
def test_an_event_that_moves_nothing_says_so_in_v2(code):
    assert event_code_of(code) == "for_information"


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("delivered.neighbour", "delivered"),
        ("delivered.partial", "partially_delivered"),
        ("attempted.no_answer", "delivery_failed"),
        ("attempted.card_left", "delivery_failed_card_left"),
        ("available_for_pickup.locker", "for_information"),
        ("in_transit.misrouted", "in_transit"),
        ("in_transit.handed_over", "carrier_changed"),
        ("exception.address", "action_required"),
        ("exception.unclaimed", "failed_to_collect"),
        ("returning", "returned_to_sender"),
        ("cancelled", "for_information"),
        (UNMAPPED, "for_information"),
        ("a code of tomorrow", "for_information"),
    ],
)
def test_a_code_of_ours_goes_out_as_v2s_nearest_event(code, word):
    assert event_code_of(code) == word


@pytest.mark.parametrize(
    ("code", "v2_state", "v1_state"),
    [
        ("unknown.no_scans", "unallocated", "Unallocated"),
        ("pre_transit.label_created", "allocated", "Allocated"),
        ("in_transit.waiting", "in_transit_waiting", "InTransitWaiting"),
        ("available_for_pickup.shop", "at_collection_point", "AtCollectionPoint"),
        ("delivered.collected", "customer_collected", "Delivered"),
        ("delivered.signed", "delivered", "Delivered"),
        ("exception.destroyed", "destroyed", "Damaged"),
        ("returned", "returned_to_sender", "ReturnToSender"),
        ("cancelled", "cancelled", "Cancelled"),
    ],
)
def test_a_whole_shipments_code_goes_out_as_a_state(code, v2_state, v1_state):
    assert sorted_v2.state_of(code) == v2_state
    assert sorted_v1.state_of(code) == v1_state


def test_an_event_that_moves_nothing_names_no_state_in_v1():
    assert event_word_of("info.notified") == "ForInformation"
    assert sorted_v1.code_of("ForInformation") == "info"


def test_folding_drops_what_writers_vary():
    assert fold("In Transit - Waiting") == fold("IN_TRANSIT_WAITING") == "intransitwaiting"


def test_a_group_of_words_becomes_an_entry_each():
    assert spread({"a · b": "x", "c": "y"}) == {"a": "x", "b": "x", "c": "y"}


def test_a_code_without_an_entry_takes_its_milestones():
    table = {"unknown": "?", "delivered": "D", "delivered.partial": "P"}

    assert outward(table, "delivered.partial") == "P"
    assert outward(table, "delivered.signed") == "D"
    assert outward(table, "cancelled") == "?"
