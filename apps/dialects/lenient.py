"""Outside JSON in without refusing all of it: what cannot be read is set aside and told."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeVar

import msgspec
from msgspec import Raw

from apps.dialects import payloads
from apps.shipments.reports import FILLER_BEFORE, Fault, Limits, Moment, clean

S = TypeVar("S", bound=msgspec.Struct)

# Sources write codes and numbers as text or as integers, as they please.
Text = str | int | None

_fields = cache(msgspec.structs.fields)

# A link on the web, or one without a scheme; never `javascript:` and its kin.
_LINK = re.compile(r"https?://\S*|[^\s:]*", re.IGNORECASE)


def read(payload: bytes, shape: type[S], path: str, faults: list[Fault]) -> S:
    """Return a JSON object as `shape`, whose fields must all have defaults.

    A field that does not fit keeps its default and adds a fault below `path`. Raises
    `payloads.Refused` when the payload is no JSON object.
    """
    try:
        return payloads.decode(payload, shape)
    except payloads.Refused:
        found = _members(payload, path)
    kept = {}
    for field in _fields(shape):
        if field.encode_name in found:
            try:
                kept[field.name] = payloads.decode(bytes(found[field.encode_name]), field.type)
            except payloads.Refused as refusal:
                faults += under(f"{path}.{field.encode_name}", refusal.faults)
    return shape(**kept)


def read_each(
    payloads_: Iterable[Raw], shape: type[S], path: str, faults: list[Fault]
) -> Iterator[tuple[int, S]]:
    """Yield each object of a list with its index, the first `Limits.EVENTS` of them."""
    for index, payload in enumerate(payloads_):
        if index == Limits.EVENTS:
            faults.append(Fault(path, f"more than {Limits.EVENTS} entries"))
            return
        try:
            yield index, read(bytes(payload), shape, f"{path}[{index}]", faults)
        except payloads.Refused as refusal:
            faults += refusal.faults


def text(value: Text, limit: int) -> str:
    """Return what a source wrote as text that the vault can hold, empty for nothing."""
    return "" if value is None else clean(str(value), limit)


def uncut(value: Text, limit: int, path: str, faults: list[Fault]) -> str:
    """Return what would mean something else when cut, or nothing and a fault for too much."""
    written = text(value, limit + 1).strip()
    if len(written) <= limit:
        return written
    faults.append(Fault(path, f"is longer than {limit} characters"))
    return ""


def link(value: Text) -> str:
    """Return an address as given, empty when it leads anywhere but to a web page."""
    address = text(value, Limits.URL + 1).strip()
    return address if len(address) <= Limits.URL and _LINK.fullmatch(address) else ""


def dated(moment: Moment) -> Moment:
    """Return the moment; raise `ValueError` for the dates that sources write for "unknown"."""
    if moment.instant < FILLER_BEFORE:
        raise ValueError("is a filler date")
    return moment


def under(path: str, faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield faults found in a part of a payload with their paths in the whole."""
    return (Fault(path + fault.path[1:], fault.reason) for fault in faults)


def _members(payload: bytes, path: str) -> dict[str, Raw]:
    try:
        return payloads.decode(payload, dict[str, Raw])
    except payloads.Refused as refusal:
        raise payloads.Refused(
            *under(path, refusal.faults), is_malformed=refusal.is_malformed
        ) from refusal
