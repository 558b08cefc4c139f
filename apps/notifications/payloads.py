"""What a message says: the shipment as it is when the message is first sent.

No message holds what only the recipient may know: the merchant has that already.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.conf import settings

from apps.dialects import moments, native, shipstation
from apps.dialects.shipstation_writing import carrier_code_of
from apps.notifications.models import Delivery, Endpoint
from apps.shipments.journey import Journey, JourneyNumber
from apps.shipments.models import Shipment
from apps.shipments.privacy import Level, seen_at
from apps.shipments.reading import journeys_of

UPDATED, TEST = "shipment.updated", "endpoint.test"
Json = dict[str, Any]


def bodies_of(deliveries: Collection[Delivery], now: datetime) -> dict[int, str]:
    """Return the bodies of messages by row number, as JSON; four statements for all of them.

    A body is empty when there is nothing to say in the endpoint's language.
    """
    shipments = {one.shipment_id for one in deliveries if one.shipment_id}
    journeys = journeys_of(Shipment.objects.filter(pk__in=shipments)) if shipments else []
    seen = {journey.reference: seen_at(journey, Level.LINK) for journey in journeys}
    return {one.pk: _body(one, seen, now) for one in deliveries}


def _body(delivery: Delivery, journeys: Mapping[str, Journey], now: datetime) -> str:
    if delivery.shipment is None:
        return _written({"type": TEST, "timestamp": moments.iso_utc(now), "data": {}})
    journey = journeys[delivery.shipment.reference]
    if delivery.endpoint.language == Endpoint.Language.SHIPSTATION:
        told = _track(journey, delivery.created_at)
        return _written(told) if told else ""
    return _written(_updated(journey, delivery, now))


def _updated(journey: Journey, delivery: Delivery, now: datetime) -> Json:
    return {
        "type": UPDATED,
        "timestamp": moments.iso_utc(now),
        "data": {
            "version": delivery.version,
            "status_before": native.write_status(delivery.code_before),
            "shipment": native.write(journey, base=_site()),
        },
    }


def _track(journey: Journey, told_at: datetime) -> Json | None:
    """Return ShipStation's API_TRACK about the number with news, None without a number."""
    number = _number_with_news(journey, told_at)
    if number is None:
        return None
    carrier = carrier_code_of(journey.leg(number.leg))
    query = urlencode({"carrier_code": carrier, "tracking_number": number.number})
    return {
        "resource_url": f"{_site()}/v1/tracking?{query}",
        "resource_type": "API_TRACK",
        "data": shipstation.write(journey, number),
    }


def _site() -> str:
    return str(settings.PUBLIC_URL).rstrip("/")


def _number_with_news(journey: Journey, told_at: datetime) -> JourneyNumber | None:
    """Return the number under which most lately, by then, something was recorded.

    Each number has a message of its own there. Of several, one of the leg that leads.
    """
    leg = journey.leading_leg
    leading_first = sorted(journey.numbers, key=lambda one: not leg or one.leg != leg.position)
    return max(leading_first, key=lambda one: _recorded_at(journey, one, told_at), default=None)


def _recorded_at(journey: Journey, number: JourneyNumber, told_at: datetime) -> float:
    found = (event.recorded_at for event in journey.events_under(number))
    return max((at.timestamp() for at in found if at <= told_at), default=0.0)


def _written(told: Json) -> str:
    return msgspec.json.encode(told).decode()
