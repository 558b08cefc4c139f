"""One parcel, made up, from which the examples of all our APIs are written."""

from datetime import UTC, datetime, timedelta

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

BASE = "https://parcels.example"
# The id of an answer.
CORRELATION_ID = "b0f1c7d2-7a64-4f0e-9d52-6a1c1e1f8f3b"
_START = datetime(2026, 5, 12, 7, 40, tzinfo=UTC)
_OFFSET = 120
_LINK = "the-secret-of-this-link"
_EVENTS = (
    (50, "out_for_delivery", "Out for delivery", Place(city="Hamburg", country="DE")),
    (24, "in_transit.arrived", "Arrived at the parcel centre", Place(city="Köln", country="DE")),
    (0, "accepted.collected", "Collected by the carrier", Place(city="Köln", country="DE")),
)


def journey() -> Journey:
    """Return the parcel: one leg, one item, three events, a promise."""
    return Journey(
        reference="sp_00000000000000000000000000004217",
        consignment_reference="EC-4DF-002-9QX",
        custom_reference="order-1042-1",
        order_reference="order-1042",
        token=_LINK,
        merchant=MerchantView("Lindenhof", "lindenhof"),
        code="out_for_delivery",
        version=4,
        created_at=_START - timedelta(hours=18),
        updated_at=_START + timedelta(hours=50, minutes=2),
        origin_country="DE",
        destination_country="DE",
        recipient=_RECIPIENT,
        promises=(_promise(),),
        items=(_ITEM,),
        legs=(_LEG,),
        numbers=(_NUMBER,),
        events=tuple(_event(3 - row, *told) for row, told in enumerate(_EVENTS)),
    )


def _moment(hours: int) -> Moment:
    return Moment(_START + timedelta(hours=hours), _OFFSET)


def _event(row: int, hours: int, code: str, description: str, place: Place) -> JourneyEvent:
    heard = _START + timedelta(hours=hours, minutes=2)
    return JourneyEvent(
        reference=f"tr_{row:032d}",
        code=code,
        moment=_moment(hours),
        received_at=heard,
        recorded_at=heard,
        leg=1,
        item=None,
        description=description,
        source="dhl",
        word="",
        carrier_code="",
        place=place,
        signee="",
    )


def _promise() -> JourneyPromise:
    return JourneyPromise(
        since=_moment(51),
        until=_moment(53),
        given_by="carrier",
        reason="",
        said_at=_START + timedelta(hours=50),
    )


_RECIPIENT = JourneyRecipient(
    name="Ada Mustermann",
    email="ada@mail.example",
    phone="+49 40 0000000",
    street="Musterweg 1",
    city="Hamburg",
    region="",
    postal_code="20095",
    country="DE",
)
_ITEM = JourneyItem(
    position=1,
    reference="sc_00000000000000000000000000007001",
    package_reference="EP-7TR-1K0-A2C",
    custom_reference="line-1",
    description="Desk lamp",
    quantity=1,
    picture_url="",
    parent=None,
    code="out_for_delivery",
)
_LEG = JourneyLeg(
    position=1,
    order=1,
    carrier_code="dhl",
    carrier_name="DHL",
    carrier_number=2,
    service_code="paket",
    service_name="Paket",
    estimated_days=2,
    contact_url="",
)
_NUMBER = JourneyNumber(
    number="00340434161094015902",
    leg=1,
    item=1,
    tracking_url="https://carrier.example/00340434161094015902",
    label_id="se-311",
    source="",
    headline=None,
    asked_at=_START + timedelta(hours=50),
    answered_at=_START + timedelta(hours=50),
    failing_since=None,
    reference="tn_311",
    is_followed=True,
)
