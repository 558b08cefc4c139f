"""How asking the providers goes: accounts with their last answer, troubles and quotas."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.urls import reverse
from msgspec import Struct

from apps.desk.counting import scoped
from apps.providers import budgets
from apps.providers.budgets import DAY, HOUR
from apps.providers.models import Account, Spending, Watch
from apps.providers.trouble_words import explained, state
from apps.providers.verdicts import BREAKS_AFTER

MOST_ACCOUNTS = 100
# The last answer is sought among an account's watches of so many newest shipments.
NEWEST_WATCHES = 200
NAMES = {HOUR: "this hour", DAY: "today"}


class Quota(Struct, frozen=True):
    """Calls used of a quota; `length` is out of 100."""

    used: int
    calls: int
    window: str
    length: float

    @property
    def is_nearly_used(self) -> bool:
        return self.length >= 90


class Feed(Struct, frozen=True):
    """An account as staff see it."""

    name: str
    provider: str
    merchant: str
    address: str
    state: str
    tone: str
    trouble: str
    since: datetime | None
    failures: int
    answered_at: datetime | None
    quotas: list[Quota]

    @property
    def is_failing(self) -> bool:
        return self.tone in ("warning", "problem")


def feeds(scope: Collection[int] | None, now: datetime) -> list[Feed]:
    """Return accounts, those in trouble first, by two statements."""
    accounts = list(_accounts(scope)[:MOST_ACCOUNTS])
    spent = _spent(accounts, now)
    found = [_feed(account, spent, now) for account in accounts]
    order = {"problem": 0, "warning": 1, "ok": 2, "info": 3}
    return sorted(found, key=lambda one: order[one.tone])


def _accounts(scope: Collection[int] | None) -> QuerySet[Account]:
    newest = Watch.objects.filter(account=OuterRef(OuterRef("pk"))).order_by("-shipment")
    among = Watch.objects.filter(pk__in=newest.values("pk")[:NEWEST_WATCHES])
    answered = among.filter(answered_at__isnull=False).order_by("-answered_at")
    accounts = scoped(Account.objects.defer("credentials", "token"), scope)
    # Where there are more than fit, those in trouble are shown.
    return (
        accounts.select_related("merchant")
        .annotate(answered_at=Subquery(answered.values("answered_at")[:1]))
        .order_by("-is_active", _last("paused_at"), "-failures", _last("trouble_at"), "pk")
    )


def _last(column: str) -> OrderBy:
    return F(column).desc(nulls_last=True)


def _spent(accounts: Sequence[Account], now: datetime) -> dict[tuple[int, int], int]:
    starts = {w.start for account in accounts for w in budgets.windows(account, now)}
    rows = Spending.objects.filter(account__in=accounts, start__in=starts)
    return {(one.account_id, one.seconds): one.calls for one in rows}


def _feed(account: Account, spent: dict[tuple[int, int], int], now: datetime) -> Feed:
    return Feed(
        name=str(account),
        provider=account.client.title,
        merchant=account.merchant.name,
        address=reverse("admin:providers_account_change", args=[account.pk]),
        state=state(account, now),
        tone=_tone(account, now),
        trouble=explained(account.trouble, account.trouble_detail),
        since=account.paused_at or account.trouble_at if account.trouble else account.paused_at,
        failures=account.failures,
        answered_at=getattr(account, "answered_at", None),
        quotas=[
            _quota(window, spent.get((account.pk, window.seconds), 0))
            for window in budgets.windows(account, now)
        ],
    )


def _tone(account: Account, now: datetime) -> str:
    if not account.is_active:
        return "info"
    if account.paused_at or account.failures >= BREAKS_AFTER:
        return "problem"
    is_waiting = account.not_before is not None and account.not_before > now
    return "warning" if is_waiting or account.trouble else "ok"


def _quota(window: budgets.Window, used: int) -> Quota:
    length = min(100.0, round(100 * used / window.calls, 1)) if window.calls else 100.0
    return Quota(used, window.calls, NAMES[window.seconds], length)
