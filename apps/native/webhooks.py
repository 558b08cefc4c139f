"""A merchant's webhooks, managed by its own programs."""

from typing import Annotated, ClassVar, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal
from apps.api.models import Scope
from apps.native import faults
from apps.native.door import NativeDoor, body_of, created, given
from apps.native.idempotency import once, once_secret
from apps.native.paging import PAGING, check_parameters, page_of
from apps.native.webhook_words import (
    NewSecretAnswer,
    NewWebhookAnswer,
    WebhookAnswer,
    webhook_answer,
    write_delivery,
)
from apps.notifications import endpoints, repeating, signing
from apps.notifications.models import Endpoint

MANAGE: dict[str, Scope] = dict.fromkeys(("GET", "HEAD", "POST", "PATCH", "DELETE"), Scope.MANAGE)
Url = Annotated[str, Meta(min_length=1, max_length=500, description="https, port 443 or 8443.")]
Topics = Annotated[
    list[str],
    Meta(max_length=100, description="Milestones and dotted codes; none stands for all."),
]
Language = Literal["native", "shipstation"]


class NewWebhook(Struct, frozen=True, forbid_unknown_fields=True):
    """An address to be told of changes."""

    url: Url
    topics: Topics = []
    language: Language = "native"
    is_active: bool = True


class WebhookChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    url: Url | UnsetType = UNSET
    topics: Topics | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class WebhookDoor(NativeDoor):
    scopes: ClassVar[dict[str, Scope]] = MANAGE

    def endpoint(self, pk: int) -> Endpoint:
        """Return the merchant's own endpoint, its secrets left closed; raise 404."""
        return endpoints.of_merchant(self.merchant_id).defer("secrets").get(pk=pk)


class Webhooks(WebhookDoor):
    """GET /api/webhooks: list them, newest first. POST /api/webhooks: add one."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: Request) -> Response:
        check_parameters(request, PAGING)
        own = endpoints.of_merchant(self.merchant_id).defer("secrets")
        page = page_of(request, own)
        now = timezone.now()
        return Response(page.body([webhook_answer(one, now) for one in page.rows]))

    @once_secret
    def post(self, request: Request) -> Response:
        wanted = asdict(body_of(request, NewWebhook))
        try:
            endpoint, secret = endpoints.add(self.merchant_id, wanted)
        except ValidationError as error:
            raise faults.refusal_of(error) from error
        except endpoints.TooMany as why:
            raise Refusal(409, message=str(why)) from why
        made = NewWebhookAnswer(webhook_answer(endpoint, timezone.now()), secret)
        return created(made, f"/api/webhooks/{endpoint.pk}")


class Webhook(WebhookDoor):
    """GET, PATCH and DELETE /api/webhooks/{id}."""

    http_method_names = ["get", "head", "patch", "delete"]

    def get(self, request: Request, pk: int) -> Response:
        return Response(self.answer(self.endpoint(pk)))

    def patch(self, request: Request, pk: int) -> Response:
        endpoint = self.endpoint(pk)
        try:
            endpoints.change(endpoint, given(body_of(request, WebhookChange)))
        except ValidationError as error:
            raise faults.refusal_of(error) from error
        return Response(self.answer(endpoint))

    def delete(self, request: Request, pk: int) -> Response:
        endpoints.remove(self.endpoint(pk), timezone.now())
        return Response(status=204)

    def answer(self, endpoint: Endpoint) -> WebhookAnswer:
        return webhook_answer(endpoint, timezone.now())


class WebhookSecret(WebhookDoor):
    """POST /api/webhooks/{id}/rotate_secret: a new secret; the one before signs for a day too."""

    http_method_names = ["post"]

    @once_secret
    def post(self, request: Request, pk: int) -> Response:
        now = timezone.now()
        with transaction.atomic():
            own = endpoints.of_merchant(self.merchant_id)
            endpoint = own.select_for_update().get(pk=pk)
            secret = signing.rotate(endpoint, now)
        return Response(NewSecretAnswer(webhook_answer(endpoint, now), secret))


class WebhookTest(WebhookDoor):
    """POST /api/webhooks/{id}/test: have a message of type `endpoint.test` sent."""

    http_method_names = ["post"]

    @once
    def post(self, request: Request, pk: int) -> Response:
        delivery = repeating.try_out(self.endpoint(pk), timezone.now())
        return Response(write_delivery(delivery), status=202)


class WebhookResumption(WebhookDoor):
    """POST /api/webhooks/{id}/resume: tell a webhook again that was paused."""

    http_method_names = ["post"]

    @once
    def post(self, request: Request, pk: int) -> Response:
        repeating.resume(self.endpoint(pk))
        return Response(webhook_answer(self.endpoint(pk), timezone.now()))
