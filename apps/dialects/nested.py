"""Objects within outside JSON: what is wrong in one of them spoils nothing beside it."""

from typing import Any, TypeVar

from msgspec import Raw, Struct

from apps.dialects import lenient, payloads
from apps.dialects.lenient import Text
from apps.shipments.reports import Fault

S = TypeVar("S", bound=Struct)

NONE = Raw(b"")
# A union is no class, which is what `decode` asks for.
TEXT: Any = Text


def read(raw: Raw, shape: type[S], path: str, faults: list[Fault]) -> S:
    """Return an inner object as `shape`, whose fields must all have defaults.

    Where it is missing, null or no object at all, every field keeps its default.
    """
    payload = bytes(raw)
    if payload in (b"", b"null"):
        return shape()
    try:
        return lenient.read(payload, shape, path, faults)
    except payloads.Refused as refusal:
        faults += refusal.faults
        return shape()


def members(raw: Raw, path: str, faults: list[Fault]) -> list[Raw]:
    """Return the entries of an inner list, none where it is missing, null or no list."""
    payload = bytes(raw)
    if payload in (b"", b"null"):
        return []
    try:
        return payloads.decode(payload, list[Raw])
    except payloads.Refused as refusal:
        faults += lenient.under(path, refusal.faults)
        return []


def texts(raw: Raw, limit: int, path: str, faults: list[Fault]) -> list[str]:
    """Return the texts of an inner list, without what is empty, too long or no text."""
    found = []
    for index, member in enumerate(members(raw, path, faults)):
        place = f"{path}[{index}]"
        try:
            written: Text = payloads.decode(bytes(member), TEXT)
        except payloads.Refused as refusal:
            faults += lenient.under(place, refusal.faults)
            continue
        if text := lenient.uncut(written, limit, place, faults):
            found.append(text)
    return found
