"""Addresses that do not take what they are sent: which they are, why, and what is held up."""

from collections.abc import Collection
from datetime import UTC, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from apps.notifications.models import Attempt, Delivery, Endpoint

# Counts go no further.
MOST_COUNTED = 1000
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
WAITING, GIVEN_UP = Delivery.State.WAITING, Delivery.State.GIVEN_UP


class _CountUpTo(Subquery):
    """How many rows a query finds, which has to say itself how many are enough."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS first_rows)"


def failing(merchant_ids: Collection[int] | None) -> QuerySet[Endpoint]:
    """Return addresses that are paused, take nothing or have messages given up, worst first.

    None stands for all merchants'. What was switched off on purpose is not among them.
    """
    in_trouble = ~Q(paused_at=None) | ~Q(failing_since=None) | Exists(_given_up_of_endpoint())
    rows = Endpoint.objects.filter(in_trouble, is_active=True)
    if merchant_ids is not None:
        rows = rows.filter(merchant__in=merchant_ids)
    worst = (F("paused_at").desc(nulls_last=True), F("failing_since").asc(nulls_last=True), "pk")
    return rows.select_related("merchant").defer("secrets").order_by(*worst)


def with_counts(endpoints: QuerySet[Endpoint]) -> QuerySet[Endpoint]:
    """Add `waiting` and `given_up`, counted to one past `MOST_COUNTED`, and `newest_given_up`.

    Each is read along an index of its own, however many messages an address ever got.
    """
    waiting = Delivery.objects.filter(endpoint=OuterRef("pk"), state=WAITING).order_by("due_at")
    given_up = _given_up_of_endpoint().order_by("-ended_at")
    enough = slice(MOST_COUNTED + 1)
    return endpoints.annotate(
        waiting=_CountUpTo(waiting.values("pk")[enough]),
        given_up=_CountUpTo(given_up.values("pk")[enough]),
        newest_given_up=Subquery(given_up.values("pk")[:1]),
    )


def last_attempts(delivery_ids: Collection[int]) -> dict[int, Attempt]:
    """Return the last try of each of a few messages; one statement."""
    rows = Attempt.objects.filter(delivery__in=delivery_ids).order_by("pk").defer("answer")
    return {attempt.delivery_id: attempt for attempt in rows}


def given_up(endpoint: Endpoint) -> QuerySet[Delivery]:
    """Return an address's messages that were given up and that nobody set aside, oldest first."""
    since = endpoint.set_aside_at or NEVER
    rows = Delivery.objects.filter(endpoint=endpoint, state=GIVEN_UP, ended_at__gt=since)
    return rows.order_by("ended_at")


def set_aside(endpoint: Endpoint, now: datetime) -> None:
    """Note that somebody has seen what was given up so far; it stays in the log."""
    Endpoint.objects.filter(pk=endpoint.pk).update(set_aside_at=now)


def _given_up_of_endpoint() -> QuerySet[Delivery]:
    since = Coalesce(OuterRef("set_aside_at"), Value(NEVER))
    return Delivery.objects.filter(endpoint=OuterRef("pk"), state=GIVEN_UP, ended_at__gt=since)
