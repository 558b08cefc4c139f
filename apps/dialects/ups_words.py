"""UPS's words for what happened to a package, and what they mean in ours.

UPS says it three times: a three-digit status code, a two-letter code and the type of that.
The digits say most. The letters mean something only together with their type: AR, DL, DP
and PU are other things under X or M than under I.
"""

from collections.abc import Iterator

from apps.dialects import codes
from apps.shipments.status import UNMAPPED

_STATUS_CODES = {
    "000 · 148 · 163": "unknown",
    "003 · 080 · 157 · 166": "pre_transit.label_created",
    "044 · 045 · 079": "pre_transit.dispatched",
    "007 · 043": "cancelled",
    "038 · 160": "accepted.collected",
    "167 · 168 · 169": "accepted.dropped_off",
    "065 · 131 · 135": "pre_transit.pickup_failed",
    "005 · 010 · 025 · 039 · 047 · 087 · 158 · 159 · 164 · 165": "in_transit",
    "071": "in_transit.local_depot",
    "006 · 021 · 037 · 072 · 089 · 091 · 146 · 162": "out_for_delivery",
    "078": "out_for_delivery.arriving_soon",
    "011 · 026": "delivered",
    "143": "delivered.alternative",
    "161": "available_for_pickup.shop",
    "144": "available_for_pickup.post_office",
    "017 · 040": "available_for_pickup",
    "057 · 070": "in_transit.to_pickup_point",
    "012 · 092": "in_transit.customs",
    "014 · 084 · 134": "in_transit.customs_cleared",
    "058 · 124 · 125 · 141": "exception.documents",
    "123 · 126": "exception.customs_hold",
    "013 · 030 · 076": "exception",
    "016": "in_transit.waiting",
    "019 · 020 · 083": "exception.held",
    "085": "exception.payment",
    "022 · 023 · 024 · 060 · 066 · 145": "attempted",
    "061": "attempted.identity",
    "062": "attempted.payment",
    "064": "exception.refused",
    "069": "exception.undeliverable",
    "033 · 035 · 036 · 119": "returning",
    "034 · 067 · 081": "returned",
    "046 · 048 · 049 · 086 · 090 · 132 · 138": "in_transit.delayed",
    "032 · 051 · 052 · 053": "in_transit.delayed_weather",
    "050": "exception.address",
    "059": "exception.damaged",
    "068": "exception.missing",
    "073 · 074 · 137": "in_transit.handed_over",
    "075": "info.delivery_booked",
    "018 · 027 · 028 · 054 · 055 · 063 · 082 · 095-113": "info.delivery_changed",
    "115-118 · 120-122 · 136 · 153 · 154": "info.delivery_changed",
    "114": "info.cancel_requested",
    "127 · 128 · 129 · 130 · 140 · 142": "info.claim",
    "147": "exception.seized",
    "149": "exception.destroyed",
    "155": "info.proof",
}

# Type and code; `*` is any other code of the type. DO, DD and W are types of freight.
TYPED_CODES = codes.spread(
    {
        "M/OC · M/PL · M/MP · M/DP · M/*": "pre_transit.label_created",
        "MV/VP · MV/*": "cancelled",
        "P/* · I/OR · I/PU · I/PC": "accepted",
        "I/PT · I/XD": "accepted.dropped_off",
        "I/SP": "pre_transit.pickup_scheduled",
        "I/AR · I/UL · I/HU": "in_transit.arrived",
        "I/DP · I/LC · I/LM · I/EP · I/IP": "in_transit.departed",
        "I/DS · I/YP": "in_transit.local_depot",
        "I/OD · I/DL · I/OF · I/OT · I/YF": "out_for_delivery",
        "I/YI": "in_transit.to_pickup_point",
        "I/WH": "in_transit.waiting",
        "I/XA · I/XR · I/YH · I/YM · I/YN": "in_transit.handed_over",
        "I/AT · I/AG · I/* · W/* · DO/* · DD/*": "in_transit",
        "D/*": "delivered",
        "X/*": "exception",
        "U/* · NA/*": "info",
    }
)

# Types of alternate numbers that are another carrier's, up to the first underscore: our
# code for the carrier, and its name. Numbers without a type are UPS's own.
PARTNERS = {"USPS": ("usps", "U.S. Postal Service")}


def _numbers() -> Iterator[tuple[int, str]]:
    for written, code in codes.spread(_STATUS_CODES).items():
        first, _, last = written.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield number, code


# By number: zeros in front come and go.
STATUS_CODES: dict[int, str] = dict(_numbers())


def code_of(status_code: str, kind: str, code: str) -> str:
    """Return our code for a status: by its digits, else its type and code, else its type."""
    if status_code.isascii() and status_code.isdigit():
        known = STATUS_CODES.get(int(status_code[:9]))
        if known:
            return known
    kind, code = kind.strip().upper(), code.strip().upper()
    return TYPED_CODES.get(f"{kind}/{code}") or TYPED_CODES.get(f"{kind}/*", UNMAPPED)


def word_of(status_code: str, kind: str, code: str) -> str:
    """Return a status as one word: `I/AR`, or the digits where nothing else is said."""
    return f"{kind}/{code}" if kind or code else status_code
