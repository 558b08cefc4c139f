"""The words of SortedPRO v1: one list serves consignments, packages and events."""

from functools import lru_cache

from apps.dialects.codes import fold, outward, spread
from apps.shipments.status import UNMAPPED

# `AwaitingCollection` is a package's state only; `ForInformation` is v2's word for an
# event that moves nothing, in this version's spelling.
STATES = spread(
    {
        "Unallocated · Allocating · ReadyToShip · AwaitingCollection": "pre_transit",
        "Allocated · Manifesting · Manifested": "pre_transit.label_created",
        "AllocationFailed · ManifestFailed": "pre_transit.setup_failed",
        "Cancelling": "info.cancel_requested",
        "Cancelled": "cancelled",
        "Dispatched": "pre_transit.dispatched",
        "CollectionFailed · CarrierUnableToCollect": "pre_transit.pickup_failed",
        "ExchangeFailed · DeliveryFailed": "attempted",
        "Collected": "accepted.collected",
        "AtDropOffPoint": "accepted.dropped_off",
        "InTransit": "in_transit",
        "InTransitWaiting": "in_transit.waiting",
        "AtCustoms": "in_transit.customs",
        "ActionRequired": "exception.action_required",
        "Delayed": "in_transit.delayed",
        "HeldByCarrier": "exception.held",
        "Missing": "exception.missing",
        "Lost": "exception.lost",
        "Damaged": "exception.damaged",
        "OutForDelivery": "out_for_delivery",
        "DeliveredDamaged": "delivered.damaged",
        "PartiallyDelivered": "delivered.partial",
        "AtCollectionPoint": "available_for_pickup",
        "Delivered": "delivered",
        "DeliveryFailedCardLeft": "attempted.card_left",
        "ReturnToSender": "returning",
        "ForInformation": "info",
    }
)

_FOLDED = {fold(word): code for word, code in STATES.items()}

STATE_WORDS = {
    "unknown": "Unallocated",
    "pre_transit": "ReadyToShip",
    "pre_transit.label_created": "Allocated",
    "pre_transit.dispatched": "Dispatched",
    "pre_transit.pickup_failed": "CollectionFailed",
    "pre_transit.setup_failed": "AllocationFailed",
    "accepted": "Collected",
    "accepted.dropped_off": "AtDropOffPoint",
    "in_transit": "InTransit",
    "in_transit.waiting": "InTransitWaiting",
    "in_transit.customs": "AtCustoms",
    "in_transit.delayed": "Delayed",
    "in_transit.delayed_weather": "Delayed",
    "out_for_delivery": "OutForDelivery",
    "available_for_pickup": "AtCollectionPoint",
    "attempted": "DeliveryFailed",
    "attempted.card_left": "DeliveryFailedCardLeft",
    "delivered": "Delivered",
    "delivered.partial": "PartiallyDelivered",
    "delivered.damaged": "DeliveredDamaged",
    "exception": "ActionRequired",
    "exception.customs_hold": "AtCustoms",
    "exception.held": "HeldByCarrier",
    "exception.damaged": "Damaged",
    "exception.missing": "Missing",
    "exception.lost": "Lost",
    "exception.destroyed": "Damaged",
    "exception.refused": "DeliveryFailed",
    "exception.unclaimed": "DeliveryFailed",
    "exception.undeliverable": "DeliveryFailed",
    "returning": "ReturnToSender",
    "returned": "ReturnToSender",
    "cancelled": "Cancelled",
    "info": "Unallocated",
    "info.cancel_requested": "Cancelling",
}

# An event that moves nothing must not name a state.
EVENT_WORDS = STATE_WORDS | {"unknown": "ForInformation", "info": "ForInformation"}

# By HTTP status. Sorted keeps its own list to itself; these follow its manner.
ERROR_CODES = {
    400: "ValidationError",
    401: "Unauthorised",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotSupported",
    406: "NotAcceptable",
    413: "RequestTooLarge",
    415: "UnsupportedMediaType",
    422: "Unprocessable",
    429: "TooManyRequests",
    500: "InternalError",
}


@lru_cache(maxsize=1024)
def code_of(word: str) -> str:
    """Return our code for an event's or a state's word, `unknown.unmapped` for any other."""
    return _FOLDED.get(fold(word), UNMAPPED)


def event_word_of(code: str) -> str:
    """Return the `Code` of an event for our code."""
    return outward(EVENT_WORDS, code)


def state_of(code: str) -> str:
    """Return the `ConsignmentState` for our code of a whole shipment."""
    return outward(STATE_WORDS, code)
