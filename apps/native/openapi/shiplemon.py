"""Shiplemon's API, described."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from apps.api.languages import SHIPLEMON
from apps.dialects import shiplemon
from apps.dialects.shiplemon_reading import LONGEST_EXACT
from apps.dialects.shiplemon_words import STATUSES
from apps.native.openapi.operations import Answer, Body, Document, Operation, in_path
from apps.native.openapi.sample import journey
from apps.native.openapi.shape import Shape
from apps.shipments.reports import Limits

Status = Annotated[str, Meta(extra_json_schema={"enum": list(STATUSES)})]
Date = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
        description="UTC, with three digits for the fraction.",
        examples=["2026-05-14T09:40:00.000Z"],
    ),
]


class Entry(Shape, frozen=True):
    status: Status
    status_exact: str | None
    status_date: Date
    status_details: str


class Carrier(Shape, frozen=True):
    code: str | None
    name: str | None
    image: None


class Service(Shape, frozen=True):
    code: str | None
    name: str | None
    estimated_delivery_in_days: int | None


class Tracking(Shape, frozen=True):
    """A shipment's tracking, with nothing personal; the history is newest first."""

    partner_id: str | None
    driver: str | None
    carrier: Carrier
    service: Service
    tracking_status: Status
    tracking_history: list[Entry]
    tracking_ref: str | None
    tracking_url: str | None
    country_from: str | None
    country_to: str | None


class TrackingAnswer(Shape, frozen=True):
    status: Literal["ok"]
    data: Tracking


class NewEntry(Shape, frozen=True):
    """One entry of a history to be kept. A date that is none is refused with 422."""

    status: Status
    status_date: Date
    status_details: Annotated[str, Meta(max_length=Limits.DESCRIPTION)]
    status_exact: Annotated[str, Meta(max_length=LONGEST_EXACT)] | None = None


class History(Shape, frozen=True):
    """The whole history, newest first."""

    tracking_history: Annotated[list[NewEntry], Meta(max_length=Limits.EVENTS)]


class Told(Shape, frozen=True):
    status: Status
    status_date: Date
    status_details: str


class Voucher(Shape, frozen=True):
    tracking_ref: str
    tracking_url: str
    label_url: None


class Address(Shape, frozen=True):
    """Whom it goes to."""

    country: str
    zip: str
    name: str
    state: str
    city: str
    address: str
    email: str
    phone: str


class Item(Shape, frozen=True):
    """An item; weight, size and value are not known here."""

    weight: None
    height: None
    width: None
    length: None
    notes: str | None
    value: None
    currency: None


class Shipment(Shape, frozen=True):
    """A shipment after its history was replaced."""

    id: str
    driver: str | None
    pickup_ref: None
    tracking_ref: str | None
    tracking_url: str | None
    tracking_status: Status
    tracking_history: list[Told]
    tracking_history_last_updated_at: Date
    label_url: None
    child_vouchers: list[Voucher]
    invoice_url: None
    address_from: None
    address_to: Address | None
    items: list[Item]
    pickup: None
    rate: None


class ShipmentAnswer(Shape, frozen=True):
    status: Literal["ok"]
    data: Shipment


class Fault(Shape, frozen=True):
    code: str
    message: str
    metadata: None


class Error(Shape, frozen=True):
    error: Fault


def _tracking() -> dict[str, Any]:
    return shiplemon.write(journey())


def _history() -> dict[str, Any]:
    entry = {
        "status": "DELIVERED",
        "status_exact": None,
        "status_date": "2026-05-14T12:05:00.000Z",
        "status_details": "Handed over at the door",
    }
    return {"tracking_history": [entry]}


def _replaced() -> dict[str, Any]:
    sent = shiplemon.read_update(msgspec.json.encode(_history()))
    return shiplemon.write_update(journey(), sent.entries)


_TAG = "Tracking"
OPERATIONS = {
    ("GET", "/public/v1/shipments/{reference}/tracking"): Operation(
        name="getShipmentTracking",
        summary="Read a shipment's tracking",
        tag=_TAG,
        answers=(Answer("The tracking.", TrackingAnswer, _tracking),),
        refusals=(404,),
    ),
    ("PUT", "/v1/shipments/{reference}/tracking"): Operation(
        name="putShipmentTracking",
        summary="Replace a shipment's history",
        words="What was told before in this form and is not in the body counts no more.",
        tag=_TAG,
        body=Body(History, _history),
        answers=(Answer("The shipment as it is now.", ShipmentAnswer, _replaced),),
        refusals=(404, 422),
    ),
}

DOCUMENT = Document(
    name="shiplemon",
    title="Shiplemon",
    version="1",
    words="Tracking in the form that Shiplemon's clients read and write.",
    language=SHIPLEMON,
    error_shape=Error,
    operations=OPERATIONS,
    named={
        "reference": in_path(
            "reference",
            "Our reference of the shipment: `sp_…` or `EC-…`.",
            journey().reference,
        ),
    },
)
