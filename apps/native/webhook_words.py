"""Webhooks and their messages, as our own API tells of them."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from apps.dialects import moments
from apps.notifications.models import Attempt, Delivery, Endpoint
from apps.notifications.signing import OVERLAP


class WebhookAnswer(Struct, frozen=True):
    """A webhook. `paused_at` tells that nothing is sent until it is resumed."""

    id: int
    url: str
    topics: list[str]
    language: str
    is_active: bool
    created_at: str
    paused_at: str | None
    pause_reason: str | None
    failing_since: str | None
    previous_secret_ends_at: str | None


class NewWebhookAnswer(Struct, frozen=True):
    """The webhook, and the secret that its messages are signed with, which is shown this once."""

    webhook: WebhookAnswer
    secret: str


class NewSecretAnswer(Struct, frozen=True):
    """The webhook, and its new secret, which is shown this once."""

    webhook: WebhookAnswer
    secret: str


class AttemptAnswer(Struct, frozen=True):
    """One try: the status that came back and the beginning of what was said, or why none did."""

    made_at: str
    status: int | None
    reason: str | None
    milliseconds: int
    answer: str | None


class DeliveryAnswer(Struct, frozen=True):
    """A message. `message_id` is what receivers see as `webhook-id`; a test has no shipment."""

    id: int
    message_id: str
    shipment: str | None
    version: int | None
    status_before: str | None
    status: str | None
    state: str
    tries: int
    created_at: str
    due_at: str
    ended_at: str | None


class WholeDeliveryAnswer(DeliveryAnswer, frozen=True):
    """A message with its body as it is sent, null before the first try, and all tries."""

    body: str | None
    attempts: list[AttemptAnswer]


class ResentAnswer(Struct, frozen=True):
    """How many messages are sent once more."""

    resent: int


def webhook_answer(endpoint: Endpoint, now: datetime) -> WebhookAnswer:
    rotated_at = endpoint.rotated_at
    ends_at = rotated_at + OVERLAP if rotated_at else None
    return WebhookAnswer(
        id=endpoint.pk,
        url=endpoint.url,
        topics=list(endpoint.topics),
        language=endpoint.language,
        is_active=endpoint.is_active,
        created_at=moments.iso_utc(endpoint.created_at),
        paused_at=_time(endpoint.paused_at),
        pause_reason=endpoint.pause_reason or None,
        failing_since=_time(endpoint.failing_since),
        previous_secret_ends_at=_time(ends_at) if ends_at and ends_at > now else None,
    )


def write_delivery(delivery: Delivery) -> DeliveryAnswer:
    return DeliveryAnswer(**_delivery(delivery))


def write_whole_delivery(delivery: Delivery, attempts: list[Attempt]) -> WholeDeliveryAnswer:
    return WholeDeliveryAnswer(
        **_delivery(delivery),
        body=delivery.body or None,
        attempts=[_attempt(attempt) for attempt in attempts],
    )


def _delivery(delivery: Delivery) -> dict[str, Any]:
    shipment = delivery.shipment
    return {
        "id": delivery.pk,
        "message_id": delivery.message_id,
        "shipment": shipment.reference if shipment else None,
        "version": delivery.version if shipment else None,
        "status_before": (delivery.code_before or None) if shipment else None,
        "status": delivery.code if shipment else None,
        "state": delivery.state,
        "tries": delivery.tries,
        "created_at": moments.iso_utc(delivery.created_at),
        "due_at": moments.iso_utc(delivery.due_at),
        "ended_at": _time(delivery.ended_at),
    }


def _attempt(attempt: Attempt) -> AttemptAnswer:
    return AttemptAnswer(
        made_at=moments.iso_utc(attempt.made_at),
        status=attempt.status,
        reason=attempt.reason or None,
        milliseconds=attempt.milliseconds,
        answer=attempt.answer or None,
    )


def _time(at: datetime | None) -> str | None:
    return moments.iso_utc(at) if at else None
