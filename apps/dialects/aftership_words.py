"""The words of AfterShip's tracking API and what they mean in ours.

A tag is one of nine statuses, a subtag its finer kind. Subtags 014 and 015 of `Exception`
are in no public list; like every subtag we do not know they are read by their tag.
"""

from apps.dialects import codes
from apps.shipments.status import NO_SCANS, UNMAPPED, milestone_of

TAGS = {
    "Pending": NO_SCANS,
    "InfoReceived": "pre_transit",
    "InTransit": "in_transit",
    "OutForDelivery": "out_for_delivery",
    "AttemptFail": "attempted",
    "Delivered": "delivered",
    "AvailableForPickup": "available_for_pickup",
    "Exception": "exception",
    "Expired": "unknown.expired",
}

SUBTAGS = codes.spread(
    {
        "Pending_001 · Pending_002 · Pending_003": NO_SCANS,
        "Pending_004 · Pending_005 · Pending_006": NO_SCANS,
        "InfoReceived_001": "pre_transit.label_created",
        "InTransit_001": "in_transit",
        "InTransit_002": "accepted",
        "InTransit_003": "in_transit.arrived",
        "InTransit_004": "in_transit.arrived_country",
        "InTransit_005": "in_transit.customs_cleared",
        "InTransit_006": "in_transit.customs",
        "InTransit_007": "in_transit.departed",
        "InTransit_008": "in_transit.resolved",
        "InTransit_009": "info.delivery_changed",
        "OutForDelivery_001": "out_for_delivery",
        "OutForDelivery_003": "info.notified",
        "OutForDelivery_004": "info.delivery_booked",
        "AvailableForPickup_001": "available_for_pickup",
        "AttemptFail_001": "attempted",
        "AttemptFail_002": "attempted.no_answer",
        "AttemptFail_003": "attempted.closed",
        "Delivered_001 · Delivered_004": "delivered",
        "Delivered_002": "delivered.collected",
        "Delivered_003": "delivered.signed",
        "Delivered_005": "delivered.neighbour",
        "Exception_001": "exception",
        "Exception_002 · Exception_007": "exception.address",
        "Exception_003": "exception.refused",
        "Exception_004": "exception.customs_hold",
        "Exception_005 · Exception_016 · Exception_019": "in_transit.delayed",
        "Exception_006": "exception.payment",
        "Exception_008": "pre_transit.pickup_failed",
        "Exception_009": "exception.carrier_refused",
        "Exception_010": "returning",
        "Exception_011": "returned",
        "Exception_012": "exception.damaged",
        "Exception_013": "exception.lost",
        "Exception_017": "in_transit.delayed_weather",
        "Exception_018": "exception.documents",
        "Exception_020": "cancelled",
        "Exception_021": "exception.destroyed",
        "Expired_001": "unknown.expired",
    }
)

# A missed pickup is the carrier's at the sender, unless the text speaks of the other end.
_MISSED_PICKUP = "Exception_008"
_OTHER_END = ("recipient", "addressee", "consignee", "receiver")

# Whose estimate a delivery date is: `carrier`, `merchant` or `ours` for a reckoned one.
ESTIMATES = {"carrieredd": "carrier", "customedd": "merchant", "aftershipedd": "ours"}

# Our carriers under AfterShip's slugs. Who is not here is left for AfterShip to find out.
SLUGS = {
    "usps": "usps",
    "ups": "ups",
    "fedex": "fedex",
    "dhl_express": "dhl",
    "dhl_global_mail": "dhl-global-mail",
    "australia_post": "australia-post",
    "canada_post": "canada-post",
    "canpar": "canpar",
    "couriers_please": "couriers-please",
    "courierpost": "courierpost",
    "fastway_au": "fastway-au",
    "fastway_nz": "fastway-nz",
    "newgistics": "newgistics",
    "ontrac": "ontrac",
    "purolator_ca": "purolator",
    "star_track": "star-track",
    "tnt_australia": "tnt-au",
    "toll_ipec": "toll-ipec",
    "toll_priority": "toll-priority",
}
_ALSO = {"stamps_com": "usps"}
_OURS = {slug: code for code, slug in SLUGS.items()}


def event_code(tag: str, subtag: str, text: str = "") -> str:
    """Return our code for a tag with its subtag; `text` is the carrier's message."""
    if subtag == _MISSED_PICKUP and any(word in text.casefold() for word in _OTHER_END):
        return "exception.unclaimed"
    return SUBTAGS.get(subtag) or TAGS.get(tag, UNMAPPED)


def headline_code(tag: str, subtag: str) -> str:
    """Return our code for a parcel as a whole: a subtag that moves no parcel gives way."""
    code = event_code(tag, subtag)
    return TAGS.get(tag, UNMAPPED) if milestone_of(code) == "info" else code


def word_of(tag: str, subtag: str) -> str:
    """Return the finer word: `InTransit_003`, which holds its tag, else the tag."""
    return subtag or tag


def estimated_by(source: str) -> str:
    """Return whose estimate it is, empty for a source we do not know."""
    return ESTIMATES.get(codes.fold(source), "")


def slug_of(code: str) -> str:
    """Return AfterShip's slug for a carrier of ours, empty where AfterShip should find out."""
    return SLUGS.get(code) or _ALSO.get(code, "")


def carrier_code(slug: str) -> str:
    """Return our code for a slug, empty for one we do not know."""
    return _OURS.get(slug, "")
