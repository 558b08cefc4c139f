"""The shapes of DHL's JSON, as far as we read it: Shipment Tracking – Unified."""

from msgspec import Raw, Struct

from apps.dialects import lenient, nested
from apps.dialects.lenient import Text
from apps.dialects.markup import plain
from apps.shipments.reports import Fault, Limits, Place


class Root(Struct):
    shipments: list[Raw] | None = None


class Shipment(Struct, rename="camel"):
    id: Text = None
    service: Text = None
    origin: Raw = nested.NONE
    destination: Raw = nested.NONE
    status: Raw = nested.NONE
    estimated_time_of_delivery: Text = None
    estimated_delivery_time_frame: Raw = nested.NONE
    service_url: Text = None
    return_flag: bool | None = None
    details: Raw = nested.NONE
    events: Raw = nested.NONE


class Address(Struct, rename="camel"):
    country_code: Text = None
    postal_code: Text = None
    address_locality: Text = None


class ServicePoint(Struct):
    label: Text = None


class Location(Struct, rename="camel"):
    address: Raw = nested.NONE
    service_point: Raw = nested.NONE


class Status(Struct, rename="camel"):
    """A shipment's status, and each of its events."""

    timestamp: Text = None
    status_code: Text = None
    status: Text = None
    status_detailed: Text = None
    description: Text = None
    remark: Text = None
    location: Raw = nested.NONE
    piece_ids: Raw = nested.NONE


class Frame(Struct, rename="camel"):
    estimated_from: Text = None
    estimated_through: Text = None


class Details(Struct, rename="camel"):
    product: Raw = nested.NONE
    provider: Raw = nested.NONE
    proof_of_delivery: Raw = nested.NONE
    piece_ids: Raw = nested.NONE
    references: Raw = nested.NONE


class Product(Struct, rename="camel"):
    product_name: Text = None


class Provider(Struct, rename="camel"):
    destination_provider: Text = None


class Proof(Struct):
    signed: Raw = nested.NONE


class Person(Struct, rename="camel"):
    name: Text = None
    given_name: Text = None
    family_name: Text = None


class Reference(Struct):
    number: Text = None


def place_of(raw: Raw, path: str, faults: list[Fault]) -> Place:
    """Return a place: town, postal code and country, and the service point if there is one."""
    location = nested.read(raw, Location, path, faults)
    address = nested.read(location.address, Address, f"{path}.address", faults)
    point = nested.read(location.service_point, ServicePoint, f"{path}.servicePoint", faults)
    return Place(
        company=plain(point.label, Limits.NAME),
        city=plain(address.address_locality, Limits.NAME),
        postal_code=lenient.text(address.postal_code, Limits.CODE).strip(),
        country=lenient.text(address.country_code, Limits.CODE).strip().upper(),
    )
