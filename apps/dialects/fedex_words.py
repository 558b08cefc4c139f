"""FedEx's words for scans and states, and what they mean in ours."""

from apps.dialects import codes
from apps.shipments.status import UNMAPPED

# Of events and, but for a few, of the latest status.
EVENT_CODES = codes.spread(
    {
        "OC · IN · OX": "pre_transit.label_created",
        "EP · AP · DS": "pre_transit.pickup_scheduled",
        "DR · PD": "pre_transit.pickup_failed",
        "PU · PX": "accepted.collected",
        "IT · IX · OW · PM · TR · AO": "in_transit",
        "OF · AR · AA · SF · PL": "in_transit.arrived",
        "AF · FD": "in_transit.local_depot",
        "DP · LO · EO · EA · PF": "in_transit.departed",
        "AX · AC": "in_transit.handed_over",
        "CP": "in_transit.customs",
        "CC": "in_transit.customs_cleared",
        "CD": "exception.customs_hold",
        "DY · DD · RL": "in_transit.delayed",
        "OD · ED": "out_for_delivery",
        "AD": "out_for_delivery.arriving_soon",
        "HL · HP": "available_for_pickup",
        "DL": "delivered",
        "DE": "attempted",
        "SE": "exception",
        "RS": "returning",
        "CA": "cancelled",
        "CH · RR · RM · RC": "info.delivery_changed",
        "SP · RP · LP · RG · RD": "info",
    }
)

# Why an exception happened, by number: zeros in front come and go.
EXCEPTION_CODES = {
    3: "exception.address",
    7: "attempted.no_answer",
    83: "attempted.no_access",
    99: "attempted",
}
# The seventh is said of absent people and of closed businesses; its text may tell which.
_ABSENT_OR_CLOSED = 7

DELAYS = {"WEATHER": "in_transit.delayed_weather", "CLEARANCE": "exception.customs_hold"}
# States of a delay that is none.
ON_TIME = frozenset(("ON_TIME", "EARLY"))

# Events that the reasons below them say more of.
_FAILURES = frozenset(("DE", "SE"))
_DELAYED = frozenset(("DE", "SE", "DY", "DD", "RL", "CD"))

# Further numbers of a package that a carrier answers to, and whose leg they belong to: the
# one it goes back under is FedEx's own, the other is the partner's.
FURTHER_NUMBERS = {"RETURNED_TO_SHIPPER_TRACKING_NUMBER": 0, "PARTNER_CARRIER_NUMBER": 1}
# Services whose last mile is always the same partner's: our code for it, and its name.
PARTNERS = {"FXSP": ("usps", "U.S. Postal Service")}


def code_of(word: str, exception: str = "", text: str = "", delay: str = "") -> str:
    """Return our code for an event type or status code.

    `exception` is FedEx's exception code, `text` what it says of it, `delay` the type of
    delay: they refine failures and delays only.
    """
    if word in _DELAYED and delay in DELAYS:
        return DELAYS[delay]
    if word in _FAILURES and exception.isascii() and exception.isdigit():
        number = int(exception[:9])
        if number == _ABSENT_OR_CLOSED and _is_closed(text.casefold()):
            return "attempted.closed"
        if number in EXCEPTION_CODES:
            return EXCEPTION_CODES[number]
    return EVENT_CODES.get(word, UNMAPPED)


def _is_closed(text: str) -> bool:
    return "closed" in text and "available" not in text
