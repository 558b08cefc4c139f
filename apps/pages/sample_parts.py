"""Journeys made by hand: no database, every field there, a caller says what matters to it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar, cast

from msgspec import Struct
from msgspec.structs import asdict, replace

from apps.branding.looks import Look
from apps.pages.readers import Reader
from apps.shipments.journey import (
    Journey,
    JourneyEvent,
    JourneyItem,
    JourneyLeg,
    JourneyNumber,
    JourneyPromise,
    JourneyRecipient,
    MerchantView,
)
from apps.shipments.reports import Moment, Place

# A Thursday.
NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
_numbers = count(1)
T = TypeVar("T")

LOOK = Look(
    slug="harbour",
    name="Harbour & Pine",
    merchant="harbour",
    version=1,
    shop_url="https://shop.example/",
    support_url="https://shop.example/help",
    returns_url="https://shop.example/returns",
    faq_url="https://shop.example/questions",
    slot_heading="New this week",
    slot_text="Rain jackets from old sails.",
    slot_url="https://shop.example/new",
)
READER = Reader(look=LOOK)
RECIPIENT = JourneyRecipient(
    name="Zaphod Quimby",
    email="zaphod@home.example",
    phone="+44 7700 900123",
    street="742 Evergreen Terrace",
    city="Leeds",
    region="",
    postal_code="LS1 4AP",
    country="GB",
)


def moment(text: str, offset: int = 0, **fields: Any) -> Moment:
    """Return the moment a wall clock shows, `offset` minutes east of UTC."""
    wall = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Moment(wall - timedelta(minutes=offset), offset, **fields)


def day(text: str) -> Moment:
    """Return a date without a time."""
    return moment(text, is_date_only=True)


def event(
    code: str,
    at: str = "2026-05-14T10:00",
    offset: int = 0,
    *,
    place: str = "",
    received: datetime | None = None,
    **fields: Any,
) -> JourneyEvent:
    """Return a scan; unless told otherwise we heard of it ten minutes later."""
    when = fields.pop("moment", None) or moment(at, offset)
    received = received or when.instant + timedelta(minutes=10)
    told: dict[str, Any] = {
        "reference": f"tr_{next(_numbers):032d}",
        "received_at": received,
        "recorded_at": received,
        "leg": 1,
        "item": None,
        "description": "",
        "source": "test",
        "word": "",
        "carrier_code": "",
        "signee": "",
    }
    return JourneyEvent(code=code, moment=when, place=Place(label=place), **(told | fields))


def leg(position: int = 1, carrier: str = "DHL", **fields: Any) -> JourneyLeg:
    known: dict[str, Any] = {
        "order": position,
        "carrier_code": carrier.lower(),
        "carrier_number": None,
        "service_code": "",
        "service_name": "",
        "estimated_days": None,
        "contact_url": "",
    }
    return JourneyLeg(position=position, carrier_name=carrier, **(known | fields))


def number(text: str, leg: int = 1, item: int | None = None, **fields: Any) -> JourneyNumber:
    known: dict[str, Any] = {
        "tracking_url": "",
        "label_id": "se-1",
        "source": "",
        "headline": None,
        "asked_at": None,
        "answered_at": None,
        "failing_since": None,
    }
    return JourneyNumber(number=text, leg=leg, item=item, **(known | fields))


def item(
    position: int, description: str = "", code: str = "in_transit", **fields: Any
) -> JourneyItem:
    known: dict[str, Any] = {
        "reference": f"sc_{position:032d}",
        "package_reference": f"EP-000-000-00{position}",
        "custom_reference": "",
        "quantity": 1,
        "picture_url": "",
        "parent": None,
    }
    return JourneyItem(position=position, description=description, code=code, **(known | fields))


def promise(
    until: Moment,
    since: Moment | None = None,
    *,
    given_by: str = "carrier",
    reason: str = "",
    said: str = "2026-05-13T09:00",
) -> JourneyPromise:
    return JourneyPromise(since, until, given_by, reason, moment(said).instant)


def journey(*events: JourneyEvent, code: str = "in_transit", **fields: Any) -> Journey:
    """Return a journey; the events stand newest first, as they are given."""
    known: dict[str, Any] = {
        "reference": "sp_00000000000000000000000000000001",
        "consignment_reference": "EC-000-000-001",
        "custom_reference": "",
        "order_reference": "",
        "token": "a" * 22,
        "merchant": MerchantView("Harbour & Pine", "harbour"),
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
        "origin_country": "",
        "destination_country": "",
        "recipient": None,
        "promises": (),
        "items": (),
        "legs": (leg(),),
        "numbers": (),
    }
    return Journey(code=code, events=events, **(known | fields))


def moved(value: T, by: timedelta) -> T:
    """Return a value with every time in it moved."""
    return cast(T, _moved(value, by))


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, tuple):
        return tuple(_moved(one, by) for one in value)
    if isinstance(value, Struct):
        return replace(value, **{name: _moved(one, by) for name, one in asdict(value).items()})
    return value
