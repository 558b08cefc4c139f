"""What anyone must hand over to have it recorded: one `Report`.

These are the values between the rooms. They are frozen msgspec structs rather than
dataclasses because a bulk import builds several for each event, and a struct is built
about ten times faster.
"""

from datetime import UTC, datetime, timedelta
from enum import IntEnum

from msgspec import Struct


class Certainty(IntEnum):
    """How we know an event's instant."""

    ASSUMED = 0  # wall clock without a zone or a place: read as UTC
    INFERRED = 1  # wall clock, zone worked out from the place
    GIVEN = 2  # offset or UTC in the source


class Moment(Struct, frozen=True, gc=False):
    """A time as somebody gave it.

    `instant` is aware, in UTC, to the microsecond. `offset` is the place's clock in
    minutes east of UTC, 0 when nobody knows it. `digits` counts the fraction digits that
    were written and `nanos` holds what lies below the microsecond (0 to 999), so that a
    seven-digit fraction goes out as it came in. A date without a time is midnight on the
    place's clock with `is_date_only`.
    """

    instant: datetime
    offset: int = 0
    certainty: Certainty = Certainty.GIVEN
    is_date_only: bool = False
    digits: int = 0
    nanos: int = 0

    @property
    def wall_clock(self) -> datetime:
        """Return the naive local time at the place."""
        return (self.instant + timedelta(minutes=self.offset)).replace(tzinfo=None)


# Sources write these dates for "not known".
FILLER_BEFORE = datetime(1971, 1, 1, tzinfo=UTC)


class Place(Struct, frozen=True, gc=False, array_like=True):
    """Where. `label` is one line as the source wrote it, the rest its parts if it gave any."""

    label: str = ""
    company: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


NOWHERE = Place()


class Sighting(Struct, frozen=True, gc=False):
    """One event as a source reports it.

    `code` is canonical (`status.STATUSES`), `word` the source's own word for it, given
    back unchanged in that source's language, `carrier_code` what the carrier calls it.
    `leg` and `item` are indexes into the report's tuples. `position` is the source's own
    order (higher is later) where it keeps one. `reference` is the source's id of the event.
    """

    code: str
    moment: Moment
    description: str = ""
    word: str = ""
    carrier_code: str = ""
    place: Place = NOWHERE
    signee: str = ""
    leg: int | None = None
    item: int | None = None
    position: int = 0
    reference: str = ""
    received_at: datetime | None = None


class LegReport(Struct, frozen=True):
    """One carrier's part of the journey, in travel order."""

    carrier_code: str = ""
    carrier_name: str = ""
    service_code: str = ""
    service_name: str = ""
    estimated_days: int | None = None


class ItemReport(Struct, frozen=True):
    """One item of contents. References are kept when they have our form."""

    reference: str = ""  # sc_ + 32 digits
    package_reference: str = ""  # EP-XXX-XXX-XXX
    custom_reference: str = ""
    description: str = ""
    quantity: int = 1


class Headline(Struct, frozen=True):
    """What a source says of a parcel as a whole, beside its events."""

    code: str
    word: str = ""
    carrier_code: str = ""
    description: str = ""
    problem: str = ""
    said_at: datetime | None = None
    shipped: Moment | None = None
    delivered: Moment | None = None


class NumberReport(Struct, frozen=True):
    """What a carrier calls the parcel: `leg` and `item` are indexes into the report."""

    number: str
    leg: int | None = None
    item: int | None = None
    tracking_url: str = ""
    headline: Headline | None = None


class PromiseReport(Struct, frozen=True):
    """A delivery window somebody gave. `given_by` is `carrier`, `merchant` or `ours`."""

    until: Moment
    since: Moment | None = None
    given_by: str = "carrier"
    reason: str = ""


class Fault(Struct, frozen=True):
    """Something in a payload that could not be read: where (`$.events[2].timestamp`), why."""

    path: str
    reason: str


class Report(Struct, frozen=True):
    """Everything one answer, push or entry says about one shipment.

    `faults` lists what a tolerant reader had to set aside; the rest of the report holds.
    `is_whole_history` is true when the sightings are all that the source knows.
    """

    source: str
    sightings: tuple[Sighting, ...] = ()
    legs: tuple[LegReport, ...] = ()
    items: tuple[ItemReport, ...] = ()
    numbers: tuple[NumberReport, ...] = ()
    promise: PromiseReport | None = None
    reference: str = ""  # sp_ + 32 digits, or EC-XXX-XXX-XXX
    custom_reference: str = ""
    origin_country: str = ""
    destination_country: str = ""
    is_whole_history: bool = False
    faults: tuple[Fault, ...] = ()


class Limits:
    """The longest texts the vault keeps, in characters. Doors refuse or cut beyond them."""

    DESCRIPTION = 2000
    LABEL = 300
    CODE = 100
    REFERENCE = 50
    NUMBER = 100
    NAME = 200
    URL = 500
    # How much of each a shop may tell of one shipment.
    EVENTS = 10_000
    ITEMS = 500
    LEGS = 50
    NUMBERS = 50
    PROMISES = 100


_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127, *range(0xD800, 0xE000)])


def clean(text: str, limit: int) -> str:
    """Return text that both databases can hold: no control characters, at most `limit` long.

    For what carriers send and nobody can be asked to send again. Line breaks and tabs stay.
    """
    if not text.isprintable():
        text = text.translate(_CONTROLS)
    return text[:limit]
