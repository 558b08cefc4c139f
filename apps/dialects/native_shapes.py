"""The shapes of shipments that are sent to our own API; `native_reading` reads them."""

from typing import Annotated

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from apps.dialects.generic_checking import Code, Name, Number, Reference
from apps.shipments.reports import Limits

NOTHING = Raw(b"null")

Channel = Annotated[str, Meta(max_length=50)]
Country = Annotated[str, Meta(max_length=3)]
Day = Annotated[str, Meta(max_length=10)]
Email = Annotated[str, Meta(max_length=254)]
Phone = Annotated[str, Meta(max_length=30)]
PostalCode = Annotated[str, Meta(max_length=20)]
Street = Annotated[str, Meta(max_length=300)]
Town = Annotated[str, Meta(max_length=100)]
Link = Annotated[str, Meta(max_length=Limits.URL)]
Quantity = Annotated[int, Meta(ge=1, le=1_000_000)]
Topic = Annotated[str, Meta(max_length=40)]
Language = Annotated[str, Meta(max_length=10)]


class Recipient(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a parcel goes to. What is null or left out is not known."""

    name: Name | None | UnsetType = UNSET
    email: Email | None | UnsetType = UNSET
    phone: Phone | None | UnsetType = UNSET
    street: Street | None | UnsetType = UNSET
    city: Town | None | UnsetType = UNSET
    region: Town | None | UnsetType = UNSET
    postal_code: PostalCode | None | UnsetType = UNSET
    country: Country | None | UnsetType = UNSET


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    """One item of contents."""

    description: Name | None = None
    quantity: Quantity = 1
    custom_reference: Reference | None = None
    picture_url: Link | None = None


class TrackingNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """What a carrier calls the parcel. Without a carrier the number tells it, if it can."""

    tracking_number: Number = ""
    carrier_code: Code | None = None


class Subscribe(Struct, frozen=True, forbid_unknown_fields=True):
    """Mail to whoever waits for the parcel; without an address to the recipient's."""

    email: Email | None = None
    topics: list[Topic] = []
    language: Language | None = None


class Shipment(Struct, frozen=True, forbid_unknown_fields=True):
    """A shipment to register. Nothing is needed, and nothing of it can be found later then.

    `recipient`, `items`, `tracking_numbers` and `subscribe` are read on their own, so that all
    their faults are told: see `Recipient`, `Item`, `TrackingNumber` and `Subscribe`.
    """

    reference: Reference | None = None
    custom_reference: Reference | None = None
    order_reference: Reference | None = None
    channel: Channel | None = None
    origin_country: Country | None = None
    destination_country: Country | None = None
    recipient: Raw = NOTHING
    items: list[Raw] = []
    tracking_numbers: list[Raw] = []
    promised_on: Day | None = None
    is_followed: bool = True
    subscribe: Raw = NOTHING


class Batch(Struct, frozen=True, forbid_unknown_fields=True):
    """Up to 1,000 shipments: see `Shipment`."""

    shipments: list[Raw]


class Update(Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes different. What is left out stays; null empties it.

    `recipient` is merged field by field: see `Recipient`. Null takes it away.
    """

    custom_reference: Reference | None | UnsetType = UNSET
    order_reference: Reference | None | UnsetType = UNSET
    channel: Channel | None | UnsetType = UNSET
    origin_country: Country | None | UnsetType = UNSET
    destination_country: Country | None | UnsetType = UNSET
    recipient: Raw | UnsetType = UNSET
    is_followed: bool | UnsetType = UNSET
