"""From changes to letters: one for each subscriber who wants to hear of a new milestone.

Changes are read in the order in which they became visible, each once, by one process at a time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from apps.mails import late, quiet
from apps.mails.models import Letter, ReadTo, Subscription
from apps.mails.reading import holding_up_nobody, journeys_by_id
from apps.mails.topics import wants
from apps.pages.showing import look_for
from apps.shipments import feeding
from apps.shipments.feeding import Changed
from apps.shipments.journey import Journey
from apps.shipments.status import MILESTONES, milestone_of

# Changes read in one transaction.
MOST = 500
OVERTAKEN = "The parcel went on before the mail went."
State = Letter.State


def pick(now: datetime) -> int:
    """Make letters of changes that were not read yet; return how many changes were read.

    The first time, reading begins shortly before the end: nobody wants old news, and what was
    changed before somebody asked is no news to them.
    """
    feeding.number_changes()
    if not _has_more():
        return 0
    with transaction.atomic():
        place = hold()
        changes = feeding.changes_after(place.position, MOST)
        if changes:
            _write_of(changes, now)
            ReadTo.objects.filter(pk=place.pk).update(position=changes[-1].position)
    return len(changes)


def pass_over() -> None:
    """Forget how far changes were read; for a site that sends no mail."""
    if ReadTo.objects.exists():
        ReadTo.objects.all().delete()


def hold() -> ReadTo:
    """Return how far changes were read, for this process alone until its transaction ends."""
    start = max(0, feeding.last_position() - MOST)
    ReadTo.objects.get_or_create(pk=1, defaults={"position": start})
    return ReadTo.objects.select_for_update().get(pk=1)


def _has_more() -> bool:
    """Tell, without a lock, whether there is something to read or a place to begin at."""
    place = ReadTo.objects.values_list("position", flat=True).first()
    return place is None or feeding.last_position() > place


def _write_of(changes: Iterable[Changed], now: datetime) -> None:
    begun = {one.shipment_id: one for one in changes if _is_new(one)}
    if not begun:
        return
    _drop_overtaken(begun, now)
    subscriptions = _subscriptions(begun)
    journeys = journeys_by_id({one.shipment_id for one in subscriptions})
    _store(list(_letters(begun, subscriptions, journeys, now)))


def _letters(
    begun: Mapping[int, Changed],
    subscriptions: Iterable[Subscription],
    journeys: Mapping[int, Journey],
    now: datetime,
) -> Iterator[Letter]:
    for one in subscriptions:
        journey, kind = journeys.get(one.shipment_id), _kind(begun, one)
        with holding_up_nobody(one.shipment_id):
            if journey and late.is_news(journey, kind, now):
                yield letter_about(one, kind, begun[one.shipment_id].version, journey, now)


def _is_new(change: Changed) -> bool:
    return milestone_of(change.code) != milestone_of(change.code_before)


def _drop_overtaken(begun: Mapping[int, Changed], now: datetime) -> None:
    """Drop what waits about earlier milestones; what is just being sent goes."""
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
    waiting = Letter.objects.filter(
        unclaimed, shipment__in=begun, state=State.WAITING, kind__in=MILESTONES
    )
    pairs = waiting.values_list("pk", "shipment_id", "version")
    passed = [pk for pk, shipment_id, version in pairs if version < begun[shipment_id].version]
    if passed:
        told = {"state": State.DROPPED, "reason": OVERTAKEN, "ended_at": now}
        waiting.filter(pk__in=passed).update(**told)


def _subscriptions(begun: Mapping[int, Changed]) -> list[Subscription]:
    """Return those that want to hear of what began and did not yet."""
    found = Subscription.objects.filter(shipment__in=begun, state=Subscription.State.ON)
    wanted = [
        one
        for one in found.select_related("shipment").order_by("pk")
        if wants(one.topics, _kind(begun, one)) and _was_on(one, begun[one.shipment_id])
    ]
    told = _told(wanted)
    return [one for one in wanted if (one.pk, _kind(begun, one)) not in told]


def _was_on(one: Subscription, change: Changed) -> bool:
    """Tell whether a subscriber asked before a change could be seen."""
    return (one.confirmed_at or one.asked_at) <= change.created_at + feeding.LONGEST


def _kind(begun: Mapping[int, Changed], one: Subscription) -> str:
    return milestone_of(begun[one.shipment_id].code)


def _told(subscriptions: Sequence[Subscription]) -> set[tuple[int | None, str]]:
    """Return pairs of subscriptions and kinds that have a letter, dropped ones left out."""
    if not subscriptions:
        return set()
    letters = Letter.objects.filter(subscription__in=subscriptions).exclude(state=State.DROPPED)
    return set(letters.values_list("subscription_id", "kind"))


def letter_about(
    subscription: Subscription, kind: str, version: int, journey: Journey, now: datetime
) -> Letter:
    """Return a letter, not stored yet, that goes when it is not quiet where its reader lives."""
    return Letter(
        merchant_id=subscription.shipment.merchant_id,
        shipment_id=subscription.shipment_id,
        subscription=subscription,
        kind=kind,
        language=subscription.language,
        version=version,
        created_at=now,
        due_at=quiet.goes_at(look_for([journey]), quiet.clocks_of(journey), now),
    )


# What becomes of a dropped letter when its milestone begins anew.
RENEWED = ["state", "reason", "version", "language", "tries", "created_at", "due_at",
           "claimed_until", "ended_at"]  # fmt: skip


def _store(letters: Sequence[Letter]) -> None:
    """Store letters; those of a kind that was dropped before wait again, under their old ids."""
    Letter.objects.bulk_create(
        letters,
        update_conflicts=True,
        unique_fields=["subscription", "kind"],
        update_fields=RENEWED,
    )


def store(letters: Sequence[Letter]) -> None:
    """Store letters of kinds their subscribers have none of; others are left as they are."""
    Letter.objects.bulk_create(letters, ignore_conflicts=True)
