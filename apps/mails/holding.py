"""What is held about the people who hear of parcels, for a request by one (GDPR, article 15)."""

from collections.abc import Collection
from typing import Any

from apps.mails.addresses import fold
from apps.mails.asking import of_shipments
from apps.mails.models import Letter, Subscription
from apps.shipments.models import Recipient
from apps.shipments.privacy import mask_email


def told_of(shipment_ids: Collection[int]) -> dict[str, Any]:
    """Return the subscriptions of these parcels, and the mails sent about them, ready for JSON.

    An address other than the recipient's is somebody else's, so it is masked.
    """
    to = Recipient.objects.filter(pk__in=shipment_ids).values_list("email", flat=True)
    own = {fold(email) for email in to}
    found = of_shipments(shipment_ids).select_related("shipment")
    letters = Letter.objects.filter(shipment__in=shipment_ids).select_related("shipment")
    return {
        "subscriptions": [_subscription(one, is_own=one.folded in own) for one in found],
        "mails": [_letter(one) for one in letters.order_by("pk")],
    }


def _subscription(one: Subscription, *, is_own: bool) -> dict[str, Any]:
    return {
        "shipment": one.shipment.reference,
        "email": one.email if is_own else mask_email(one.email),
        "language": one.language,
        "topics": one.topics,
        "origin": one.origin,
        "state": one.state,
        "asked_at": one.asked_at,
        "confirmed_at": one.confirmed_at,
        "ended_at": one.ended_at,
        "end": one.end,
    }


def _letter(one: Letter) -> dict[str, Any]:
    return {
        "shipment": one.shipment.reference if one.shipment else "",
        "kind": one.kind,
        "language": one.language,
        "state": one.state,
        "made_at": one.created_at,
        "ended_at": one.ended_at,
    }
