"""What our own API says of shipments, as `apps.dialects.native` writes it."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from apps.dialects.native import CERTAINTIES
from apps.native.openapi.shape import InUtc, Shape
from apps.shipments.status import MILESTONES, SEVERITIES

Milestone = Annotated[str, Meta(extra_json_schema={"enum": list(MILESTONES)})]
Severity = Annotated[str, Meta(extra_json_schema={"enum": [one.value for one in SEVERITIES]})]
Certainty = Annotated[str, Meta(extra_json_schema={"enum": list(CERTAINTIES.values())})]
TimeOrDay = Annotated[
    str,
    Meta(
        description="RFC 3339 with the offset of the place, or a day where no time is known.",
        examples=["2026-05-14T11:40:00+02:00", "2026-05-14"],
    ),
]


class Status(Shape, frozen=True):
    """A state. `code` is an open list; `milestone`, its part before the dot, is not."""

    code: str
    milestone: Milestone
    severity: Severity
    description: str
    is_final: bool


class Place(Shape, frozen=True):
    label: str | None
    company: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None
    latitude: float | None
    longitude: float | None


class Event(Shape, frozen=True):
    """What happened. `time_certainty` tells whether the offset was given or worked out."""

    reference: str
    status: Status
    occurred_at: TimeOrDay
    time_certainty: Certainty
    received_at: InUtc
    recorded_at: InUtc
    leg: int | None
    item: str | None
    source: str
    carrier_status_code: str | None
    carrier_detail_code: str | None
    carrier_description: str | None
    signed_by: str | None
    place: Place


class Promise(Shape, frozen=True):
    """A window in which the parcel is to arrive."""

    since: TimeOrDay | None
    until: TimeOrDay
    given_by: str
    reason: str | None
    said_at: InUtc


class Item(Shape, frozen=True):
    reference: str
    package_reference: str
    custom_reference: str | None
    description: str | None
    quantity: int
    picture_url: str | None
    parent: str | None
    status: Status
    tracking_numbers: list[str]


class Number(Shape, frozen=True):
    """What a carrier calls the parcel, when it was asked and when it answered."""

    reference: str | None
    tracking_number: str
    leg: int
    carrier_code: str | None
    item: str | None
    tracking_url: str | None
    is_followed: bool
    asked_at: InUtc | None
    answered_at: InUtc | None
    failing_since: InUtc | None


class Leg(Shape, frozen=True):
    """One carrier's part of the journey."""

    position: int
    carrier_code: str | None
    carrier_name: str | None
    service_code: str | None
    service_name: str | None
    tracking_numbers: list[Number]


class Recipient(Shape, frozen=True):
    name: str | None
    email: str | None
    phone: str | None
    street: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None


class Links(Shape, frozen=True):
    """The secret address of the customer's page; null for who may not have it."""

    tracking_page: str | None


class Shipment(Shape, frozen=True):
    """A shipment with all that happened to it, newest first."""

    reference: str
    consignment_reference: str
    custom_reference: str | None
    order_reference: str | None
    channel: str | None
    status: Status
    version: int
    created_at: InUtc
    updated_at: InUtc
    origin_country: str | None
    destination_country: str | None
    recipient: Recipient | None
    expected_delivery: Promise | None
    promises: list[Promise]
    items: list[Item]
    legs: list[Leg]
    events: list[Event]
    links: Links


class ShortNumber(Shape, frozen=True):
    tracking_number: str
    carrier_code: str | None


class Summary(Shape, frozen=True):
    """A shipment without its events, promises, legs and recipient."""

    reference: str
    consignment_reference: str
    custom_reference: str | None
    order_reference: str | None
    channel: str | None
    status: Status
    version: int
    created_at: InUtc
    updated_at: InUtc
    origin_country: str | None
    destination_country: str | None
    expected_delivery: Promise | None
    items: list[Item]
    tracking_numbers: list[ShortNumber]
    links: Links


class Change(Shape, frozen=True):
    """One change of a shipment: which version it made."""

    version: int
    status_before: Status
    status: Status
    recorded_at: InUtc


class Listed(Summary, frozen=True, kw_only=True):
    """A shipment in a list. With `updated_since` it comes with its changes.

    `united_with` names the shipment that it turned out to be a duplicate of.
    """

    united_with: str | None | UnsetType = UNSET
    changes: list[Change] | UnsetType = UNSET


class ShipmentPage(Shape, frozen=True):
    """One page. `next_cursor` is where the next one begins; without `updated_since` it is null
    after the last. `has_more` comes with `updated_since` only."""

    data: list[Listed]
    next_cursor: str | None
    has_more: bool | UnsetType = UNSET


class Fault(Shape, frozen=True):
    """Where in the request something is wrong, as a JSON Pointer, and what."""

    pointer: str
    detail: str


class Result(Shape, frozen=True):
    """What became of one shipment of a batch. `index` is its place in the request."""

    index: int
    status: Literal["created", "refused"]
    shipment: Summary | None
    errors: list[Fault]


class Results(Shape, frozen=True):
    data: list[Result]


class ItemList(Shape, frozen=True):
    data: list[Item]


class LegList(Shape, frozen=True):
    data: list[Leg]


class NumberList(Shape, frozen=True):
    data: list[Number]


class PromiseList(Shape, frozen=True):
    data: list[Promise]


class EventPage(Shape, frozen=True):
    data: list[Event]
    next_cursor: str | None


class Problem(Shape, frozen=True):
    """What went wrong (RFC 9457). `type` leads to a page about it; `code` is to switch on."""

    type: str
    title: str
    status: int
    code: str
    request_id: str
    detail: str | UnsetType = UNSET
    errors: list[Fault] | UnsetType = UNSET
