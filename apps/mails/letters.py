"""Letters that somebody asked for: they go at once, and one of a kind replaces an earlier one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from apps.mails.models import Letter, Subscription, new_message_id
from apps.shipments.models import Shipment

State = Letter.State
ENDED = "The subscription has ended."


def write_to(subscription: Subscription, kind: str, now: datetime) -> Letter:
    """Make a letter to a subscriber due; one of the kind that was sent before is sent anew."""
    shipment = subscription.shipment
    told = _due(shipment, kind, subscription.language, now)
    letter, _made = Letter.objects.update_or_create(
        subscription=subscription, kind=kind, defaults=told
    )
    return letter


def write_to_recipient(shipment: Shipment, kind: str, language: str, now: datetime) -> Letter:
    """Make a letter to whom a parcel goes due."""
    return Letter.objects.create(**_due(shipment, kind, language, now))


def _due(shipment: Shipment, kind: str, language: str, now: datetime) -> dict[str, Any]:
    return {
        "merchant_id": shipment.merchant_id,
        "shipment": shipment,
        "kind": kind,
        "language": language,
        "version": shipment.version,
        "message_id": new_message_id(),
        "provider_id": "",
        "state": State.WAITING,
        "reason": "",
        "tries": 0,
        "created_at": now,
        "due_at": now,
        "claimed_until": None,
        "ended_at": None,
    }


def drop_waiting(subscription_ids: Collection[int], now: datetime) -> None:
    """Send no more to subscribers, but a link that they asked for."""
    waiting = Letter.objects.filter(subscription__in=subscription_ids, state=State.WAITING)
    waiting.exclude(kind=Letter.Kind.LINK).update(state=State.DROPPED, reason=ENDED, ended_at=now)
