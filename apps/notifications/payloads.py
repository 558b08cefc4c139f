"""What a message says: the shipment as it is when the message is first sent.

No message holds what only the recipient may know: the merchant has that already.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

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
        told = _track(journey)
        return _written(told) if told else ""
    return _written(_updated(journey, delivery, now))


def _updated(journey: Journey, delivery: Delivery, now: datetime) -> Json:
    return {
        "type": UPDATED,
        "timestamp": moments.iso_utc(now),
        "data": {
            "version": delivery.version,
            "status_before": native.write_status(delivery.code_before),
            "shipment": native.write(journey, base=settings.PUBLIC_URL),
        },
    }


def _track(journey: Journey) -> Json | None:
    """Return ShipStation's API_TRACK about the number that leads, None without a number."""
    number = _leading(journey)
    if number is None:
        return None
    carrier = carrier_code_of(journey.leg(number.leg))
    query = f"carrier_code={carrier}&tracking_number={number.number}"
    return {
        "resource_url": f"{settings.PUBLIC_URL}/v1/tracking?{query}",
        "resource_type": "API_TRACK",
        "data": shipstation.write(journey, number),
    }


def _leading(journey: Journey) -> JourneyNumber | None:
    leg = journey.leading_leg
    on_leg = (number for number in journey.numbers if leg and number.leg == leg.position)
    return next(on_leg, None) or next(iter(journey.numbers), None)


def _written(told: Json) -> str:
    return msgspec.json.encode(told).decode()
