"""What staff do to accounts and watches by hand, beside the sync's own course."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from apps.providers import claiming, enrolling, tasks
from apps.providers.models import Account, Ending, Watch
from apps.providers.models.accounts import new_hook_token
from apps.providers.registry import CLIENTS
from apps.shipments import following

# An account as if nothing had ever gone wrong with it.
AT_EASE: dict[str, object] = {
    "paused_at": None,
    "not_before": None,
    "failures": 0,
    "trouble": "",
    "trouble_detail": "",
    "trouble_at": None,
}


def resume(account: Account) -> None:
    """Have an account's provider asked again, whatever it was paused or slowed for."""
    for name, value in AT_EASE.items():
        setattr(account, name, value)
    account.save(update_fields=AT_EASE)


def renew_hook(account: Account) -> None:
    """Give an account another address for pushes; the old one is gone at once."""
    account.hook_token = new_hook_token()
    account.save(update_fields=["hook_token"])


def ask_soon(watches: "QuerySet[Watch]", now: datetime) -> int:
    """Make watches due as soon as their providers may be asked; return how many were moved.

    Budgets still decide how many of them get their turn. What is due within the length of a
    lease stays: it may just be being asked.
    """
    kinds: dict[datetime, list[str]] = {}
    for kind in CLIENTS:
        kinds.setdefault(enrolling.due_at(kind, now), []).append(kind)
    moved = 0
    for at, those in kinds.items():
        after = max(at, now + claiming.lease())
        later = watches.filter(account__kind__in=those, due_at__gt=after)
        moved += later.order_by().update(due_at=at)
    return moved


@transaction.atomic
def stop(watch_ids: Collection[int], now: datetime) -> int:
    """End watches nobody wants any more, with a farewell where one is due; return how many."""
    running = Watch.objects.filter(pk__in=watch_ids, ended="")
    found = list(running.values_list("pk", "number", "is_enrolled"))
    running.update(ended=Ending.UNWANTED, due_at=None)
    # Or they would begin again with the merchant's next account.
    following.switch([number for _, number, _ in found if number], is_followed=False, now=now)
    for watch_id in (pk for pk, _, is_enrolled in found if is_enrolled):
        transaction.on_commit(partial(tasks.say_farewell.enqueue, watch_id))
    return len(found)


@transaction.atomic
def begin_again(watch_ids: Collection[int], now: datetime) -> int:
    """Ask again about what had ended, as soon as its provider may be asked; return how many."""
    ended = Watch.objects.filter(pk__in=watch_ids).exclude(ended="")
    found = list(ended.values_list("pk", "number"))
    enrolling.begin_again(Watch.objects.filter(pk__in=[pk for pk, _ in found]), now)
    following.switch([number for _, number in found if number], is_followed=True, now=now)
    return len(found)
