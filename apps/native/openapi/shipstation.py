"""ShipStation's API, described."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from apps.api.labels import CHOICES, LARGEST_SIZE, LAST_PAGE, USUAL_SIZE
from apps.api.languages import SHIPSTATION
from apps.dialects import shipstation
from apps.dialects.shipstation import CarrierView
from apps.dialects.shipstation_words import STATUS_CODES
from apps.native.openapi.operations import (
    Answer,
    Document,
    Operation,
    Parameter,
    in_path,
    in_query,
)
from apps.native.openapi.sample import BASE, CORRELATION_ID, journey
from apps.native.openapi.shape import Shape
from apps.shipments.reports import Limits

StatusCode = Annotated[str, Meta(extra_json_schema={"enum": list(STATUS_CODES)})]
Date = Annotated[
    str,
    Meta(
        description="RFC 3339 in UTC; without a zone where nobody gave one.",
        examples=["2026-05-14T09:40:00Z"],
    ),
]


class Event(Shape, frozen=True):
    """One scan. Texts are empty where nothing is known."""

    occurred_at: Date
    carrier_occurred_at: Date
    description: str
    city_locality: str
    state_province: str
    postal_code: str
    country_code: str
    company_name: str
    signer: str
    event_code: str | None
    carrier_detail_code: None
    status_code: StatusCode | None
    status_description: str | None
    carrier_status_code: str | None
    carrier_status_description: str
    latitude: float | None
    longitude: float | None


class TrackingInformation(Shape, frozen=True):
    """One tracking number with its events, newest first."""

    tracking_number: str
    tracking_url: str | None
    status_code: StatusCode
    carrier_code: str
    carrier_id: int | None
    carrier_detail_code: None
    status_description: str | None
    carrier_status_code: str | None
    carrier_status_description: str | None
    ship_date: Date | None
    estimated_delivery_date: Date | None
    actual_delivery_date: Date | None
    exception_description: str | None
    events: list[Event]


class Href(Shape, frozen=True):
    href: str


class LabelLinks(Shape, frozen=True):
    track: Href


class Label(Shape, frozen=True):
    """A tracking number, as a label. What only a seller of labels knows is left out."""

    label_id: str
    status: Literal["completed"]
    shipment_id: str
    ship_date: Date | None
    created_at: Date
    tracking_number: str
    tracking_url: str | None
    trackable: bool
    tracking_status: str | None
    carrier_id: str | None
    carrier_code: str
    service_code: str | None
    voided: bool
    voided_at: None
    links: LabelLinks


class PageLinks(Shape, frozen=True):
    """`prev` and `next` are empty objects where there is no such page."""

    first: Href
    last: Href
    prev: dict[str, str]
    next: dict[str, str]


class LabelPage(Shape, frozen=True):
    labels: list[Label]
    total: int
    page: int
    pages: int
    links: PageLinks


class Carrier(Shape, frozen=True):
    """A carrier under one of its names."""

    carrier_id: str
    carrier_code: str
    account_number: None
    requires_funded_amount: bool
    balance: float
    nickname: str
    friendly_name: str
    primary: bool
    has_multi_package_supporting_services: bool
    supports_label_messages: bool
    services: list[str]
    packages: list[str]
    options: list[str]


class Carriers(Shape, frozen=True):
    carriers: list[Carrier]
    request_id: str
    errors: list[str]


class Fault(Shape, frozen=True):
    error_source: str
    error_type: str
    error_code: str
    message: str
    field_name: str | UnsetType = UNSET
    carrier_code: str | UnsetType = UNSET


class Error(Shape, frozen=True):
    request_id: str
    errors: list[Fault]


def _tracking() -> dict[str, Any]:
    parcel = journey()
    return shipstation.write(parcel, parcel.numbers[0])


def _labels() -> dict[str, Any]:
    parcel = journey()
    label = shipstation.write_label(parcel, parcel.numbers[0], base=BASE)
    address = f"{BASE}/v1/labels"
    return shipstation.write_labels([label], total=1, page=1, page_size=25, url=address)


def _carrier() -> dict[str, Any]:
    return shipstation.write_carrier(_CARRIER)


def _carriers() -> dict[str, Any]:
    return shipstation.write_carriers([_CARRIER], request_id=CORRELATION_ID)


_CARRIER = CarrierView(2, "dhl", "DHL")
_CARRIER_ID = Annotated[str, Meta(pattern="^se(-[a-z0-9]+)+$", max_length=25)]
_NAMED = (
    Parameter(
        "tracking_number",
        "What the carrier calls the parcel. Case, blanks and dashes do not count.",
        Annotated[str, Meta(min_length=1, max_length=Limits.NUMBER)],
        journey().numbers[0].number,
        is_required=True,
    ),
    in_query("carrier_code", "The carrier's code. This or `carrier_id` is needed.", str, "dhl"),
    in_query("carrier_id", "The carrier's number.", _CARRIER_ID),
)
_FOLLOWED = (
    _NAMED[0],
    in_query("carrier_code", "May be left out where the number tells it.", str, "dhl"),
    _NAMED[2],
)


def _choice(name: str) -> Any:
    return Literal[CHOICES[name]]


_FILTERS = (
    in_query("page", "Counted from 1.", Annotated[int, Meta(ge=1, le=LAST_PAGE)], 1),
    in_query(
        "page_size",
        f"Labels on a page, {LARGEST_SIZE} at most.",
        Annotated[int, Meta(ge=1, le=LAST_PAGE)],
        USUAL_SIZE,
    ),
    in_query("tracking_number", "Only this number's."),
    in_query("carrier_id", "Only this carrier's.", _CARRIER_ID),
    in_query("service_code", "Only this service's."),
    in_query("shipment_id", "Only this shipment's.", _CARRIER_ID),
    in_query("created_at_start", "Created then or later.", str, "2026-05-01T00:00:00Z"),
    in_query("created_at_end", "Created then or earlier.", str, "2026-05-31T00:00:00Z"),
    in_query("label_status", "Labels here are all `completed`.", _choice("label_status")),
    in_query("sort_by", "What orders the list.", _choice("sort_by")),
    in_query("sort_dir", "Newest first by default.", _choice("sort_dir")),
)
_TAG, _LABELS, _CARRIERS = "Tracking", "Labels", "Carriers"


def _following(name: str, summary: str, words: str) -> Operation:
    return Operation(
        name=name,
        summary=summary,
        tag=_TAG,
        words="The request has no body.",
        parameters=_FOLLOWED,
        answers=(Answer(words, status=204),),
    )


OPERATIONS = {
    ("GET", "/v1/tracking"): Operation(
        name="get_tracking_log",
        summary="Read a tracking number's events",
        tag=_TAG,
        parameters=_NAMED,
        answers=(Answer("The number.", TrackingInformation, _tracking),),
        refusals=(404,),
    ),
    ("POST", "/v1/tracking/start"): _following(
        "start_tracking", "Have a number followed", "The carrier will be asked."
    ),
    ("POST", "/v1/tracking/stop"): _following(
        "stop_tracking", "Have a number followed no longer", "The carrier is not asked any more."
    ),
    ("GET", "/v1/labels"): Operation(
        name="list_labels",
        summary="List tracking numbers as labels",
        tag=_LABELS,
        parameters=_FILTERS,
        answers=(Answer("One page.", LabelPage, _labels),),
    ),
    ("GET", "/v1/labels/{label_id}/track"): Operation(
        name="get_tracking_log_from_label",
        summary="Read a label's events",
        tag=_LABELS,
        answers=(Answer("The label's number.", TrackingInformation, _tracking),),
        refusals=(404,),
    ),
    ("GET", "/v1/carriers"): Operation(
        name="list_carriers",
        summary="List the carriers known here",
        tag=_CARRIERS,
        answers=(Answer("All of them.", Carriers, _carriers),),
    ),
    ("GET", "/v1/carriers/{carrier_id}"): Operation(
        name="get_carrier_by_id",
        summary="Read a carrier",
        tag=_CARRIERS,
        answers=(Answer("The carrier.", Carrier, _carrier),),
        refusals=(404,),
    ),
}

DOCUMENT = Document(
    name="shipstation",
    title="ShipStation API (ShipEngine)",
    version="1",
    words="Tracking in the form that ShipStation's clients read.",
    language=SHIPSTATION,
    error_shape=Error,
    operations=OPERATIONS,
    named={
        "label_id": in_path("label_id", "The label's identifier.", "se-311", _CARRIER_ID),
        "carrier_id": in_path("carrier_id", "The carrier's identifier.", "se-2", _CARRIER_ID),
    },
)
