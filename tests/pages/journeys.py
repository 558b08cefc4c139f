"""Journeys made by hand: no database, every field there, a test says what matters to it."""

from datetime import UTC, datetime, timedelta
from itertools import count

from apps.shipments.journey import (
    Journey,
    JourneyEvent,
    JourneyItem,
    JourneyLeg,
    JourneyNumber,
    JourneyPromise,
    MerchantView,
)
from apps.shipments.reports import Moment, Place

# A Thursday.
NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
_numbers = count(1)


def moment(text, offset=0, **fields):
    """Return the moment a wall clock shows, `offset` minutes east of UTC."""
    wall = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Moment(wall - timedelta(minutes=offset), offset, **fields)


def day(text):
    return moment(text, is_date_only=True)


def event(code, at="2026-05-14T10:00", offset=0, *, place="", received=None, **fields):
    when = fields.pop("moment", None) or moment(at, offset)
    received = received or when.instant + timedelta(minutes=10)
    told = {
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


def leg(position=1, carrier="DHL", **fields):
    known = {
        "order": position,
        "carrier_code": carrier.lower(),
        "carrier_number": None,
        "service_code": "",
        "service_name": "",
        "estimated_days": None,
        "contact_url": "",
    }
    return JourneyLeg(position=position, carrier_name=carrier, **(known | fields))


def number(text, leg=1, item=None, **fields):
    known = {
        "tracking_url": "",
        "label_id": "se-1",
        "source": "",
        "headline": None,
        "asked_at": None,
        "answered_at": None,
        "failing_since": None,
    }
    return JourneyNumber(number=text, leg=leg, item=item, **(known | fields))


def item(position, description="", code="in_transit", **fields):
    known = {
        "reference": f"sc_{position:032d}",
        "package_reference": f"EP-000-000-00{position}",
        "custom_reference": "",
        "quantity": 1,
        "picture_url": "",
        "parent": None,
    }
    return JourneyItem(position=position, description=description, code=code, **(known | fields))


def promise(until, since=None, *, given_by="carrier", reason="", said="2026-05-13T09:00"):
    return JourneyPromise(since, until, given_by, reason, moment(said).instant)


def journey(*events, code="in_transit", **fields):
    """Return a journey; the events stand newest first, as they are given."""
    known = {
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
