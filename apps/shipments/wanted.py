"""What a shop says of its shipments: values, checked by the door they came in by."""

from collections.abc import Mapping
from datetime import date

from msgspec import UNSET, Struct, UnsetType


class NewItem(Struct, frozen=True):
    """One item of what is sent."""

    description: str = ""
    quantity: int = 1
    custom_reference: str = ""
    picture_url: str = ""


class NewNumber(Struct, frozen=True):
    """A tracking number; without a carrier the number tells it, if it can."""

    number: str
    carrier_code: str = ""


class AddedNumber(Struct, frozen=True):
    """A number for a shipment there is. `leg` is a position, `item` an `sc_…` reference.

    Without a leg its carrier's is meant, without a carrier the number's own form decides.
    """

    number: str
    carrier_code: str = ""
    leg: int | None = None
    item: str = ""
    is_followed: bool = True


class LegChange(Struct, frozen=True):
    """What of a leg is to be otherwise; what is unset stays."""

    carrier_code: str | UnsetType = UNSET
    service_code: str | UnsetType = UNSET
    service_name: str | UnsetType = UNSET


class NewShipment(Struct, frozen=True):
    """A shipment to be brought in, its texts within their limits.

    `reference` (`sp_…` or `EC-…`) keeps the name another system gave it. `numbers` stand in
    the order of travel; those of one carrier are of one leg. `name` to `country` are the
    recipient's. `promised_until` is the last day the shop named.
    """

    reference: str = ""
    custom_reference: str = ""
    order_reference: str = ""
    channel: str = ""
    origin_country: str = ""
    destination_country: str = ""
    numbers: tuple[NewNumber, ...] = ()
    is_followed: bool = False
    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    items: tuple[NewItem, ...] = ()
    promised_until: date | None = None


class Different(Struct, frozen=True):
    """What becomes different of a shipment: texts by field; None stays as it is.

    `recipient` holds the fields of the recipient that change; one without any text left is
    none. `has_no_recipient` takes whatever is known of them away.
    """

    names: Mapping[str, str] = {}
    recipient: Mapping[str, str] | None = None
    has_no_recipient: bool = False
    is_followed: bool | None = None
