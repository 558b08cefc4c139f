"""Our own API's addresses about webhooks, described."""

from typing import Any, Literal

from apps.native.deliveries import Resending
from apps.native.openapi.operations import Answer, Body, Operation, in_query
from apps.native.openapi.own_pages import DeliveryPage, WebhookPage
from apps.native.openapi.own_parameters import (
    LOCATION,
    MISSING,
    ONCE,
    PAGING,
    REPEATABLE,
    gone,
    page,
)
from apps.native.openapi.sample import journey
from apps.native.webhook_words import (
    AttemptAnswer,
    DeliveryAnswer,
    NewSecretAnswer,
    NewWebhookAnswer,
    ResentAnswer,
    WebhookAnswer,
    WholeDeliveryAnswer,
)
from apps.native.webhooks import NewWebhook, WebhookChange
from apps.notifications.models import Delivery

_AT = "2026-05-14T09:42:00+00:00"
_SECRET = "whsec_c2hvd24gdGhpcyBvbmNl"  # noqa: S105
_URL = "https://shop.example/parcels"
_STATES = tuple(Delivery.State.values)


def webhook() -> WebhookAnswer:
    return WebhookAnswer(
        id=7,
        url=_URL,
        topics=["delivered", "exception"],
        language="native",
        is_active=True,
        created_at=_AT,
        paused_at=None,
        pause_reason=None,
        failing_since=None,
        previous_secret_ends_at=None,
    )


def _delivery() -> dict[str, Any]:
    return {
        "id": 90117,
        "message_id": "msg_5f0c2b6f0a8e4b0d9a3e2f6c1d7b8a90",
        "shipment": journey().reference,
        "version": 4,
        "status_before": "in_transit.arrived",
        "status": "out_for_delivery",
        "state": "delivered",
        "tries": 1,
        "created_at": _AT,
        "due_at": _AT,
        "ended_at": _AT,
    }


def delivery() -> DeliveryAnswer:
    return DeliveryAnswer(**_delivery())


def _whole_delivery() -> WholeDeliveryAnswer:
    attempt = AttemptAnswer(made_at=_AT, status=204, reason=None, milliseconds=88, answer=None)
    body = '{"type": "shipment.updated", "…": "…"}'
    return WholeDeliveryAnswer(**_delivery(), body=body, attempts=[attempt])


_TAG = "Webhooks"
_ONE = "/api/webhooks/{id}"
_SEVERAL = f"{_ONE}/deliveries"


def _post(
    name: str, summary: str, answer: Answer, *refusals: int, body: Body | None = None
) -> Operation:
    return Operation(
        name=name,
        summary=summary,
        tag=_TAG,
        parameters=(ONCE,),
        body=body,
        answers=(answer,),
        refusals=(*MISSING, *REPEATABLE, *refusals),
    )


OPERATIONS = {
    ("GET", "/api/webhooks"): Operation(
        name="list_webhooks",
        summary="List your webhooks, newest first",
        tag=_TAG,
        parameters=PAGING,
        answers=(Answer("One page.", WebhookPage, page(webhook)),),
        refusals=(422,),
    ),
    ("POST", "/api/webhooks"): Operation(
        name="add_webhook",
        summary="Add an address to be told of changes",
        words="The signing secret is in the answer and is shown this once.",
        tag=_TAG,
        parameters=(ONCE,),
        body=Body(NewWebhook, lambda: {"url": _URL, "topics": ["delivered", "exception"]}),
        answers=(
            Answer(
                "The webhook with its secret.",
                NewWebhookAnswer,
                lambda: NewWebhookAnswer(webhook(), _SECRET),
                status=201,
                headers=(LOCATION,),
            ),
        ),
        refusals=(409, 422),
    ),
    ("GET", _ONE): Operation(
        name="read_webhook",
        summary="Read a webhook",
        tag=_TAG,
        answers=(Answer("The webhook.", WebhookAnswer, webhook),),
        refusals=MISSING,
    ),
    ("PATCH", _ONE): Operation(
        name="change_webhook",
        summary="Change a webhook",
        tag=_TAG,
        body=Body(WebhookChange, lambda: {"topics": ["delivered"]}),
        answers=(Answer("The webhook as it is now.", WebhookAnswer, webhook),),
        refusals=(*MISSING, 422),
    ),
    ("DELETE", _ONE): Operation(
        name="remove_webhook",
        summary="Remove a webhook and what waits for it",
        tag=_TAG,
        answers=(gone("It is gone."),),
        refusals=MISSING,
    ),
    ("POST", f"{_ONE}/rotate_secret"): _post(
        "rotate_secret",
        "Make a new signing secret; the one before signs for a day too",
        Answer(
            "The webhook with its new secret.",
            NewSecretAnswer,
            lambda: NewSecretAnswer(webhook(), _SECRET),
        ),
        409,
    ),
    ("POST", f"{_ONE}/test"): _post(
        "try_webhook",
        "Have a message sent to try it out",
        Answer("The message, on its way.", DeliveryAnswer, delivery, status=202),
    ),
    ("POST", f"{_ONE}/resume"): _post(
        "resume_webhook",
        "Tell a webhook again that was paused",
        Answer("The webhook.", WebhookAnswer, webhook),
    ),
    ("POST", f"{_ONE}/resend"): _post(
        "resend_deliveries",
        "Send many messages once more",
        Answer("How many.", ResentAnswer, lambda: ResentAnswer(12), status=202),
        409,
        body=Body(Resending, lambda: {"state": "given_up"}),
    ),
    ("GET", _SEVERAL): Operation(
        name="list_deliveries",
        summary="List messages, newest first",
        tag=_TAG,
        parameters=(
            in_query("state", "Only those that stand so.", Literal[_STATES]),
            in_query("shipment", "Only those about one shipment: `sp_…` or `EC-…`."),
            *PAGING,
        ),
        answers=(Answer("One page.", DeliveryPage, page(delivery)),),
        refusals=(*MISSING, 422),
    ),
    ("GET", f"{_SEVERAL}/{{delivery}}"): Operation(
        name="read_delivery",
        summary="Read a message with its body and tries",
        tag=_TAG,
        answers=(Answer("The message.", WholeDeliveryAnswer, _whole_delivery),),
        refusals=MISSING,
    ),
    ("POST", f"{_SEVERAL}/{{delivery}}/resend"): _post(
        "resend_delivery",
        "Send a message once more",
        Answer("The message, on its way.", DeliveryAnswer, delivery, status=202),
    ),
}
