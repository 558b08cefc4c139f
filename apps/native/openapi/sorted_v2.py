"""SortedPRO v2, described."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, field

from apps.api.languages import SORTED_V2
from apps.api.sorted_v2 import FARTHEST, MOST_SHIPMENTS
from apps.dialects import sorted_v2
from apps.native.openapi.operations import (
    Answer,
    Document,
    Operation,
    in_header,
    in_path,
    in_query,
)
from apps.native.openapi.sample import BASE, journey
from apps.native.openapi.shape import Shape, Time


class Link(Shape, frozen=True):
    rel: str
    href: str
    type: str
    reference: str


class Carrier(Shape, frozen=True):
    """The carrier that has the parcel; texts are empty when nobody knows it."""

    reference: str
    name: str
    service_reference: str
    service_name: str


class LatLong(Shape, frozen=True):
    latitude: float
    longitude: float


class Event(Shape, frozen=True):
    """One event. `event_code` is an open list: new words may be added."""

    reference: str
    timestamp: Time
    received_timestamp: Time
    event_code: str
    description: str
    signee: str | None
    location: str | None
    lat_long: LatLong | None


class TrackingResponse(Shape, frozen=True):
    """A shipment with its events, newest first."""

    shipment_reference: str
    carrier_references: list[str]
    carrier: Carrier
    events: list[Event]
    expected_delivery_date: Time | None
    links: list[Link] = field(name="_links")
    custom_reference: str | UnsetType = UNSET


class Contents(Shape, frozen=True):
    """One item of a shipment with its own events."""

    carrier_references: list[str]
    reference: str
    events: list[Event]
    custom_reference: str | UnsetType = UNSET


class TrackingContentsResponse(Shape, frozen=True):
    shipment_reference: str
    carrier: Carrier
    shipment_contents: list[Contents]
    expected_delivery_date: Time | None
    links: list[Link] = field(name="_links")
    custom_reference: str | UnsetType = UNSET


class TrackingResponseList(Shape, frozen=True):
    tracking_responses: list[TrackingResponse]
    total_results: int
    take: int
    skip: int
    links: list[Link] = field(name="_links")


class TrackingContentsResponseList(Shape, frozen=True):
    tracking_contents_responses: list[TrackingContentsResponse]
    total_results: int
    take: int
    skip: int
    links: list[Link] = field(name="_links")


class Detail(Shape, frozen=True):
    property: str
    code: str
    message: str


class Error(Shape, frozen=True):
    correlation_id: str
    code: str
    message: str
    details: list[Detail]
    links: None = field(name="_links")


def _shipment() -> dict[str, Any]:
    return sorted_v2.write_shipment(journey(), base=BASE)


def _contents() -> dict[str, Any]:
    return sorted_v2.write_contents(journey(), base=BASE)


def _shipments() -> dict[str, Any]:
    return sorted_v2.write_shipments([_shipment()], **_page())


def _contents_list() -> dict[str, Any]:
    return sorted_v2.write_contents_list([_contents()], **_page())


def _page() -> dict[str, Any]:
    reference = journey().custom_reference
    return {"total": 1, "take": 10, "skip": 0, "base": BASE, "custom_reference": reference}


_VERSION = in_header(
    "x-api-version",
    "Sorted's clients send `1.1`. A site can be set up to refuse a request without it.",
    example="1.1",
)
_WINDOW = (
    in_query(
        "take",
        "How many shipments to list.",
        Annotated[int, Meta(ge=1, le=MOST_SHIPMENTS)],
        MOST_SHIPMENTS,
    ),
    in_query("skip", "How many to leave out first.", Annotated[int, Meta(ge=0, le=FARTHEST)], 0),
    _VERSION,
)
_TAG = "Tracking"
_CUSTOM = "/pro/tracking/custom_reference/{custom_reference}"

OPERATIONS = {
    ("GET", "/pro/tracking/{reference}"): Operation(
        name="getTracking",
        summary="Read a shipment's events",
        tag=_TAG,
        parameters=(_VERSION,),
        answers=(Answer("The shipment.", TrackingResponse, _shipment),),
        refusals=(404,),
    ),
    ("GET", "/pro/tracking/{reference}/shipment_contents"): Operation(
        name="getTrackingContents",
        summary="Read a shipment's events, item by item",
        tag=_TAG,
        parameters=(_VERSION,),
        answers=(Answer("The items.", TrackingContentsResponse, _contents),),
        refusals=(404,),
    ),
    ("GET", _CUSTOM): Operation(
        name="getTrackingByCustomReference",
        summary="Read the shipments that carry a reference of yours",
        tag=_TAG,
        parameters=_WINDOW,
        answers=(Answer("The shipments, newest first.", TrackingResponseList, _shipments),),
        refusals=(404,),
    ),
    ("GET", f"{_CUSTOM}/shipment_contents"): Operation(
        name="getTrackingContentsByCustomReference",
        summary="Read the items that carry a reference of yours",
        words="Where the shipment itself has the reference, all its items are listed.",
        tag=_TAG,
        parameters=_WINDOW,
        answers=(Answer("The items, by shipment.", TrackingContentsResponseList, _contents_list),),
        refusals=(404,),
    ),
}

DOCUMENT = Document(
    name="sorted-v2",
    title="SortedPRO v2 (Shipments)",
    version="1.1",
    words="Tracking in the form that clients of SortedPRO v2 read.",
    language=SORTED_V2,
    error_shape=Error,
    operations=OPERATIONS,
    named={
        "reference": in_path(
            "reference",
            "Our reference of the shipment: `sp_` and 32 digits.",
            journey().reference,
        ),
        "custom_reference": in_path(
            "custom_reference",
            "Your own reference of the shipment. It need not be unique.",
            journey().custom_reference,
        ),
    },
)
