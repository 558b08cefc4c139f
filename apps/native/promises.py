"""When a shipment is to arrive: what was promised, and how it moved."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal
from apps.dialects import native, native_events, native_parts
from apps.native import parts
from apps.native.idempotency import once
from apps.shipments import recording
from apps.shipments.models import Promise
from apps.shipments.reports import Limits, Report


class Promises(parts.PartDoor):
    """GET and POST /api/shipments/{reference}/promises: the one said last stands first and holds."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: Request, reference: str) -> Response:
        journey = self.journey(request, reference)
        return parts.listed(journey, [native.write_promise(one) for one in journey.promises])

    @once
    def post(self, request: Request, reference: str) -> Response:
        """Promise a window for the shop; 200 where the same one was promised last."""
        promise = parts.read(request, native_parts.read_promise)
        with self.changing(reference) as shipment:
            before = Promise.objects.filter(shipment=shipment).count()
            if before >= Limits.PROMISES:
                most = f"A shipment has {Limits.PROMISES} promises at most."
                raise Refusal(409, message=most)
            report = Report(native_events.SOURCE, promise=promise)
            recording.record(shipment.pk, report, now=timezone.now())
            journey = parts.now_of(shipment)
        body = native.write_promise(journey.promise)
        return parts.told(journey, body, 201 if len(journey.promises) > before else 200)
