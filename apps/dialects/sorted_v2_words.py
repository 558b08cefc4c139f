"""The words of SortedPRO v2: event codes, shipment states, error codes.

The lists are those of its API description. Both are open: Sorted may add words at any time.
"""

from apps.dialects.codes import outward, spread
from apps.shipments.status import UNMAPPED

# `collected` is in the documents' samples, `collected_by_carrier` in the list.
EVENT_CODES = spread(
    {
        "awaiting_drop_off": "pre_transit",
        "collection_failed": "pre_transit.pickup_failed",
        "collected · collected_by_carrier": "accepted.collected",
        "dropped_off": "accepted.dropped_off",
        "in_transit": "in_transit",
        "in_transit_waiting": "in_transit.waiting",
        "at_customs": "in_transit.customs",
        "cleared_through_customs": "in_transit.customs_cleared",
        "delayed": "in_transit.delayed",
        "out_for_delivery": "out_for_delivery",
        "delivery_failed · exchange_failed": "attempted",
        "delivery_failed_card_left": "attempted.card_left",
        "delivered · exchange_succeeded": "delivered",
        "partially_delivered": "delivered.partial",
        "delivered_damaged": "delivered.damaged",
        "action_required": "exception.action_required",
        "held_by_carrier": "exception.held",
        "damaged": "exception.damaged",
        "missing": "exception.missing",
        "lost": "exception.lost",
        "destroyed": "exception.destroyed",
        "failed_to_collect": "exception.unclaimed",
        "returned_to_sender": "returned",
        "carrier_changed · for_information": "info",
    }
)

# Sorted has no event for a parcel ready to collect, nor for a cancelled one, and one word
# for going back and being back.
EVENT_WORDS = {
    "unknown": "for_information",
    "pre_transit": "awaiting_drop_off",
    "pre_transit.label_created": "for_information",
    "pre_transit.dispatched": "for_information",
    "pre_transit.pickup_scheduled": "for_information",
    "pre_transit.pickup_failed": "collection_failed",
    "pre_transit.setup_failed": "for_information",
    "accepted": "collected_by_carrier",
    "accepted.dropped_off": "dropped_off",
    "in_transit": "in_transit",
    "in_transit.waiting": "in_transit_waiting",
    "in_transit.customs": "at_customs",
    "in_transit.customs_cleared": "cleared_through_customs",
    "in_transit.handed_over": "carrier_changed",
    "in_transit.delayed": "delayed",
    "in_transit.delayed_weather": "delayed",
    "out_for_delivery": "out_for_delivery",
    "available_for_pickup": "for_information",
    "attempted": "delivery_failed",
    "attempted.card_left": "delivery_failed_card_left",
    "delivered": "delivered",
    "delivered.partial": "partially_delivered",
    "delivered.damaged": "delivered_damaged",
    "exception": "action_required",
    "exception.customs_hold": "at_customs",
    "exception.held": "held_by_carrier",
    "exception.damaged": "damaged",
    "exception.missing": "missing",
    "exception.lost": "lost",
    "exception.destroyed": "destroyed",
    "exception.refused": "delivery_failed",
    "exception.unclaimed": "failed_to_collect",
    "exception.undeliverable": "delivery_failed",
    "returning": "returned_to_sender",
    "returned": "returned_to_sender",
    "cancelled": "for_information",
    "info": "for_information",
}

SHIPMENT_STATES = spread(
    {
        "unallocated · allocating · ready_to_ship · awaiting_drop_off": "pre_transit",
        "booking · collection_booking_pending": "pre_transit",
        "allocated · manifesting · manifested · booked": "pre_transit.label_created",
        "allocation_failed · manifest_failed": "pre_transit.setup_failed",
        "booking_failed · collection_booking_failed": "pre_transit.setup_failed",
        "collection_booked": "pre_transit.pickup_scheduled",
        "carrier_collection_failed": "pre_transit.pickup_failed",
        "dispatched": "pre_transit.dispatched",
        "cancelling": "info.cancel_requested",
        "cancelled": "cancelled",
        "carrier_collected": "accepted.collected",
        "at_drop_off_point": "accepted.dropped_off",
        "in_transit": "in_transit",
        "in_transit_waiting": "in_transit.waiting",
        "at_customs": "in_transit.customs",
        "cleared_customs": "in_transit.customs_cleared",
        "carrier_changed": "info",
        "delayed": "in_transit.delayed",
        "out_for_delivery": "out_for_delivery",
        "at_collection_point · at_customer_collection_point": "available_for_pickup",
        "customer_collected": "delivered.collected",
        "customer_collection_failed": "exception.unclaimed",
        "delivery_failed · exchange_failed": "attempted",
        "delivery_failed_card_left": "attempted.card_left",
        "delivered · exchange_succeeded": "delivered",
        "delivered_damaged": "delivered.damaged",
        "partially_delivered": "delivered.partial",
        "action_required": "exception.action_required",
        "held_by_carrier": "exception.held",
        "missing": "exception.missing",
        "lost": "exception.lost",
        "damaged": "exception.damaged",
        "destroyed": "exception.destroyed",
        "returned_to_sender": "returned",
    }
)

STATE_WORDS = {
    "unknown": "unallocated",
    "pre_transit": "ready_to_ship",
    "pre_transit.label_created": "allocated",
    "pre_transit.dispatched": "dispatched",
    "pre_transit.pickup_scheduled": "collection_booked",
    "pre_transit.pickup_failed": "carrier_collection_failed",
    "pre_transit.setup_failed": "allocation_failed",
    "accepted": "carrier_collected",
    "accepted.dropped_off": "at_drop_off_point",
    "in_transit": "in_transit",
    "in_transit.waiting": "in_transit_waiting",
    "in_transit.customs": "at_customs",
    "in_transit.customs_cleared": "cleared_customs",
    "in_transit.handed_over": "carrier_changed",
    "in_transit.delayed": "delayed",
    "in_transit.delayed_weather": "delayed",
    "out_for_delivery": "out_for_delivery",
    "available_for_pickup": "at_collection_point",
    "attempted": "delivery_failed",
    "attempted.card_left": "delivery_failed_card_left",
    "delivered": "delivered",
    "delivered.collected": "customer_collected",
    "delivered.partial": "partially_delivered",
    "delivered.damaged": "delivered_damaged",
    "exception": "action_required",
    "exception.customs_hold": "at_customs",
    "exception.held": "held_by_carrier",
    "exception.damaged": "damaged",
    "exception.missing": "missing",
    "exception.lost": "lost",
    "exception.destroyed": "destroyed",
    "exception.refused": "delivery_failed",
    "exception.unclaimed": "customer_collection_failed",
    "exception.undeliverable": "delivery_failed",
    "returning": "returned_to_sender",
    "returned": "returned_to_sender",
    "cancelled": "cancelled",
    "info": "unallocated",
    "info.cancel_requested": "cancelling",
}

# By HTTP status. Those of 400, 401, 404 and 405 are Sorted's, the others in its manner.
ERROR_CODES = {
    400: "validation_error",
    401: "unauthorised",
    403: "forbidden",
    404: "not_found",
    405: "method_not_supported",
    406: "not_acceptable",
    413: "request_too_large",
    415: "unsupported_media_type",
    422: "unprocessable",
    429: "too_many_requests",
    500: "internal_error",
}


def code_of(event_code: str) -> str:
    """Return our code for an event's word, `unknown.unmapped` for one not in the list."""
    return EVENT_CODES.get(event_code, UNMAPPED)


def code_of_state(state: str) -> str:
    """Return our code for a `shipment_state`, `unknown.unmapped` for one not in the list."""
    return SHIPMENT_STATES.get(state, UNMAPPED)


def event_code_of(code: str) -> str:
    """Return the event's word for our code."""
    return outward(EVENT_WORDS, code)


def state_of(code: str) -> str:
    """Return the `shipment_state` for our code of a whole shipment."""
    return outward(STATE_WORDS, code)
