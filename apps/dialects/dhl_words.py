"""DHL's words: five states of its own, and what its divisions say beneath them."""

import re
from collections.abc import Mapping

from apps.dialects import codes
from apps.dialects.dhl_texts import DETAILS, MOVES
from apps.shipments.status import UNMAPPED

STATUS_CODES = {
    "pre-transit": "pre_transit",
    "transit": "in_transit",
    "delivered": "delivered",
    "failure": "exception",
    "unknown": UNMAPPED,
}

# Codes of DHL Parcel Germany (ICE); few are public.
ICE_CODES = codes.spread(
    {
        "SHRCU · PCKDU": "accepted",
        "LDTMV": "in_transit.departed",
        "ULFMV · SRTED": "in_transit.arrived",
        "DLVRD": "delivered",
        "NDELV · NTDEL": "attempted",
    }
)

# Type codes of DHL Express.
TYPE_CODES = codes.spread(
    {
        "PU · SA": "accepted.collected",
        "PL · AF": "in_transit.arrived",
        "DF": "in_transit.departed",
        "AR": "in_transit.local_depot",
        "IC · CI": "in_transit.customs",
        "CR": "in_transit.customs_cleared",
        "CD · BN · UD": "exception.customs_hold",
        "WC": "out_for_delivery",
        "OK": "delivered",
        "DD": "delivered.damaged",
        "PD": "delivered.partial",
        "CC": "available_for_pickup",
        "NH": "attempted.no_answer",
        "CA": "attempted.closed",
        "MD · TD": "in_transit.delayed",
        "ND": "attempted",
        "BA · CM": "exception.address",
        "RD": "exception.refused",
        "OH · SS": "exception.held",
        "HP": "exception.payment",
        "MS · MC": "in_transit.misrouted",
        "AD": "info.delivery_booked",
        "TP · FD": "in_transit.handed_over",
        "DS": "exception.destroyed",
        "RT": "returning",
        "RW · SC · CU · TR · RR · CS": "info",
    }
)
DIVISIONS: Mapping[str, Mapping[str, str]] = {"parcel-de": ICE_CODES, "express": TYPE_CODES}

# What comes after these words has not happened yet.
_AHEAD = re.compile(r"\b(?:will|in the next step)\b.*", re.DOTALL)


def division_code(service: str, *written: str) -> str:
    """Return which of the texts is a code that the service's division has, empty for none."""
    known = DIVISIONS.get(service, {})
    return next((text.upper() for text in written if text.upper() in known), "")


def code_of(status_code: str, service: str = "", code: str = "", text: str = "") -> str:
    """Return our code for a status: by the division's own code, else by DHL's word and text.

    The word bounds what a text may be read as where it is all there is: of a parcel in
    `transit` it can say that it is out for delivery, never that it is delivered. Beside a
    code, and beyond that, a text adds to a bare milestone only.
    """
    word = status_code.strip().lower()
    said = " ".join(_AHEAD.sub("", text.casefold()).split())
    meant = DIVISIONS.get(service, {}).get(code) or _first(MOVES.get(word, {}), said)
    meant = meant or STATUS_CODES.get(word, UNMAPPED)
    return _first(DETAILS.get(meant, {}), said) or meant


def _first(rules: Mapping[str, str], said: str) -> str:
    """Return the code of the first rule one of whose phrases is said."""
    return next(
        (code for phrases, code in rules.items() if any(p in said for p in phrases.split(" · "))),
        "",
    )
