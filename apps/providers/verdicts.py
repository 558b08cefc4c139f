"""What an answer means for the account as a whole: pause it, slow it, or let it go on."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from apps.providers.asking import Problem, Trouble
from apps.providers.budgets import DAY, HOUR, windows
from apps.providers.models import Account

log = logging.getLogger(__name__)

# So many failed calls in a row, and the provider is left alone for a while.
BREAKS_AFTER = 5
FIRST_BREAK, LONGEST_BREAK = timedelta(seconds=30), timedelta(hours=1)
SLOWED = timedelta(minutes=1)
# Troubles that are the account's: the parcel that met one is asked about again later.
OF_THE_ACCOUNT = {Trouble.AUTH_FAILED, Trouble.RATE_LIMITED, Trouble.QUOTA_EXHAUSTED}


def is_broken(account: Account) -> bool:
    """Tell whether the provider has to prove itself with one call before it gets more."""
    return account.failures >= BREAKS_AFTER


def judge(account: Account, problem: Problem | None, now: datetime) -> bool:
    """Write down what one reply means for the account; return whether it may go on.

    What was under way when the account was stopped changes nothing more.
    """
    if account.paused_at or (account.not_before and account.not_before > now):
        return False
    if problem is None or problem.trouble not in (*OF_THE_ACCOUNT, Trouble.TRANSIENT):
        if account.failures or account.trouble:
            _change(account, failures=0, trouble="", trouble_detail="")
        return True
    told = {"trouble": problem.trouble, "trouble_detail": problem.detail, "trouble_at": now}
    if problem.trouble == Trouble.AUTH_FAILED:
        if not Account.objects.filter(pk=account.pk, credentials=account.credentials).exists():
            return False  # it has new credentials by now, of which this says nothing
        log.warning("account %s is paused: %s", account.pk, problem.detail)
        _change(account, paused_at=now, **told)
        return False
    if problem.trouble == Trouble.TRANSIENT:
        return _count_failure(account, problem, now, told)
    until = problem.until or _new_quota(account, problem, now)
    log.warning("account %s waits until %s: %s", account.pk, until.isoformat(), problem.trouble)
    _change(account, not_before=until, **told)
    return False


def _count_failure(
    account: Account, problem: Problem, now: datetime, told: Mapping[str, object]
) -> bool:
    failures = min(account.failures + 1, 1000)
    if failures < BREAKS_AFTER and problem.until is None:
        _change(account, failures=failures, **told)
        return True
    pause = min(FIRST_BREAK * 2 ** min(max(failures - BREAKS_AFTER, 0), 10), LONGEST_BREAK)
    until = problem.until or now + pause
    log.warning("account %s rests until %s: %s", account.pk, until.isoformat(), problem.detail)
    _change(account, failures=failures, not_before=until, **told)
    return False


def _new_quota(account: Account, problem: Problem, now: datetime) -> datetime:
    """Return when to try again of which the provider said nothing."""
    if problem.trouble == Trouble.RATE_LIMITED:
        return now + SLOWED
    ends = {window.seconds: window.end for window in windows(account, now)}
    return ends.get(DAY) or ends.get(HOUR) or now + timedelta(hours=1)


def _change(account: Account, **fields: object) -> None:
    for name, value in fields.items():
        setattr(account, name, value)
    Account.objects.filter(pk=account.pk).update(**fields)
