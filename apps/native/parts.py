"""What the addresses of a shipment's parts have in common."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.envelope import json_body
from apps.api.errors import Refusal, refusal_of
from apps.dialects.payloads import Refused
from apps.native.door import NativeDoor
from apps.native.finding import etag_of, held, shipment_of
from apps.native.paging import check_parameters
from apps.shipments.contents import Unfitting
from apps.shipments.correcting import Uncorrectable
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment
from apps.shipments.reading import journey_of, no_events
from apps.shipments.reports import Fault

T = TypeVar("T")


class PartDoor(NativeDoor):
    """An address below one shipment's. Its answers carry the shipment's `ETag`."""

    def journey(self, request: Request, reference: str) -> Journey:
        """Return the shipment as it stands, without events; no parameter is known here."""
        check_parameters(request, ())
        return journey_of(shipment_of(self, reference).pk, no_events)

    @contextmanager
    def changing(self, reference: str) -> Iterator[Shipment]:
        """Hold the shipment while it is changed (see `held`); what does not fit becomes a 409."""
        try:
            with held(self, reference) as shipment:
                yield shipment
        except (Unfitting, Uncorrectable) as why:
            raise Refusal(409, message=str(why)) from why


def read(request: Request, reader: Callable[..., T], *more: Any) -> T:
    """Return what a body says; raise a `Refusal`: 400 for bad JSON, 422 for bad content."""
    try:
        return reader(json_body(request), *more)
    except Refused as refused:
        raise refusal_of(refused, 400 if refused.is_malformed else 422) from refused


def listed(journey: Journey, data: list[Any]) -> Response:
    """Answer with all of one kind that a shipment has."""
    return told(journey, {"data": data})


def told(shipment: Journey | Shipment, body: Any, status: int = 200) -> Response:
    """Answer with a part of a shipment, or with nothing."""
    return Response(body, status=status, headers={"ETag": etag_of(shipment)})


def made(journey: Journey, body: Any, part: str) -> Response:
    """Answer 201 with a part that was added, which is at `part` below the shipment's address."""
    answer = told(journey, body, 201)
    answer["Location"] = f"/api/shipments/{journey.reference}/{part}"
    return answer


def now_of(shipment: Shipment) -> Journey:
    """Return a shipment that was changed as it stands now, without events."""
    return journey_of(shipment.pk, no_events)


def unfit(path: str, why: str) -> Refusal:
    """Return the refusal of one thing in a body: `$.email`."""
    return Refusal(422, message="The body cannot be taken.", faults=(Fault(path, why),))
