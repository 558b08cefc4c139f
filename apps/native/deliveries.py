"""What was sent to a webhook, and sending it once more."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.utils import timezone
from msgspec import Meta, Struct
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import lookups
from apps.api.errors import Refusal
from apps.native.door import body_of
from apps.native.faults import check_times
from apps.native.idempotency import once
from apps.native.paging import PAGING, check_parameters, page_of, unfit_parameter
from apps.native.webhook_words import ResentAnswer, write_delivery, write_whole_delivery
from apps.native.webhooks import WebhookDoor
from apps.notifications import repeating
from apps.notifications.models import Attempt, Delivery
from apps.shipments.reports import Fault

MOST_AT_ONCE = 1000
# A message is tried less often than this, unless it is sent again by hand many times.
MOST_ATTEMPTS = 100
FILTERS = ("state", "shipment")
CHOOSE = "Name `ids`, or any of `since`, `until` and `state`, and not both."

Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Time = Annotated[datetime, Meta(tz=True)]


class Resending(Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages are sent once more: by `ids`, or all that ended of a time or a state."""

    ids: Annotated[list[Id], Meta(min_length=1, max_length=MOST_AT_ONCE)] | None = None
    since: Time | None = None
    until: Time | None = None
    state: Literal["delivered", "given_up"] | None = None


class DeliveryDoor(WebhookDoor):
    """What the addresses about a webhook's messages share."""

    def deliveries(self, pk: int) -> QuerySet[Delivery]:
        """Return the messages of the merchant's own endpoint; raise 404 for another's."""
        endpoint = self.endpoint(pk)
        return Delivery.objects.filter(endpoint=endpoint.pk).select_related("shipment")


class Deliveries(DeliveryDoor):
    """GET /api/webhooks/{id}/deliveries: messages, newest first, by `state` and `shipment`."""

    http_method_names = ["get", "head"]

    def get(self, request: Request, pk: int) -> Response:
        check_parameters(request, (*PAGING, *FILTERS))
        page = page_of(request, self.filtered(self.deliveries(pk)).defer("body"))
        return Response(page.body([write_delivery(one) for one in page.rows]))

    def filtered(self, deliveries: QuerySet[Delivery]) -> QuerySet[Delivery]:
        query = self.request.query_params
        if (state := query.get("state")) is not None:
            if state not in Delivery.State.values:
                raise unfit_parameter(
                    "state", f"It is none of: {', '.join(Delivery.State.values)}."
                )
            deliveries = deliveries.filter(state=state)
        if (reference := query.get("shipment")) is not None:
            shipment = lookups.by_reference(self.key, reference).values_list("pk", flat=True)
            if not shipment:
                raise unfit_parameter("shipment", "There is no such shipment.")
            deliveries = deliveries.filter(shipment=shipment[0])
        return deliveries


class OneDelivery(DeliveryDoor):
    """GET /api/webhooks/{id}/deliveries/{delivery}: a message, its body and all tries."""

    http_method_names = ["get", "head"]

    def get(self, request: Request, pk: int, delivery: int) -> Response:
        found = self.deliveries(pk).get(pk=delivery)
        attempts = Attempt.objects.filter(delivery=found.pk).order_by("-pk")[:MOST_ATTEMPTS]
        return Response(write_whole_delivery(found, list(attempts)[::-1]))


class Repetition(DeliveryDoor):
    """POST /api/webhooks/{id}/deliveries/{delivery}/resend: send it once more."""

    http_method_names = ["post"]

    @once
    def post(self, request: Request, pk: int, delivery: int) -> Response:
        found = self.deliveries(pk).defer("body").get(pk=delivery)
        repeating.send_again([found.pk], timezone.now())
        found.refresh_from_db(fields=["state", "tries", "due_at", "ended_at"])
        return Response(write_delivery(found), status=202)


class Repetitions(DeliveryDoor):
    """POST /api/webhooks/{id}/resend: send many once more, by their ids, time or state."""

    http_method_names = ["post"]

    @once
    def post(self, request: Request, pk: int) -> Response:
        wanted = body_of(request, Resending)
        check_choice(wanted)
        return Response(ResentAnswer(self.resend(pk, wanted)), status=202)

    def resend(self, pk: int, wanted: Resending) -> int:
        now = timezone.now()
        if wanted.ids is not None:
            own = self.deliveries(pk).filter(pk__in=wanted.ids)
            return repeating.send_again(list(own.values_list("pk", flat=True)), now)
        states = (wanted.state,) if wanted.state else repeating.ENDED
        chosen: dict[str, Any] = {"since": wanted.since, "until": wanted.until, "states": states}
        try:
            return repeating.send_range_again(self.endpoint(pk), now, **chosen)
        except repeating.TooMany as why:
            raise Refusal(409, message=str(why)) from why


def check_choice(wanted: Resending) -> None:
    """Raise a `Refusal` (422) for a choice of messages that is none, or two at once."""
    is_range = any((wanted.since, wanted.until, wanted.state))
    if is_range == (wanted.ids is not None):
        raise Refusal(422, message=CHOOSE, faults=(Fault("$", CHOOSE),))
    check_times({"since": wanted.since, "until": wanted.until})
