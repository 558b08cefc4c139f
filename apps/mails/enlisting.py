"""Subscriptions for shipments that a merchant registers: many at once, nobody is there yet."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from apps.mails import topics as asked_for
from apps.mails.addresses import digest, fold
from apps.mails.models import Blocked, Subscription


class Enlisted(Struct, frozen=True):
    """Who is to hear of a shipment that is new; address and topics are checked."""

    shipment_id: int
    email: str
    language: str
    topics: Sequence[str] = ()


def enlist(people: Sequence[Enlisted], now: datetime) -> int:
    """Let them hear from now on; return how many do. Blocked addresses are passed over.

    Two statements, whatever the number. The shipments must be new: whoever is there already
    is `asking.subscribe`'s to look for.
    """
    digests = {one.email: digest(one.email) for one in people}
    blocked = set(
        Blocked.objects.filter(pk__in=digests.values()).values_list("pk", flat=True)
        if digests
        else ()
    )
    made = [_subscription(one, now) for one in people if digests[one.email] not in blocked]
    return len(Subscription.objects.bulk_create(made))


def _subscription(one: Enlisted, now: datetime) -> Subscription:
    return Subscription(
        shipment_id=one.shipment_id,
        email=one.email,
        folded=fold(one.email),
        language=one.language,
        topics=asked_for.in_order(one.topics),
        origin=Subscription.Origin.MERCHANT,
        state=Subscription.State.ON,
        asked_at=now,
    )
