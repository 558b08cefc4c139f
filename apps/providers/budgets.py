"""How many calls an account may still make: quotas spread over their time, never used up.

A quota of 250 a day is earned through the day, with an hour's worth in advance, so that the
parcels of the evening are asked about too. A small part is never touched: the provider's
count and ours may differ.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import connection

from apps.providers.models import Account, Spending, Urgency

HOUR, DAY = 3600, 86400
UNTOUCHED = 0.05
# What may be spent before it is earned, as a part of the window.
IN_ADVANCE = {HOUR: 1 / 6, DAY: 1 / 24}

# Who gets how much of what there is when it is not enough for all; what one class leaves
# over goes to the next.
SHARES = {Urgency.TODAY: 0.5, Urgency.MOVING: 0.3, Urgency.SLOW: 0.15, Urgency.QUIET: 0.05}

SPEND = """
    INSERT INTO providers_spending (account_id, seconds, start, calls) VALUES (%s, %s, %s, %s)
    ON CONFLICT (account_id, seconds, start)
    DO UPDATE SET calls = providers_spending.calls + excluded.calls
"""


class Window(NamedTuple):
    """A quota: so many calls in so many seconds since `start`."""

    seconds: int
    calls: int
    start: datetime

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    @property
    def usable(self) -> int:
        if self.calls < 2:
            return self.calls
        return self.calls - max(1, math.ceil(self.calls * UNTOUCHED))

    def earned(self, now: datetime) -> int:
        passed = (now - self.start).total_seconds() / self.seconds
        return min(self.usable, math.ceil(self.usable * (passed + IN_ADVANCE[self.seconds])))

    def earned_at(self, calls: int) -> datetime:
        """Return when that many calls will have been earned; the window's end if never."""
        if calls > self.usable:
            return self.end
        part = (calls - 1) / self.usable - IN_ADVANCE[self.seconds]
        # A second more, for what rounding takes.
        return self.start + timedelta(seconds=max(0.0, part) * self.seconds + 1)


class Allowance(NamedTuple):
    """Calls that may be made now (None: any number), and when there will be more."""

    calls: int | None
    more_at: datetime | None = None


def allowance(account: Account, now: datetime) -> Allowance:
    """Return what an account may spend now."""
    left: int | None = None
    more_at: datetime | None = None
    for window in windows(account, now):
        spent = _spent(account, window)
        remaining = max(0, window.earned(now) - spent)
        left = remaining if left is None else min(left, remaining)
        if not remaining:
            next_at = window.earned_at(spent + 1)
            more_at = next_at if more_at is None else max(more_at, next_at)
    return Allowance(left, more_at)


def windows(account: Account, now: datetime) -> Iterator[Window]:
    """Yield the account's quotas in the hour and the day (UTC) that `now` lies in."""
    limits = account.client.limits
    quotas = (
        (HOUR, account.hourly_budget, limits.an_hour),
        (DAY, account.daily_budget, limits.a_day),
    )
    for seconds, own, published in quotas:
        calls = own if own is not None else published
        if calls or own is not None:
            yield Window(seconds, calls, _start(now, seconds))


def spend(account: Account, calls: int, now: datetime) -> None:
    """Count calls that are about to be made; one statement a quota, exact among workers."""
    rows = [
        (account.pk, w.seconds, connection.ops.adapt_datetimefield_value(w.start), calls)
        for w in windows(account, now)
    ]
    with connection.cursor() as cursor:
        for row in rows:
            cursor.execute(SPEND, row)


def _spent(account: Account, window: Window) -> int:
    rows = Spending.objects.filter(account=account, seconds=window.seconds, start=window.start)
    return rows.values_list("calls", flat=True).first() or 0


def _start(now: datetime, seconds: int) -> datetime:
    stamp = int(now.timestamp())
    return datetime.fromtimestamp(stamp - stamp % seconds, UTC)
