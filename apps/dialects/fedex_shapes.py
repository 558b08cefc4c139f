"""The shapes of FedEx's JSON, as far as we read it: Track API v1 and its pushes."""

from msgspec import Raw, Struct

from apps.dialects import lenient, nested
from apps.dialects.lenient import Text
from apps.dialects.markup import plain
from apps.shipments.reports import Limits, Place


class Root(Struct, rename="camel"):
    """An answer, a push, or a push without its envelope."""

    output: Raw = nested.NONE
    complete_track_results: list[Raw] | None = None
    track_results: list[Raw] | None = None


class Output(Struct, rename="camel"):
    complete_track_results: list[Raw] | None = None


class Complete(Struct, rename="camel"):
    tracking_number: Text = None
    track_results: Raw = nested.NONE


class Result(Struct, rename="camel"):
    tracking_number_info: Raw = nested.NONE
    latest_status_detail: Raw = nested.NONE
    date_and_times: Raw = nested.NONE
    estimated_delivery_time_window: Raw = nested.NONE
    standard_transit_time_window: Raw = nested.NONE
    scan_events: Raw = nested.NONE
    delivery_details: Raw = nested.NONE
    shipper_information: Raw = nested.NONE
    recipient_information: Raw = nested.NONE
    additional_tracking_info: Raw = nested.NONE
    return_detail: Raw = nested.NONE
    service_detail: Raw = nested.NONE
    error: Raw = nested.NONE


class NumberInfo(Struct, rename="camel"):
    tracking_number: Text = None
    carrier_code: Text = None
    tracking_number_unique_id: Text = None


class Delay(Struct):
    type: Text = None
    status: Text = None


class Ancillary(Struct, rename="camel"):
    reason: Text = None
    reason_description: Text = None


class Latest(Struct, rename="camel"):
    code: Text = None
    derived_code: Text = None
    status_by_locale: Text = None
    description: Text = None
    ancillary_details: Raw = nested.NONE
    delay_detail: Raw = nested.NONE


class DateAndTime(Struct, rename="camel"):
    type: Text = None
    date_time: Text = None


class Window(Struct):
    begins: Text = None
    ends: Text = None


class Windowed(Struct):
    window: Raw = nested.NONE


class Location(Struct, rename="camel"):
    city: Text = None
    state_or_province_code: Text = None
    postal_code: Text = None
    country_code: Text = None


class Addressed(Struct):
    address: Raw = nested.NONE


class Scan(Struct, rename="camel"):
    date: Text = None
    event_type: Text = None
    event_description: Text = None
    exception_code: Text = None
    exception_description: Text = None
    derived_status_code: Text = None
    scan_location: Raw = nested.NONE
    delay_detail: Raw = nested.NONE


class Delivery(Struct, rename="camel"):
    received_by_name: Text = None
    signed_by_name: Text = None


class Additional(Struct, rename="camel"):
    package_identifiers: Raw = nested.NONE


class Identifier(Struct):
    type: Text = None
    values: Raw = nested.NONE
    value: Text = None


class ReturnDetail(Struct, rename="camel"):
    authorization_name: Text = None
    reason_detail: list[Raw] | None = None


class Service(Struct, rename="camel"):
    type: Text = None
    description: Text = None
    short_description: Text = None


class Failed(Struct):
    code: Text = None


def place_of(location: Location) -> Place:
    """Return the parts of a place."""
    return Place(
        city=plain(location.city, Limits.NAME),
        region=plain(location.state_or_province_code, Limits.NAME),
        postal_code=lenient.text(location.postal_code, Limits.CODE).strip(),
        country=lenient.text(location.country_code, Limits.CODE).strip().upper(),
    )
