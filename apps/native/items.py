"""What is in a shipment."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal
from apps.dialects import native, native_parts
from apps.native import parts
from apps.native.idempotency import once
from apps.shipments import contents
from apps.shipments.journey import Journey


class Items(parts.PartDoor):
    """GET and POST /api/shipments/{reference}/items: what is in it, and an item more."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: Request, reference: str) -> Response:
        journey = self.journey(request, reference)
        return parts.listed(journey, [native.write_item(journey, one) for one in journey.items])

    @once
    def post(self, request: Request, reference: str) -> Response:
        wanted = parts.read(request, native_parts.read_item)
        with self.changing(reference) as shipment:
            name = contents.add_item(shipment.pk, wanted, now=timezone.now())
            journey = parts.now_of(shipment)
        return parts.made(journey, written(journey, name), f"items/{name}")


class Item(parts.PartDoor):
    """GET, PATCH and DELETE /api/shipments/{reference}/items/{item}; the item by its `sc_…`."""

    http_method_names = ["get", "head", "patch", "delete"]

    def get(self, request: Request, reference: str, item: str) -> Response:
        journey = self.journey(request, reference)
        return parts.told(journey, written(journey, item))

    def patch(self, request: Request, reference: str, item: str) -> Response:
        values = parts.read(request, native_parts.read_item_change)
        with self.changing(reference) as shipment:
            contents.change_item(shipment.pk, item, values, now=timezone.now())
            journey = parts.now_of(shipment)
        return parts.told(journey, written(journey, item))

    def delete(self, request: Request, reference: str, item: str) -> Response:
        """Take an item out; 409 where events, tracking numbers or parts are its own."""
        with self.changing(reference) as shipment:
            contents.drop_item(shipment.pk, item, now=timezone.now())
            shipment.refresh_from_db(fields=["version"])
        return parts.told(shipment, None, 204)


def written(journey: Journey, name: str) -> native.Json:
    found = next((one for one in journey.items if one.reference == name), None)
    if found is None:
        raise Refusal(404)
    return native.write_item(journey, found)
