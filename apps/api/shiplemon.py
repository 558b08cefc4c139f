"""Shiplemon: a shipment's tracking to read in public form, and its history to replace."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import lookups
from apps.api.envelope import Door, json_body
from apps.api.errors import Refusal, refusal_of
from apps.api.languages import SHIPLEMON
from apps.api.models import Scope
from apps.dialects import shiplemon
from apps.dialects.payloads import Refused
from apps.shipments import recording
from apps.shipments.reading import journey_of, journeys_of


class Tracking(Door):
    """GET /public/v1/shipments/{id}/tracking; the id is our `sp_…` or `EC-…` reference."""

    language = SHIPLEMON

    def get(self, request: Request, reference: str) -> Response:
        found = journeys_of(lookups.by_reference(self.key, reference))
        if not found:
            raise Refusal(404)
        return Response(shiplemon.write(found[0]))


class History(Door):
    """PUT /v1/shipments/{id}/tracking: the whole history, which replaces the one before."""

    language = SHIPLEMON
    scopes = {"PUT": Scope.WRITE}

    def put(self, request: Request, reference: str) -> Response:
        body = json_body(request)
        shipment_id = lookups.by_reference(self.key, reference).values_list("pk", flat=True).first()
        if shipment_id is None:
            raise Refusal(404)
        update = read(body)
        recording.replace_history(shipment_id, update.report, now=timezone.now())
        return Response(shiplemon.write_update(journey_of(shipment_id), update.entries))


def read(body: bytes) -> shiplemon.Update:
    """Return what a body says; Shiplemon tells bad JSON (400) from a bad history (422)."""
    try:
        return shiplemon.read_update(body)
    except Refused as refused:
        raise refusal_of(refused, 400 if refused.is_malformed else 422) from refused
