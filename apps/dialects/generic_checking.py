"""One entry in our own language: every field is checked, and every fault told with its path."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, TypeVar

from msgspec import Meta, Raw, Struct

from apps.dialects import countries, lenient, moments, payloads
from apps.shipments.reports import NOWHERE, Certainty, Fault, Limits, Moment, Place, clean
from apps.shipments.status import STATUSES

S = TypeVar("S", bound=Struct)

# Looking for what resembles a wrong word takes long; the first few are enough to learn from.
MOST_SUGGESTIONS = 20
MOST_UNKNOWN = 20
LONGEST_SHOWN = 40

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?"
)

_LINK = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)

Code = Annotated[str, Meta(max_length=Limits.CODE)]
Name = Annotated[str, Meta(max_length=Limits.NAME)]
Number = Annotated[str, Meta(max_length=Limits.NUMBER)]
Reference = Annotated[str, Meta(max_length=Limits.REFERENCE)]
Description = Annotated[str, Meta(max_length=Limits.DESCRIPTION)]
Time = Annotated[str, Meta(max_length=moments.LONGEST_TEXT)]


class Where(Struct, frozen=True, forbid_unknown_fields=True):
    """A place as it is sent: a country's two letters, degrees north and east."""

    city: Name | None = None
    region: Name | None = None
    postal_code: Code | None = None
    country: Code | None = None
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None


class Checked:
    """What the fields of the entry at `path` say. A field's first fault is told, no second."""

    def __init__(self, path: str, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self._first = len(faults)

    def entry(self, payload: bytes, shape: type[S]) -> S | None:
        """Return the entry, with defaults for wrong fields; None for what is no object."""
        try:
            said = lenient.read(payload, shape, self.path, self.faults)
            members = payloads.decode(payload, dict[str, Raw])
        except payloads.Refused as refusal:
            self.faults += refusal.faults
            return None
        names = shape.__struct_encode_fields__
        for name in [name for name in members if name not in names][:MOST_UNKNOWN]:
            reason = f"has a field we do not know: `{shown(name)}`"
            self._tell(self.path, reason + self._resembling(name, names))
        return said

    def text(self, field: str, value: str | None, *, is_needed: bool = False) -> str:
        written = (value or "").strip()
        if clean(written, len(written)) != written:
            self.fault(field, "holds control characters")
        elif is_needed and not written:
            self.fault(field, "is missing")
        return written

    def number(self, field: str, value: str) -> str:
        written = self.text(field, value, is_needed=True)
        if written and not folded(written):
            self.fault(field, "is missing")
        return written

    def code(self, field: str, value: str) -> str:
        written = self.text(field, value, is_needed=True)
        if written not in STATUSES:
            reason = f"`{shown(written)}` is not one of the codes"
            self.fault(field, reason + self._resembling(written, STATUSES))
        return written

    def moment(self, field: str, value: str) -> Moment:
        """Return a date, or a time with its offset; the earliest moment there is for a fault."""
        written = self.text(field, value, is_needed=True)
        try:
            moment = lenient.dated(moments.read(written if _TIME.fullmatch(written) else ""))
        except moments.Unreadable:
            wanted = "a date, or a time with its offset such as 2026-03-01T09:30:00+01:00"
            self.fault(field, f"is not {wanted}")
        except ValueError as error:
            self.fault(field, str(error))
        else:
            return moment
        return Moment(moments.EPOCH, certainty=Certainty.ASSUMED)

    def link(self, field: str, value: str | None) -> str:
        written = self.text(field, value)
        if written and not _LINK.fullmatch(written):
            self.fault(field, "is not a web address such as https://shop.example/1.jpg")
        return written

    def carrier(self, field: str, value: str | None, carriers: Mapping[str, str]) -> str:
        """Return the carrier's own code, empty when none is named; `carriers` leads to it."""
        written = self.text(field, value).lower()
        if written and written not in carriers:
            reason = f"`{shown(written)}` is no carrier we know"
            self.fault(field, reason + self._resembling(written, carriers))
        return carriers.get(written, "")

    def place(self, field: str, said: Where | None) -> Place:
        if said is None:
            return NOWHERE
        country = self.text(f"{field}.country", said.country)
        if country and not countries.alpha_2(country):
            self.fault(f"{field}.country", "is not the two letters of a country")
        if (said.latitude is None) != (said.longitude is None):
            self.fault(field, "needs both latitude and longitude, or neither")
        return Place(
            city=self.text(f"{field}.city", said.city),
            region=self.text(f"{field}.region", said.region),
            postal_code=self.text(f"{field}.postal_code", said.postal_code),
            country=countries.alpha_2(country),
            latitude=said.latitude,
            longitude=said.longitude,
        )

    def fault(self, field: str, reason: str) -> None:
        path = f"{self.path}.{field}"
        if not any(f.path == path for f in self.faults[self._first :]):
            self._tell(path, reason)

    def _tell(self, path: str, reason: str) -> None:
        self.faults.append(Fault(path, reason))

    def _resembling(self, word: str, words: Iterable[str]) -> str:
        if len(self.faults) >= MOST_SUGGESTIONS:
            return ""
        close = get_close_matches(word[:LONGEST_SHOWN].lower(), words)
        return f"; did you mean {' or '.join(f'`{one}`' for one in close)}?" if close else ""


def shown(word: str) -> str:
    """Return a sender's word as it may stand in an answer."""
    return clean(word, LONGEST_SHOWN)


def folded(number: str) -> str:
    """Return a tracking number as it compares: no spaces, no dashes, in capitals."""
    return "".join(number.split()).replace("-", "").upper()
