"""Subscriptions: how they begin, are confirmed, change and end."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.mails import topics as asked_for
from apps.mails.addresses import block, fold, is_blocked
from apps.mails.letters import drop_waiting, write_to
from apps.mails.models import Blocked, Letter, Subscription
from apps.pages import guessing
from apps.shipments.models import Shipment

State, Origin, End = Subscription.State, Subscription.Origin, Subscription.End
ENDS = {
    Blocked.Reason.BOUNCED: End.BOUNCED,
    Blocked.Reason.COMPLAINED: End.COMPLAINED,
    Blocked.Reason.REFUSED: End.UNSUBSCRIBED,
}
# How long somebody has to confirm that they asked.
CONFIRMED_WITHIN = timedelta(days=7)
# Addresses of one parcel that count: nobody fills a table through the link of one.
MOST = 20


@transaction.atomic
def subscribe(
    shipment_id: int,
    email: str,
    *,
    language: str,
    topics: Collection[str] = (),
    origin: str,
    now: datetime,
) -> Subscription | None:
    """Let an address hear of a parcel; return its subscription, None when it must not.

    `email` and `topics` are checked (`addresses.check_email`, `topics.check`); no topics are the
    usual ones. A duplicate's subscription is that of the parcel it was united with. From the page
    it waits for its owner, who gets a mail that asks, no more than a few a day. What is on already
    stays on: a merchant changes its topics and language, the page does not, for anybody can type
    an address there. None when the address is blocked, when its owner ended it and a merchant asks,
    and when too many hear of the parcel. Raises `Shipment.DoesNotExist`.
    """
    # Locked, so that two who ask at once take turns.
    shipment = Shipment.objects.select_for_update().get(pk=shipment_id)
    if shipment.merged_into_id:
        shipment = Shipment.objects.select_for_update().get(pk=shipment.merged_into_id)
    known = _known(shipment, email)
    if is_blocked(email) or not (known or _has_room(shipment, now)):
        return None
    one = known or Subscription(shipment=shipment, asked_at=now)
    told: dict[str, Any] = {"email": email, "folded": fold(email), "language": language}
    told["topics"] = asked_for.in_order(topics)
    if origin == Origin.PAGE:
        return _asked(one, told, now)
    return _put_on(one, told, now)


def _known(shipment: Shipment, email: str) -> Subscription | None:
    known = Subscription.objects.select_for_update()
    return known.filter(shipment=shipment, folded=fold(email)).first()


def _has_room(shipment: Shipment, now: datetime) -> bool:
    counts = Q(state=State.ON) | Q(state=State.ASKED, asked_at__gt=now - CONFIRMED_WITHIN)
    return Subscription.objects.filter(counts, shipment=shipment).count() < MOST


def _asked(one: Subscription, told: dict[str, Any], now: datetime) -> Subscription:
    """Ask whoever has the address, unless they said yes already."""
    if one.state == State.ON:
        return one
    told |= {"origin": Origin.PAGE, "state": State.ASKED, "asked_at": now}
    _set(one, **told, ended_at=None, end="")
    if guessing.may_mail(Letter.Kind.CONFIRM, str(one.shipment_id), one.folded, now):
        write_to(one, Letter.Kind.CONFIRM, now)
    return one


def _put_on(one: Subscription, told: dict[str, Any], now: datetime) -> Subscription | None:
    """Begin for a merchant, unless the owner of the address ended it."""
    if one.state == State.ENDED and one.end != End.MERCHANT:
        return None
    if one.state != State.ON:
        told |= {"origin": Origin.MERCHANT, "state": State.ON, "confirmed_at": None}
        told |= {"asked_at": now, "ended_at": None, "end": ""}
    return _set(one, **told)


def _set(one: Subscription, **values: Any) -> Subscription:
    for name, value in values.items():
        setattr(one, name, value)
    one.save()
    return one


def by_token(token: str) -> Subscription | None:
    """Return the subscription that a secret opens, with its shipment and merchant."""
    found = Subscription.objects.select_related("shipment__merchant")
    return found.filter(token=token).first()


def confirm(token: str, now: datetime) -> Subscription | None:
    """Begin what was asked for on the page; None for what is unknown, ended or asked long ago."""
    due = Q(state=State.ASKED, asked_at__gt=now - CONFIRMED_WITHIN)
    Subscription.objects.filter(due, token=token).update(state=State.ON, confirmed_at=now)
    one = by_token(token)
    return one if one and one.state == State.ON else None


def can_be_confirmed(one: Subscription, now: datetime) -> bool:
    """Tell whether somebody was asked, and may still answer."""
    return one.state == State.ASKED and one.asked_at > now - CONFIRMED_WITHIN


def choose(one: Subscription, topics: Collection[str], language: str) -> None:
    """Change what a subscriber hears of, and in which language."""
    one.topics, one.language = asked_for.in_order(topics), language
    one.save(update_fields=["topics", "language"])


@transaction.atomic
def end(subscription: Subscription, end: str, now: datetime) -> None:
    """End a subscription, for one of `Subscription.End`, and all mails of it that wait.

    What ended already keeps its end.
    """
    going = Subscription.objects.filter(pk=subscription.pk).exclude(state=State.ENDED)
    if going.update(state=State.ENDED, end=End(end), ended_at=now):
        drop_waiting([subscription.pk], now)
    subscription.refresh_from_db(fields=["state", "end", "ended_at"])


@transaction.atomic
def refuse(email: str, reason: str, now: datetime) -> None:
    """Send nothing to an address any more, and end all that it hears of.

    `reason` is one of `Blocked.Reason`.
    """
    block(email, reason, now)
    going = Subscription.objects.filter(folded=fold(email)).exclude(state=State.ENDED)
    ids = list(going.values_list("pk", flat=True))
    drop_waiting(ids, now)
    Subscription.objects.filter(pk__in=ids).update(
        state=State.ENDED, end=ENDS[Blocked.Reason(reason)], ended_at=now
    )


def forget(shipment_ids: Collection[int]) -> None:
    """Delete all that is known of who hears of these parcels, and the mails to them."""
    Letter.objects.filter(shipment__in=shipment_ids).delete()
    of_shipments(shipment_ids).delete()


def of_shipments(shipment_ids: Collection[int]) -> QuerySet[Subscription]:
    """Return who hears, heard or asked to hear of these parcels."""
    return Subscription.objects.filter(shipment__in=shipment_ids).order_by("pk")


def move(from_id: int, to_id: int) -> None:
    """Give the subscriptions of a duplicate to the parcel it was united with.

    Who hears of both keeps what is on, or else what they have of the latter.
    """
    kept = {one.folded: one for one in of_shipments([to_id])}
    for one in of_shipments([from_id]):
        mine = kept.get(one.folded)
        if mine and (mine.state == State.ON or one.state != State.ON):
            one.delete()
            continue
        if mine:
            mine.delete()
        Letter.objects.filter(subscription=one).update(shipment=to_id)
        Subscription.objects.filter(pk=one.pk).update(shipment=to_id)
