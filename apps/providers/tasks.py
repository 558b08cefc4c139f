"""The sync's jobs. They carry row numbers only; lost or doubled, they do no harm.

`claim_due` and `enrol` are run every minute and `tidy` every hour by the schedule in
`tracking_site/jobs.py`. Waits up to a minute go to the engine, longer ones into the row.
"""

import random
from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from apps.providers import claiming, enrolling, farewells, housekeeping
from apps.providers.models import Account
from apps.providers.turns import Busy, ask_account

SOON = timedelta(seconds=60)


@task()
def claim_due() -> int:
    """Claim every account with something due and send a job for each."""
    accounts = claiming.claim_accounts(timezone.now())
    for account_id in accounts:
        ask.enqueue(account_id)
    return len(accounts)


@task()
def ask(account_id: int) -> None:
    """Ask one account's provider about all that is due, and again when more is due soon."""
    try:
        if ask_account(account_id) is None:
            return
    except Busy:
        later = timedelta(seconds=random.uniform(1, 5))  # noqa: S311
        ask.using(run_after=timezone.now() + later).enqueue(account_id)
        return
    now = timezone.now()
    account = Account.objects.filter(pk=account_id).first()
    due_at = claiming.next_turn(account, now) if account else None
    if due_at and due_at - now < SOON:
        ask.using(run_after=max(due_at, now)).enqueue(account_id)


@task()
def enrol() -> None:
    """Begin to watch what is newly followed, at once, and end what nobody follows any more."""
    now = timezone.now()
    for watch in enrolling.enrol(now):
        say_farewell.enqueue(watch.pk)
    claim_due.func()


@task()
def say_farewell(watch_id: int) -> None:
    """Tell a provider that it need not follow a parcel for us any longer."""
    farewells.say(watch_id)


@task()
def tidy() -> None:
    """Forget what nobody asks for any more."""
    housekeeping.tidy(timezone.now())
