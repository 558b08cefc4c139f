"""What AfterShip's trackings look like on the wire, in the versions of 2024 and 2025."""

from typing import Annotated

from msgspec import Meta, Raw, Struct

from apps.dialects.aftership_legs import Mile
from apps.dialects.lenient import Text


class Outcome(Struct):
    code: int | None = None


class Envelope(Struct):
    meta: Outcome | None = None
    data: Raw = Raw(b"")


class Data(Struct):
    tracking: Raw = Raw(b"")  # the older versions wrap a single one
    trackings: list[Raw] | None = None


class Delivery(Struct):
    event: Text = None
    event_id: Text = None
    msg: Raw = Raw(b"")


class Coordinate(Struct):
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None


class Checkpoint(Struct):
    checkpoint_time: Text = None
    created_at: Text = None
    slug: Text = None
    message: Text = None
    tag: Text = None
    subtag: Text = None
    subtag_message: Text = None
    raw_tag: Text = None
    location: Text = None
    city: Text = None
    state: Text = None
    zip: Text = None
    country_region: Text = None
    country_iso3: Text = None  # its name until 2024
    coordinate: Coordinate | None = None


class CourierEstimate(Struct):
    estimated_delivery_date: Text = None
    estimated_delivery_date_min: Text = None
    estimated_delivery_date_max: Text = None


class LatestEstimate(Struct):
    source: Text = None
    datetime: Text = None
    datetime_min: Text = None
    datetime_max: Text = None


class Tracking(Struct):
    id: Text = None
    tracking_number: Text = None
    slug: Text = None
    tag: Text = None
    subtag: Text = None
    subtag_message: Text = None
    updated_at: Text = None
    signed_by: Text = None
    shipment_type: Text = None
    shipment_pickup_date: Text = None
    shipment_delivery_date: Text = None
    courier_tracking_link: Text = None
    return_to_sender: bool | None = None
    origin_country_region: Text = None
    origin_country_iso3: Text = None
    origin_state: Text = None
    origin_postal_code: Text = None
    destination_country_region: Text = None
    destination_country_iso3: Text = None
    destination_state: Text = None
    destination_postal_code: Text = None
    first_mile: Mile | None = None
    last_mile: Mile | None = None
    courier_estimated_delivery_date: CourierEstimate | None = None
    latest_estimated_delivery: LatestEstimate | None = None
    checkpoints: list[Raw] | None = None
