"""Writes what became of tries: delivered, to be tried again, or given up."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.notifications.gaps import gap_after, rest_asked
from apps.notifications.models import Attempt, Delivery, Endpoint
from apps.notifications.sending import Outcome

GONE = 410
ASKING_FOR_REST = (429, 503)
# An endpoint that takes nothing is tried less and less often, and left alone in the end.
SHORTEST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(hours=1)
PATIENCE = timedelta(days=5)
IS_GONE = "The address answered 410: nothing is wanted there any more."
IS_DEAD = "Nothing was taken for five days."


@transaction.atomic
def keep(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write down tries and what follows from them."""
    Attempt.objects.bulk_create([_attempt(one, now) for one in outcomes])
    taken = [one for one in outcomes if one.is_taken]
    _end(taken, now)
    for one in outcomes:
        if not one.is_taken:
            _put_off(one, now)
    well = {one.endpoint_id for one in taken}
    _recover(well)
    for endpoint_id in sorted({one.endpoint_id for one in outcomes}):
        failed = [one for one in outcomes if one.endpoint_id == endpoint_id and not one.is_taken]
        if failed and (endpoint_id not in well or any(one.status == GONE for one in failed)):
            _judge(endpoint_id, failed, now)


def _attempt(one: Outcome, now: datetime) -> Attempt:
    return Attempt(
        delivery_id=one.delivery_id,
        made_at=now,
        status=one.status,
        reason=one.reason,
        milliseconds=one.milliseconds,
        answer=one.answer,
    )


def _end(taken: Sequence[Outcome], now: datetime) -> None:
    """Mark messages as delivered: one statement for all that took as many tries."""
    for tries in sorted({one.tries for one in taken}):
        ids = [one.delivery_id for one in taken if one.tries == tries]
        _own(ids, tries).update(state=Delivery.State.DELIVERED, ended_at=now, claimed_until=None)


def _own(ids: Collection[int], tries: int) -> QuerySet[Delivery]:
    # A message that was sent again by hand meanwhile is another's business.
    return Delivery.objects.filter(pk__in=ids, tries=tries)


def _put_off(one: Outcome, now: datetime) -> None:
    delivery = _own([one.delivery_id], one.tries)
    gap = gap_after(one.tries)
    if gap is None:
        delivery.update(state=Delivery.State.GIVEN_UP, ended_at=now, claimed_until=None)
        return
    due_at = now + max(gap, _rest(one, now))
    delivery.update(due_at=due_at, claimed_until=None)


def _rest(one: Outcome, now: datetime) -> timedelta:
    if one.status in ASKING_FOR_REST:
        return rest_asked(one.retry_after, now)
    return timedelta()


def _recover(endpoints: Collection[int]) -> None:
    """Note that endpoints take messages again."""
    failing = Endpoint.objects.filter(~Q(failing_since=None), pk__in=endpoints)
    failing.update(failing_since=None, not_before=None, last_status=None, last_reason="")


def _judge(endpoint_id: int, failed: Sequence[Outcome], now: datetime) -> None:
    """Note that an endpoint takes nothing: have it rest, or leave it alone."""
    rows = Endpoint.objects.filter(pk=endpoint_id)
    told = {"last_status": failed[-1].status, "last_reason": failed[-1].reason}
    if any(one.status == GONE for one in failed):
        rows.update(paused_at=now, pause_reason=IS_GONE, last_status=GONE, last_reason="")
        return
    since = rows.values_list("failing_since", flat=True).first() or now
    if now - since >= PATIENCE:
        rows.update(paused_at=now, pause_reason=IS_DEAD, **told)
        return
    asked = max(_rest(one, now) for one in failed)
    rest = max(asked, min(max((now - since) / 2, SHORTEST_REST), LONGEST_REST))
    failing = Coalesce("failing_since", Value(now))
    rows.update(failing_since=failing, not_before=now + rest, **told)
