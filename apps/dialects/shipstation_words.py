"""The words of ShipStation's API and what they mean in ours.

The eight status codes are the seed document's. The detail codes are the 75 of ShipEngine's
published v1 description, with the names its v2 reference adds.
"""

from typing import NamedTuple

from apps.dialects import codes
from apps.shipments.status import NO_SCANS, UNMAPPED, milestone_of


class Word(NamedTuple):
    """A status code: our code for it, its description, and a label's tracking_status."""

    code: str
    description: str
    tracking_status: str | None


STATUS_CODES = {
    "AC": Word("accepted", "Accepted", None),
    "IT": Word("in_transit", "In Transit", "in_transit"),
    "DE": Word("delivered", "Delivered", "delivered"),
    "EX": Word("exception", "Exception", "error"),
    "UN": Word("unknown", "Unknown", "unknown"),
    "AT": Word("attempted", "Delivery Attempt", None),
    "NY": Word(NO_SCANS, "Not Yet In System", "in_transit"),
    "SP": Word(
        "available_for_pickup",
        "Delivered To The Collection Location",
        "delivered_to_service_point",
    ),
}

# A slip of the published samples.
SLIPS = {"MY": "NY"}

# What goes out for a code of ours: the whole code's word, else its milestone's. Codes that
# never move a parcel have none of their own.
OUTWARD = {
    NO_SCANS: "NY",
    "unknown": "UN",
    "pre_transit": "NY",
    "accepted": "AC",
    "in_transit": "IT",
    "out_for_delivery": "IT",
    "available_for_pickup": "SP",
    "attempted": "AT",
    "delivered": "DE",
    "exception": "EX",
    "returning": "EX",
    "returned": "EX",
    "cancelled": "EX",
    "info": "",
}

DETAIL_CODES = codes.spread(
    {
        "CARRIER_STATUS_NOT_MAPPED": "unknown.unmapped",
        "INFORMATION · PARCEL_UPDATE_NOTIFICATION · COD_AMOUNT_PAID": "info",
        "TRACKING_EXPIRED": "unknown.expired",
        "SHIPMENT_CREATED · ELEC_ADVICE_RECD_BY_CARRIER · AWAITING_ELECTRONIC_ADVICE": "pre_transit.label_created",
        "AWAITING_PICKUP_DROP_OFF · AWAITING_DESPATCH · NOT_YET_RECEIVED_BY_CARRIER": "pre_transit",
        "COLLECTION_REQUESTED · AWAITING_PICKUP": "pre_transit.pickup_scheduled",
        "PICKUP_FAILED · COLLECTION_FAILED": "pre_transit.pickup_failed",
        "DESPATCHED": "accepted",
        "DROPPED_OFF": "accepted.dropped_off",
        "PICKED_UP · COLLECTION_MADE": "accepted.collected",
        "RECEIVED_BY_CARRIER · RECD_BY_CARRIER_NO_ELEC_ADVICE": "accepted.received",
        "IN_TRANSIT · SUB_CONTRACTOR_EVENT · PARCEL_OVER_LABELLED": "in_transit",
        "HUB_SCAN_IN · HUB_PROCESSING": "in_transit.arrived",
        "HUB_SCAN_OUT": "in_transit.departed",
        "RECEIVED_LOCAL_DELIVERY_DEPOT": "in_transit.local_depot",
        "CUSTOMS_PROCESSING · HELD_BY_CARRIER_FOR_CLEARANCE_PRE_PROCESSING": "in_transit.customs",
        "CUSTOMS_CLEARED": "in_transit.customs_cleared",
        "SUB_CONTRACTOR_RECEIVED": "in_transit.handed_over",
        "CARRIER_DELAYS · DELAYED_NOT_CARRIER": "in_transit.delayed",
        "MISROUTED · MISSORTED · ROUTING_ERROR": "in_transit.misrouted",
        "PARCEL_REDIRECTED · PARCEL_REDIRECTED_BY_CARRIER · DELIVERY_RESCHEDULED": "info.delivery_changed",
        "DELIVERY_SCHEDULED · DELIVERY_ARRANGED_WITH_RECIPIENT": "info.delivery_booked",
        "OUT_FOR_DELIVERY": "out_for_delivery",
        "ATTEMPTED_DELIVERY · ATTEMPTED_DELIVERY_2ND · ATTEMPTED_DELIVERY_3RD": "attempted",
        "ATTEMPTED_DELIVERY_FINAL": "attempted.final",
        "CUSTOMER_CARDED": "attempted.card_left",
        "COD_AMOUNT_NOT_PAID · INVALID_METHOD_OF_PAYMENT": "attempted.payment",
        "CUSTOMER_IDENTIFICATION_FAILED": "attempted.identity",
        "NO_ACCESS_TO_RECIPIENTS_ADDRESS": "attempted.no_access",
        "AWAITING_COLLECTION_FROM_PICKUP_POINT · CUSTOMER_TO_COLLECT_FROM_CARRIER": "available_for_pickup",
        "DELIVERED_TO_PICKUP_POINT": "available_for_pickup.shop",
        "DELIVERED_TO_LOCKER_COLLECTION_POINT": "available_for_pickup.locker",
        "COLLECT_AT_LOCAL_PO": "available_for_pickup.post_office",
        "DELIVERED · POST_TRANSIT_STATUS": "delivered",
        "DELIVERED_TO_RECEPTION": "delivered.reception",
        "DELIVERED_DAMAGED": "delivered.damaged",
        "DELIVERED_IN_PART": "delivered.partial",
        "DELIVERED_SPECIFIED_SAFE_PLACE": "delivered.safe_place",
        "DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION": "delivered.alternative",
        "DELIVERED_TO_NEIGHBOUR": "delivered.neighbour",
        "DELIVERED_TO_PO_BOX": "delivered.mailbox",
        "PARCEL_COLLECTED_FROM_PICKUP_POINT": "delivered.collected",
        "PROOF_OF_DELIVERY": "info.proof",
        "PARCEL_DAMAGED": "exception.damaged",
        "PARCEL_REPACKED": "exception.label",
        "ADDRESS_QUERY · CUSTOMER_MOVED": "exception.address",
        "HELD_BY_CARRIER": "exception.held",
        "HELD_BY_CUSTOMS · HELD_BY_EXPORT_CUSTOMS · HELD_BY_IMPORT_CUSTOMS": "exception.customs_hold",
        "INCORRECT_DECLARATION": "exception.documents",
        "DUTY_NOT_PAID": "exception.duties_due",
        "CANCELLED · CANCELLED_BEFORE_DESPATCH": "cancelled",
        "HAZARDOUS_PROHIBITED": "exception.prohibited",
        "NOT_COLLECTED_FROM_PICKUP_POINT": "exception.unclaimed",
        "NOT_DELIVERED · NOT_DELIVERED_ADDRESSEE_DECEASED": "exception.undeliverable",
        "PARCEL_DISPOSED": "exception.destroyed",
        "PARCEL_LOST": "exception.lost",
        "PARCEL_OUTSIDE_OF_SERVICE_CAPABILITY": "exception.carrier_refused",
        "REFUSED_BY_CUSTOMER": "exception.refused",
        "RETURN_TO_SENDER": "returning",
        "UNDELIVERABLE_RETURNED_TO_SENDER": "returned",
        "UNSPECIFIED_EXCEPTION": "exception",
    }
)

# USPS Publication 199, read only where ShipStation passes the carrier's code alone.
USPS_CODES = codes.spread(
    {
        "GX · MA": "pre_transit.label_created",
        "PC": "pre_transit.pickup_scheduled",
        "03 · OA": "accepted.received",
        "80": "pre_transit.dispatched",
        "81 · 82 · TL · NT": "in_transit",
        "10 · A1": "in_transit.arrived",
        "T1 · SF": "in_transit.departed",
        "07": "in_transit.local_depot",
        "OF": "out_for_delivery",
        "01": "delivered",
        "02 · 51 · 52 · 53 · 54 · 55 · 56": "attempted.card_left",
        "14 · 16": "available_for_pickup.post_office",
        "04": "exception.refused",
        "05 · 21 · 22 · 23 · 24 · 25 · 26 · 27 · 28 · 29": "exception.undeliverable",
        "06": "info.delivery_changed",
        "08": "in_transit.misrouted",
        "09": "returning",
    }
)
USPS_CARRIERS = frozenset(("usps", "stamps_com"))

# A detail that moves no parcel does so beside this status code.
_TOGETHER = {("DE", "PROOF_OF_DELIVERY"): "delivered"}


def event_code(status: str, detail: str, carrier: str, carrier_code: str) -> str:
    """Return our code for an event.

    The detail leads, then the status code; the carrier's own code counts only for USPS and
    only when ShipStation says nothing itself.
    """
    if not status and not detail:
        table = USPS_CODES if carrier in USPS_CARRIERS else {}
        return table.get(carrier_code, UNMAPPED)
    return _TOGETHER.get((status, detail)) or DETAIL_CODES.get(detail) or _code_of_status(status)


def headline_code(status: str, detail: str, carrier: str, carrier_code: str) -> str:
    """Return our code for a parcel as a whole: a detail that moves none gives way."""
    code = event_code(status, detail, carrier, carrier_code)
    says_nothing = milestone_of(code) == "info" or code == UNMAPPED
    return _code_of_status(status) if status and says_nothing else code


def word_of(status: str, detail: str) -> str:
    """Return both codes as one word: `DE`, `DE/DELIVERED`, `/DELIVERED` or nothing."""
    return f"{status}/{detail}" if detail else status


def spoken(word: str, code: str) -> str:
    """Return the status code to send for a word of ShipStation's own, empty for none.

    Clients know the eight codes only, so any other goes out by what we took it for.
    """
    status = word.partition("/")[0]
    return status if not status or status in STATUS_CODES else outward(code)


def outward(code: str) -> str:
    """Return the status code for a code of ours, empty when it moves no parcel."""
    return OUTWARD.get(code) or OUTWARD.get(milestone_of(code), "UN")


def description(status: str) -> str | None:
    """Return the seed's text for a status code, None for no code."""
    return STATUS_CODES[status].description if status else None


def _code_of_status(status: str) -> str:
    """The v2 reference lists detail names as status codes, so both tables are asked."""
    known = STATUS_CODES.get(status)
    return known.code if known else DETAIL_CODES.get(status, UNMAPPED)
