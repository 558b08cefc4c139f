"""The shapes of UPS's JSON, as far as we read it: Track API v1 and Track Alert."""

from msgspec import Raw, Struct

from apps.dialects import lenient, nested
from apps.dialects.lenient import Text
from apps.dialects.markup import plain
from apps.shipments.reports import Limits, Place


class Root(Struct, rename="camel"):
    track_response: Raw = nested.NONE


class TrackResponse(Struct):
    shipment: list[Raw] | None = None


class Shipment(Struct, rename="camel"):
    inquiry_number: Text = None
    package: list[Raw] | None = None
    warnings: Raw = nested.NONE


class Notice(Struct):
    """A warning or an error."""

    code: Text = None


class Package(Struct, rename="camel"):
    tracking_number: Text = None
    current_status: Raw = nested.NONE
    activity: Raw = nested.NONE
    delivery_date: Raw = nested.NONE
    delivery_time: Raw = nested.NONE
    delivery_information: Raw = nested.NONE
    alternate_tracking_number: Raw = nested.NONE
    package_address: Raw = nested.NONE
    service: Raw = nested.NONE


class Status(Struct, rename="camel"):
    """`description_code` is what Track Alert calls the three digits."""

    type: Text = None
    code: Text = None
    status_code: Text = None
    description_code: Text = None
    description: Text = None
    simplified_text_description: Text = None


class Address(Struct, rename="camel"):
    city: Text = None
    state_province: Text = None
    postal_code: Text = None
    country: Text = None
    country_code: Text = None


class Location(Struct):
    address: Raw = nested.NONE


class Activity(Struct, rename="camel"):
    date: Text = None
    time: Text = None
    gmt_date: Text = None
    gmt_time: Text = None
    gmt_offset: Text = None
    location: Raw = nested.NONE
    status: Raw = nested.NONE


class Dated(Struct):
    type: Text = None
    date: Text = None


class Window(Struct, rename="camel"):
    type: Text = None
    start_time: Text = None
    end_time: Text = None


class Delivery(Struct, rename="camel"):
    received_by: Text = None


class Alternate(Struct):
    number: Text = None
    type: Text = None


class PackageAddress(Struct):
    type: Text = None
    address: Raw = nested.NONE


class Service(Struct):
    code: Text = None
    description: Text = None


class Alert(Struct, rename="camel"):
    """One push of Track Alert: one event of one package."""

    tracking_number: Text = None
    local_activity_date: Text = None
    local_activity_time: Text = None
    gmt_activity_date: Text = None
    gmt_activity_time: Text = None
    gmt_offset: Text = None
    activity_location: Raw = nested.NONE
    activity_status: Raw = nested.NONE
    alternate_tracking_number: Raw = nested.NONE
    received_by: Text = None


def place_of(address: Address) -> Place:
    """Return the parts of a place; `country` holds a code too in UPS's answers."""
    return Place(
        city=plain(address.city, Limits.NAME),
        region=plain(address.state_province, Limits.NAME),
        postal_code=lenient.text(address.postal_code, Limits.CODE).strip(),
        country=lenient.text(address.country_code or address.country, Limits.CODE).strip().upper(),
    )
