"""What both versions of Sorted's API have in common."""

import re
from functools import lru_cache
from typing import TypeVar

from apps.dialects import lenient, moments
from apps.dialects.lenient import Text
from apps.shipments.reports import NOWHERE, Fault, Limits, Moment, Place

T = TypeVar("T")

SHIPMENT = re.compile(r"sp_[0-9]{32}")
ITEM = re.compile(r"sc_[0-9]{32}")
CONSIGNMENT = re.compile(r"EC(?:-[0-9A-Z]{3}){3}")
PACKAGE = re.compile(r"EP(?:-[0-9A-Z]{3}){3}")

# More than any carrier takes on one label; a payload beyond them is noise or an attack.
MOST_ITEMS = 1000
MOST_LEGS = 100
MOST_NUMBERS = 100

MESSAGES = {
    400: "The request is not valid.",
    401: "The request needs a valid API key.",
    403: "The API key does not allow this request.",
    404: "There is nothing with this reference.",
    405: "This address does not support the method.",
    406: "Answers are given as application/json.",
    413: "The request's body is too large.",
    415: "The request's body must be application/json.",
    422: "The request cannot be carried out.",
    429: "There were too many requests. Try again later.",
    500: "Something went wrong here.",
}


def known_status(status: int) -> int:
    """Return the HTTP status whose error code and message fit best."""
    return status if status in MESSAGES else (500 if status >= 500 else 400)


@lru_cache(maxsize=1024)
def place_of(location: Text) -> Place:
    """Return the place for a line of text, which is all that Sorted gives."""
    label = lenient.text(location, Limits.LABEL)
    return Place(label=label) if label else NOWHERE


def line_of(place: Place) -> str | None:
    """Return a place as one line: as its source wrote it, else `Austin, TX 78756 US`."""
    area = " ".join(filter(None, (place.region, place.postal_code, place.country)))
    return place.label or ", ".join(filter(None, (place.city, area))) or None


def time_of(written: Text, path: str, faults: list[Fault]) -> Moment | None:
    """Return a time, or None with a fault when it is missing or cannot be read."""
    if written is None:
        faults.append(Fault(path, "is missing"))
        return None
    try:
        return lenient.dated(moments.read(str(written)))
    except ValueError as error:
        faults.append(Fault(path, str(error)))
        return None


def short(written: Text, limit: int, path: str, faults: list[Fault]) -> str:
    """Return a name that must not be cut, or nothing with a fault when it is too long."""
    text = lenient.text(written, limit + 1).strip()
    if len(text) <= limit:
        return text
    faults.append(Fault(path, f"is longer than {limit} characters"))
    return ""


def formed(written: Text, form: re.Pattern[str], path: str, faults: list[Fault]) -> str:
    """Return a reference that has our form, or nothing with a fault when it has another."""
    reference = short(written, Limits.REFERENCE, path, faults)
    if not reference or form.fullmatch(reference):
        return reference
    faults.append(Fault(path, "has another form"))
    return ""


def first(entries: list[T] | None, most: int, path: str, faults: list[Fault]) -> list[T]:
    """Return a list's first entries, with a fault when there are more."""
    entries = entries or []
    if len(entries) > most:
        faults.append(Fault(path, f"more than {most} entries"))
    return entries[:most]
