"""Who carries a shipment, one carrier after another."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal
from apps.dialects import native, native_parts
from apps.native import parts
from apps.shipments import carrying
from apps.shipments.journey import Journey
from apps.shipments.registering import carrier_codes


class Legs(parts.PartDoor):
    """GET /api/shipments/{reference}/legs: the legs with their numbers, in the order of travel."""

    http_method_names = ["get", "head"]

    def get(self, request: Request, reference: str) -> Response:
        journey = self.journey(request, reference)
        return parts.listed(journey, [native.write_leg(journey, one) for one in journey.legs])


class Leg(parts.PartDoor):
    """GET and PATCH /api/shipments/{reference}/legs/{position}: its carrier and service."""

    http_method_names = ["get", "head", "patch"]

    def get(self, request: Request, reference: str, position: int) -> Response:
        journey = self.journey(request, reference)
        return parts.told(journey, written(journey, position))

    def patch(self, request: Request, reference: str, position: int) -> Response:
        """Put the carrier or the service right.

        What was told of the numbers of a leg with another carrier was about other parcels: it
        is shown no more, and the numbers are asked about anew.
        """
        wanted = parts.read(request, native_parts.read_leg_change, carrier_codes())
        with self.changing(reference) as shipment:
            carrying.change_leg(shipment.pk, position, wanted, now=timezone.now())
            journey = parts.now_of(shipment)
        return parts.told(journey, written(journey, position))


def written(journey: Journey, position: int) -> native.Json:
    leg = journey.leg(position)
    if leg is None:
        raise Refusal(404)
    return native.write_leg(journey, leg)
