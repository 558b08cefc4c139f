"""The words of EasyPost's trackers and what they mean in ours.

A status comes with a detail, and the two may disagree: then the status decides the milestone.
"""

from collections.abc import Sequence

from apps.dialects import codes
from apps.dialects.returns import is_back, turned
from apps.shipments.status import NO_SCANS, UNMAPPED, milestone_of

STATUSES = {
    "unknown": NO_SCANS,
    "pre_transit": "pre_transit",
    "in_transit": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "delivered": "delivered",
    "available_for_pickup": "available_for_pickup",
    "return_to_sender": "returning",
    "failure": "exception",
    "cancelled": "cancelled",
    "error": "unknown.untrackable",
}

DETAILS = codes.spread(
    {
        "address_correction": "exception.address",
        "arrived_at_destination": "delivered",
        "arrived_at_facility": "in_transit.arrived",
        "arrived_at_pickup_location": "available_for_pickup",
        "awaiting_information": "exception.documents",
        "cancelled": "cancelled",
        "damaged": "exception.damaged",
        "delayed": "in_transit.delayed",
        "delivery_exception · failure · transit_exception": "exception",
        "departed_facility · departed_origin_facility": "in_transit.departed",
        "expired": "unknown.expired",
        "held": "exception.held",
        "in_transit": "in_transit",
        "label_created": "pre_transit.label_created",
        "lost": "exception.lost",
        "missorted": "in_transit.misrouted",
        "out_for_delivery": "out_for_delivery",
        "received_at_destination_facility": "in_transit.local_depot",
        "received_at_origin_facility": "accepted.received",
        "refused": "exception.refused",
        "return": "returning",
        "status_update": "info",
        "transferred_to_destination_carrier": "in_transit.handed_over",
        "unknown": UNMAPPED,
        "weather_delay": "in_transit.delayed_weather",
    }
)

HANDED_OVER = "transferred_to_destination_carrier"

# EasyPost has no status for a first scan: it comes under this one.
_COMES_UNDER = {"accepted": "in_transit"}
_SAYS_NOTHING = frozenset(("", "unknown"))
_FAILED = ("failure", "failure")

# Our carriers under EasyPost's names. Who is not here is left for EasyPost to find out.
CARRIERS = {
    "usps": "USPS",
    "ups": "UPS",
    "fedex": "FedEx",
    "dhl_express": "DHLExpress",
    "dhl_global_mail": "DhlEcs",
    "australia_post": "AustraliaPost",
    "canada_post": "CanadaPost",
    "canpar": "Canpar",
    "couriers_please": "CouriersPlease",
    "dai": "DaiPost",
    "firstmile": "FirstMile",
    "newgistics": "Newgistics",
    "ontrac": "OnTrac",
    "purolator_ca": "Purolator",
    "rr_donnelley": "RRDonnelley",
    "sendle": "Sendle",
    "star_track": "StarTrack",
}
# Several of ours are one of theirs.
_ALSO = {"stamps_com": "USPS", "fastway_au": "Fastway", "fastway_nz": "Fastway"}
_OURS = {codes.fold(name): code for code, name in CARRIERS.items()}


def event_code(status: str, detail: str) -> str:
    """Return our code for a status with its detail; either may be empty."""
    if status in _SAYS_NOTHING:
        return DETAILS.get(detail, UNMAPPED) if detail else STATUSES.get(status, UNMAPPED)
    plainly, exactly = STATUSES.get(status, UNMAPPED), DETAILS.get(detail, UNMAPPED)
    if UNMAPPED in (plainly, exactly):
        return plainly
    milestone = milestone_of(exactly)
    agrees = milestone_of(plainly) in (milestone, _COMES_UNDER.get(milestone))
    return exactly if agrees else plainly


def history(words: Sequence[tuple[str, str]], *, is_return: bool, is_final: bool) -> list[str]:
    """Return our code for each event, oldest first, in the light of those around it.

    A failure that is followed by another round was an attempt. A parcel flagged as a return
    goes back from its first event on, unless an event tells where it turned. Once nothing more
    will come, one that was sent back has arrived there.
    """
    told = [event_code(*word) for word in words]
    rounds = [index for index, (status, _) in enumerate(words) if status == "out_for_delivery"]
    for index in range(rounds[-1] if rounds else 0):
        if words[index] == _FAILED:
            told[index] = "attempted"
    if is_return and not any(map(is_back, told)):
        told = [turned(code) for code in told]
    if is_final and words and words[-1][0] == "return_to_sender":
        told[-1] = "returned"
    return told


def headline_code(status: str, detail: str, *, is_return: bool, is_final: bool) -> str:
    """Return our code for a tracker as a whole: a detail that moves no parcel gives way."""
    code = event_code(status, detail)
    if milestone_of(code) == "info" or code == UNMAPPED:
        code = STATUSES.get(status, UNMAPPED)
    if is_final and status == "return_to_sender":
        return "returned"
    return turned(code) if is_return else code


def word_of(status: str, detail: str) -> str:
    """Return both words as one: `in_transit/arrived_at_facility`, `in_transit` or nothing."""
    return f"{status}/{detail}" if detail else status


def carrier_name(code: str) -> str:
    """Return EasyPost's name for a carrier of ours, empty where EasyPost should find out."""
    return CARRIERS.get(code) or _ALSO.get(code, "")


def carrier_code(name: str) -> str:
    """Return our code for EasyPost's name of a carrier, empty for one we do not know."""
    return _OURS.get(codes.fold(name), "")
