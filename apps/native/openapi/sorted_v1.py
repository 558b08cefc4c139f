"""SortedPRO v1, described."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from apps.api.languages import SORTED_V1
from apps.dialects import moments, sorted_parts, sorted_v1
from apps.native.openapi.operations import Answer, Body, Document, Operation, in_path
from apps.native.openapi.sample import journey
from apps.native.openapi.shape import Shape, Time
from apps.shipments.reports import Limits

Name = Annotated[str, Meta(min_length=1, max_length=Limits.REFERENCE)]


class Pascal(Shape, rename="pascal", frozen=True):
    """Members are written in PascalCase."""


class Event(Pascal, frozen=True):
    """One event. `Code` is an open list: new words may be added."""

    time_stamp: Time
    code: str
    description: str
    signed_by: str | None
    location: str | None


class ServiceEvent(Event, frozen=True):
    carrier_service_name: str | None


class Leg(Pascal, frozen=True):
    carrier_service_name: str | None
    events: list[Event]


class Package(Pascal, frozen=True):
    """One package, seen leg by leg."""

    package_reference_for_all_legs_assigned_by_mpd: str
    legs: list[Leg]


class FlatPackage(Pascal, frozen=True):
    """One package with all its events."""

    package_reference_for_all_legs_assigned_by_mpd: str
    events: list[ServiceEvent]


class Consignment(Pascal, frozen=True):
    consignment_reference_for_all_legs_assigned_by_mpd: str
    tracked_packages: list[Package]


class FlatConsignment(Pascal, frozen=True):
    consignment_reference_for_all_legs_assigned_by_mpd: str
    tracked_packages: list[FlatPackage]


class PushedEvent(Pascal, frozen=True):
    """An event as a carrier tells of it."""

    time_stamp: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=moments.LONGEST_TEXT,
            description="RFC 3339.",
            examples=["2026-05-14T11:40:00+02:00"],
        ),
    ]
    code: Annotated[str, Meta(min_length=1, max_length=Limits.CODE)]
    description: Annotated[str, Meta(max_length=Limits.DESCRIPTION)]
    signed_by: Annotated[str, Meta(max_length=Limits.NAME)] | None = None
    location: Annotated[str, Meta(max_length=Limits.LABEL)] | None = None


class PushedPackage(Pascal, frozen=True):
    package_reference: Name
    tracking_events: list[PushedEvent]


class PushedConsignment(Pascal, frozen=True):
    """`ConsignmentTrackingReference` is our `EC-…` or a tracking number of the carrier's."""

    consignment_tracking_reference: Annotated[str, Meta(min_length=1, max_length=Limits.NUMBER)]
    package_tracking_events: Annotated[
        list[PushedPackage], Meta(max_length=sorted_parts.MOST_ITEMS)
    ]


class CarrierEvents(Pascal, frozen=True):
    """What a carrier has to tell: 10,000 events at most."""

    carrier_reference: Annotated[str, Meta(min_length=1, max_length=Limits.CODE)]
    consignment_tracking_events: list[PushedConsignment]


class Detail(Pascal, frozen=True):
    code: str
    target: str
    message: str


class Error(Pascal, frozen=True):
    code: str
    message: str
    correlation_id: str
    details: list[Detail] | UnsetType = UNSET


def _legs() -> dict[str, Any]:
    return sorted_v1.write(journey())


def _flat() -> dict[str, Any]:
    return sorted_v1.write_flattened(journey())


def _pushed() -> dict[str, Any]:
    told = {
        "TimeStamp": "2026-05-14T14:05:00+02:00",
        "Code": "Delivered",
        "Description": "Handed over at the door",
        "SignedBy": "A. Mustermann",
        "Location": "Hamburg, DE",
    }
    package = {"PackageReference": "EP-7TR-1K0-A2C", "TrackingEvents": [told]}
    consignment = {
        "ConsignmentTrackingReference": "EC-4DF-002-9QX",
        "PackageTrackingEvents": [package],
    }
    return {"CarrierReference": "dhl", "ConsignmentTrackingEvents": [consignment]}


_TAG = "Tracking"


def _push(name: str) -> Operation:
    return Operation(
        name=name,
        summary="Push a carrier's events",
        words="All or nothing: one unknown consignment or package refuses the whole body. "
        "Whose events they are is told by the key.",
        tag="Carriers",
        body=Body(CarrierEvents, _pushed),
        answers=(Answer("The events are recorded. The answer has no body."),),
        refusals=(404,),
    )


OPERATIONS = {
    ("GET", "/tracking/{reference}"): Operation(
        name="getTrackingEvents",
        summary="Read a consignment's events, leg by leg",
        tag=_TAG,
        answers=(Answer("The consignment.", Consignment, _legs),),
        refusals=(404,),
    ),
    ("GET", "/tracking/flattened/{reference}"): Operation(
        name="getEventsPerPackage",
        summary="Read a consignment's events, package by package",
        tag=_TAG,
        answers=(Answer("The consignment.", FlatConsignment, _flat),),
        refusals=(404,),
    ),
    ("GET", "/tracking/clientreference/{client_reference}"): Operation(
        name="getEventsByClientReference",
        summary="Read the consignments that carry a reference of yours",
        words="The newest 100.",
        tag=_TAG,
        answers=(
            Answer("The consignments, newest first.", list[FlatConsignment], lambda: [_flat()]),
        ),
        refusals=(404,),
    ),
    ("POST", "/tracking/carrierevents"): _push("postCarrierEvents"),
    ("POST", "/carrierTrackingEvents"): _push("postCarrierTrackingEvents"),
}

DOCUMENT = Document(
    name="sorted-v1",
    title="SortedPRO v1 (Consignments)",
    version="1",
    words="Tracking in the form that clients of SortedPRO v1 read, and events from carriers.",
    language=SORTED_V1,
    error_shape=Error,
    operations=OPERATIONS,
    named={
        "reference": in_path(
            "reference",
            "Our reference of the consignment, like `EC-4DF-002-9QX`.",
            journey().consignment_reference,
        ),
        "client_reference": in_path(
            "client_reference",
            "Your own reference of the consignment. It need not be unique.",
            journey().custom_reference,
        ),
    },
)
