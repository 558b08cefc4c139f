"""Shipments in our own API: registered, read, listed, followed by their changes, put right."""

from typing import ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.envelope import json_body
from apps.api.errors import Refusal, refusal_of
from apps.api.models import Scope
from apps.dialects import native, native_reading, payloads
from apps.mails import asking
from apps.native import changes, listing
from apps.native import forgetting as answers
from apps.native.conditions import unless_known
from apps.native.door import NativeDoor, created
from apps.native.finding import etag_of, held, shipment_of
from apps.native.idempotency import once
from apps.native.paging import check_parameters, unfit_parameter
from apps.native.registering import register_batch, register_one
from apps.notifications import forgetting
from apps.shipments import amending, correcting, persons
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment
from apps.shipments.privacy import Level, seen_at
from apps.shipments.reading import journey_of

LEVELS = {"number": Level.NUMBER, "link": Level.LINK, "proved": Level.PROVED}
NO_LEVEL = f"Name one of: {', '.join(LEVELS)}."
ERASED = "The recipient's data was erased on request, and is taken no more."


class Shipments(NativeDoor):
    """GET and POST /api/shipments: list what there is or what changed, and register one.

    With `updated_since` (a time, or the `next_cursor` of the answer before) it is the changes in
    the order in which they became visible. Else it is a page of all, the newest first, narrowed
    down by names, status, carrier, channel and age.
    """

    http_method_names = ["get", "head", "post"]

    def get(self, request: Request) -> Response:
        if "updated_since" in request.query_params:
            return Response(changes.answer(self, request))
        return Response(listing.answer(self, request, timezone.now()))

    @once
    def post(self, request: Request) -> Response:
        journey = register_one(self, json_body(request), timezone.now())
        answer = created(written(self, journey), f"/api/shipments/{journey.reference}")
        answer["ETag"] = etag_of(journey)
        return answer


class ShipmentBatch(NativeDoor):
    """POST /api/shipments/batch: register up to 1,000 shipments, with a result for each.

    The good ones are registered together, and what is wrong with the others is told.
    """

    http_method_names = ["post"]

    @once
    def post(self, request: Request) -> Response:
        return Response({"data": register_batch(self, json_body(request), timezone.now())})


class OneShipment(NativeDoor):
    """GET and PATCH /api/shipments/{reference}: a shipment with all that happened to it.

    `level` shows it as somebody sees it who has only the tracking number (`number`), the link
    (`link`), or has proved to be the recipient (`proved`, which is usual: it is the shop's own).
    """

    http_method_names = ["get", "head", "patch"]

    def get(self, request: Request, reference: str) -> Response:
        check_parameters(request, ("level",))
        name = request.query_params.get("level", "proved")
        if name not in LEVELS:
            raise unfit_parameter("level", NO_LEVEL)
        shipment = shipment_of(self, reference)
        etag = etag_of(shipment, "" if name == "proved" else name)
        if known := unless_known(request, etag):
            return known
        body = written(self, journey_of(shipment.pk), LEVELS[name])
        return Response(body, headers={"ETag": etag})

    def patch(self, request: Request, reference: str) -> Response:
        try:
            different = native_reading.read_update(json_body(request))
        except payloads.Refused as refused:
            raise refusal_of(refused, 400 if refused.is_malformed else 422) from refused
        with held(self, reference) as shipment:
            try:
                amending.amend(shipment.pk, different, now=timezone.now())
            except amending.PersonErased as error:
                raise Refusal(409, message=ERASED) from error
        return as_it_is(self, shipment)


class ShipmentVoiding(NativeDoor):
    """POST /api/shipments/{reference}/void: it is not to go; nobody asks about it any more."""

    http_method_names = ["post"]

    @once
    def post(self, request: Request, reference: str) -> Response:
        with held(self, reference) as shipment:
            try:
                correcting.void(shipment.pk, now=timezone.now())
            except correcting.AlreadyOver as error:
                raise Refusal(409, message=str(error)) from error
        return as_it_is(self, shipment)


class LinkRenewal(NativeDoor):
    """POST /api/shipments/{reference}/renew_link: another link; the old one opens nothing more."""

    http_method_names = ["post"]

    @once
    def post(self, request: Request, reference: str) -> Response:
        with held(self, reference) as shipment:
            correcting.renew_link(shipment.pk, now=timezone.now())
        return as_it_is(self, shipment)


class PersonErasure(NativeDoor):
    """POST /api/shipments/{reference}/erase: erase all traces of whom it goes to, for good.

    What carriers answered, ratings and notes of staff follow within the hour.
    """

    http_method_names = ["post"]
    scopes: ClassVar[dict[str, Scope]] = {"POST": Scope.MANAGE}

    @once
    def post(self, request: Request, reference: str) -> Response:
        with held(self, reference) as shipment:
            duplicates = Shipment.objects.filter(merged_into=shipment)
            ids = [shipment.pk, *duplicates.values_list("pk", flat=True)]
            persons.erase(ids, now=timezone.now())
            forgetting.forget(ids)
            answers.forget(ids)
            asking.forget(ids)
        return as_it_is(self, shipment)


def as_it_is(door: NativeDoor, shipment: Shipment) -> Response:
    """Answer with a shipment as it stands after a change."""
    journey = journey_of(shipment.pk)
    return Response(written(door, journey), headers={"ETag": etag_of(journey)})


def written(door: NativeDoor, journey: Journey, level: Level = Level.PROVED) -> dict[str, object]:
    return native.write(seen_at(journey, level), base=door.base)
