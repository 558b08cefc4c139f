"""Who asks for whom: leases on accounts and on watches. The database row is the truth.

A claim that dies with its process ends by itself: the account's lease runs out, and the
watches it had taken are due again.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from apps.providers.budgets import SHARES
from apps.providers.models import Account, Urgency, Watch
from apps.providers.registry import CLIENTS
from apps.shipments import rows

# `urgency` is spelt out because it stands before `due_at` in the index.
CLASSES = ", ".join(str(int(urgency)) for urgency in Urgency)

CLAIM_ACCOUNTS = f"""
    UPDATE providers_account SET claimed_until = %s, started_at = NULL
    WHERE {{free}} AND EXISTS (
        SELECT 1 FROM providers_watch w
        WHERE w.account_id = providers_account.id AND w.urgency IN ({CLASSES})
        AND w.due_at <= %s)
    RETURNING id
"""  # noqa: S608
FREE = """
    is_active AND paused_at IS NULL AND (not_before IS NULL OR not_before <= %s)
    AND (claimed_until IS NULL OR claimed_until <= %s)
"""
NEXT_DUE = f"""
    SELECT id FROM providers_watch
    WHERE account_id = %s AND urgency IN ({CLASSES}) AND due_at <= %s
    ORDER BY urgency, due_at LIMIT %s
"""  # noqa: S608
NEXT_DUE_OF_CLASS = """
    SELECT id FROM providers_watch
    WHERE account_id = %s AND urgency = %s AND due_at <= %s
    ORDER BY due_at LIMIT %s
"""


def lease() -> timedelta:
    return timedelta(seconds=settings.SYNC_LEASE_SECONDS)


def claim_accounts(now: datetime) -> list[int]:
    """Claim every account that may be asked and has a watch that is due; return row numbers."""
    written = connection.ops.adapt_datetimefield_value
    times = (written(now + lease()), written(now), written(now), written(now))
    return [row[0] for row in rows.fetch(CLAIM_ACCOUNTS.format(free=FREE), times)]


def take(account_id: int, now: datetime) -> Account | None:
    """Begin to ask for an account; None when somebody else does or nobody may.

    Of a job that was sent twice, the second finds nothing to do.
    """
    is_free = Q(claimed_until__lte=now) | Q(claimed_until=None) | Q(started_at=None)
    taken = (
        _askable(now)
        .filter(is_free, pk=account_id)
        .update(started_at=now, claimed_until=now + lease())
    )
    return Account.objects.get(pk=account_id) if taken else None


def hold(account: Account, now: datetime) -> bool:
    """Make the lease longer; False when it was lost to somebody else meanwhile."""
    own = Account.objects.filter(pk=account.pk, started_at=account.started_at)
    return bool(own.update(claimed_until=now + lease()))


def put_off(account: Account) -> None:
    """Leave an account to a later job of ours: claimed, not begun."""
    own = Account.objects.filter(pk=account.pk, started_at=account.started_at)
    own.update(started_at=None)


def release(account: Account) -> None:
    own = Account.objects.filter(pk=account.pk, started_at=account.started_at)
    own.update(claimed_until=None, started_at=None)


def claim_watches(account: Account, count: int, now: datetime, *, is_scarce: bool) -> list[Watch]:
    """Claim up to `count` due watches of an account, the most urgent first.

    When calls are scarce every class of urgency gets its share.
    """
    with transaction.atomic():
        find = shared_ids if is_scarce else due_ids
        ids = find(account, count, now)
        Watch.objects.filter(pk__in=ids).update(due_at=now + lease())
        return list(Watch.objects.filter(pk__in=ids).order_by("urgency", "pk"))


def put_off_due(account: Account, due_at: datetime, now: datetime) -> None:
    """Move what is due to a later time, for a provider that may not be asked now."""
    due = Watch.objects.filter(account=account, urgency__in=Urgency, due_at__lte=now)
    due.update(due_at=due_at)


def give_back(watch_ids: Collection[int], now: datetime) -> None:
    """Make claimed watches due again that could not be asked."""
    Watch.objects.filter(pk__in=watch_ids, due_at__isnull=False).update(due_at=now)


def soonest_due(account: Account) -> datetime | None:
    """Return when the account's next watch is due."""
    times = (
        Watch.objects.filter(account=account, urgency=urgency, due_at__isnull=False)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
        for urgency in Urgency
    )
    return min((time for time in times if time), default=None)


def next_turn(account: Account, now: datetime) -> datetime | None:
    """Return when an account can be asked next, None when it cannot or nothing is due."""
    if account.paused_at or not account.is_active:
        return None
    due_at = soonest_due(account)
    return due_at and max(due_at, account.not_before or due_at, now)


def oldest_due(now: datetime) -> dict[str, datetime]:
    """Return for each provider since when a watch has been due that could be asked."""
    oldest: dict[str, datetime] = {}
    for account in _askable(now):
        due_at = soonest_due(account)
        if due_at and due_at <= now:
            oldest[account.kind] = min(due_at, oldest.get(account.kind, due_at))
    return oldest


def _askable(now: datetime) -> "QuerySet[Account]":
    return Account.objects.filter(
        Q(not_before=None) | Q(not_before__lte=now),
        is_active=True,
        paused_at=None,
        kind__in=list(CLIENTS),
    )


def due_ids(account: Account, count: int, now: datetime) -> list[int]:
    """Return the watches that are due, the most urgent first, locked until the commit."""
    written = connection.ops.adapt_datetimefield_value(now)
    return _ids(NEXT_DUE, (account.pk, written, count))


def shared_ids(account: Account, count: int, now: datetime) -> list[int]:
    """Return the same when it is not enough for all: every class of urgency has its share."""
    written = connection.ops.adapt_datetimefield_value(now)
    found: list[int] = []
    share = 0.5  # so that what is left of a call goes to somebody
    for urgency, part in SHARES.items():
        # What the classes before left over comes on top.
        share += part * count
        most = min(count - len(found), int(share))
        ids = _ids(NEXT_DUE_OF_CLASS, (account.pk, urgency, written, most))
        share -= len(ids)
        found += ids
    return found


def _ids(statement: str, parameters: tuple[object, ...]) -> list[int]:
    lock = " FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update else ""
    return [row[0] for row in rows.fetch(statement + lock, parameters)]
