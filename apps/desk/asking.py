"""Asking carriers again about many shipments: told beforehand what it takes, done bit by bit.

What is brought forward competes with what is due anyhow, so each minute only as many get their
turn as the providers' quotas bear, and half of what they bear is left to the others.
"""

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from msgspec import Struct

from apps.desk import runs
from apps.desk.models import Run
from apps.desk.runs import Person, Step
from apps.providers import budgets, enrolling, steering
from apps.providers.models import Account, Urgency, Watch
from apps.providers.registry import CLIENTS
from apps.shipments.models import Merchant, Shipment

# More are asked about in several runs.
MOST_SHIPMENTS = 50_000
LOOKED_UP = 1_000
# Brought forward in one go of each account, and how long until the next.
MOST_AT_ONCE = 500
PAUSE = timedelta(minutes=1)
MINUTES_A_DAY = 24 * 60

Ids = dict[str, list[int]]  # watches by account


class Plan(Struct, frozen=True, array_like=True):
    """What a run asks about: shipments to look up, then watches by account."""

    shipments: list[int]
    watches: Ids


def start(
    shipments: QuerySet[Shipment], *, merchant: Merchant | None, user: Person, now: datetime
) -> Run:
    """Have looked up what it would take to ask about these shipments again.

    They are what the one who asks may reach; None as the merchant stands for several ones'.
    """
    keys = shipments.order_by("-pk").values_list("pk", flat=True)[: MOST_SHIPMENTS + 1]
    ids: list[int] = list(keys)
    given = {"is_cut": len(ids) > MOST_SHIPMENTS}
    table = packed(Plan(ids[:MOST_SHIPMENTS], {}))
    return runs.start(Run.Kind.ASK, merchant=merchant, user=user, given=given, table=table, now=now)


def packed(plan: Plan) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(plan))


def unpacked(run: Run) -> Plan:
    return msgspec.msgpack.decode(zlib.decompress(bytes(run.table)), type=Plan)


@runs.runner(Run.Kind.ASK)
class Asking:
    def check(self, run: Run, now: datetime) -> Step:
        """Find the watches of some shipments; with the last of them, tell what asking takes."""
        plan = unpacked(run)
        some = plan.shipments[run.done : run.done + LOOKED_UP]
        watched = _look_up(some, plan.watches)
        done = run.done + len(some)
        is_over = done >= len(plan.shipments)
        found = {
            "shipments": len(plan.shipments),
            "watched": run.found.get("watched", 0) + watched,
            "is_cut": run.given.get("is_cut", False),
            "to_do": sum(map(len, plan.watches.values())),
            "accounts": _told(plan.watches, now) if is_over else [],
        }
        table = packed(Plan([] if is_over else plan.shipments, plan.watches))
        return Step(done, len(plan.shipments), found, table, is_over)

    def apply(self, run: Run, now: datetime) -> Step:
        """Bring forward what each account can bear now, and come back in a minute for more."""
        left = unpacked(run).watches
        counts = Counter(run.found.get("asked", {}))
        for account in _accounts(left):
            _go_on(account, left, counts, now)
        for gone in [key for key, ids in left.items() if not ids]:
            del left[gone]
        done = run.found["to_do"] - sum(map(len, left.values()))
        if not left:
            _note_down(run, counts)
        return Step(
            done,
            total=run.found["to_do"],
            found={**run.found, "asked": dict(counts)},
            table=packed(Plan([], left)) if left else b"",
            is_over=not left,
            again_at=now + PAUSE if left else None,
        )


def _look_up(shipment_ids: Sequence[int], watches: Ids) -> int:
    """Add the running watches of shipments, by account; return how many shipments have one."""
    found = Watch.objects.filter(shipment__in=shipment_ids, ended="", due_at__isnull=False)
    rows = found.order_by("pk").values_list("pk", "account_id", "shipment_id")
    shipments = set()
    for pk, account_id, shipment_id in rows:
        watches.setdefault(str(account_id), []).append(pk)
        shipments.add(shipment_id)
    return len(shipments)


def _accounts(watches: Ids) -> list[Account]:
    """Return the accounts that still have something to ask; what is gone is taken out."""
    found = Account.objects.filter(pk__in=watches, kind__in=list(CLIENTS)).order_by("pk")
    accounts = list(found.defer("credentials", "token"))
    for gone in set(watches) - {str(account.pk) for account in accounts}:
        del watches[gone]
    return accounts


def _told(watches: Ids, now: datetime) -> list[dict[str, Any]]:
    return [_cost(account, len(watches[str(account.pk)]), now) for account in _accounts(watches)]


def _cost(account: Account, count: int, now: datetime) -> dict[str, Any]:
    """Return in values for the page what asking an account about so many watches takes."""
    calls = math.ceil(count / account.client.limits.batch)
    return {
        "name": str(account),
        "provider": str(account.client.title),
        "watches": count,
        "calls": calls,
        "minutes": minutes_for(account, calls, count, now),
        "is_asked": _is_asked(account),
    }


def minutes_for(account: Account, calls: int, count: int, now: datetime) -> int:
    """Estimate how long so many calls take when half of the quotas is left to others."""
    paces = [count / MOST_AT_ONCE]
    for window in budgets.windows(account, now):
        a_minute = window.usable / (window.seconds / 60) / 2
        paces.append(calls / a_minute if a_minute else math.inf)
    if limit := account.client.limits.a_second:
        paces.append(calls / (limit * 60))
    slowest = max(paces)
    return math.ceil(min(slowest, 365 * MINUTES_A_DAY))


def _is_asked(account: Account) -> bool:
    return account.is_active and account.paused_at is None


def _go_on(account: Account, left: Ids, counts: Counter[str], now: datetime) -> None:
    """Bring some of an account's watches forward; pass them over when nobody asks for it."""
    ids = left[str(account.pk)]
    if not _is_asked(account):
        counts["passed_over"] += len(ids)
        ids.clear()
        return
    some = ids[: _room(account, now)]
    if some:
        moved = steering.ask_soon(Watch.objects.filter(pk__in=some, ended=""), now)
        counts["brought_forward"] += moved
        counts["due_anyhow"] += len(some) - moved
        del ids[: len(some)]


def _room(account: Account, now: datetime) -> int:
    """Return how many more watches of an account may become due now."""
    if account.not_before and account.not_before > now:
        return 0
    calls, _more_at = budgets.allowance(account, now)
    most = MOST_AT_ONCE
    if calls is not None:
        most = min(most, math.ceil(calls / 2) * account.client.limits.batch)
    soon = enrolling.due_at(account.kind, now)
    due = Watch.objects.filter(account=account, urgency__in=Urgency, due_at__lte=soon)
    return most - due[:most].count()


def _note_down(run: Run, counts: Counter[str]) -> None:
    user_id = run.given.get("approved_by") or run.made_by_id
    if user_id:
        words = f"Asked again about {run.found['to_do']} parcels: {dict(counts)}."
        LogEntry.objects.log_actions(user_id, [run], CHANGE, change_message=words)
