"""Which letters go next. A claim that dies with its process ends by itself.

A claim counts as a try, and the count tells whose claim it is: what is written down afterwards
is written only by whoever claimed last.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from apps.mails.models import Letter

# Far longer than it takes to send so many.
LEASE = timedelta(minutes=2)
MOST = 50
# What a letter is written from; the secrets of an endpoint are not.
TOLD_OF = ("merchant", "shipment", "subscription", "endpoint")


def claim(now: datetime, most: int = MOST) -> list[Letter]:
    """Claim the letters that have waited longest, with what they are about, by three statements."""
    with transaction.atomic():
        ids = list(_locked(due(now)).values_list("pk", flat=True)[:most])
        if not ids:
            return []
        held = Letter.objects.filter(pk__in=ids)
        held.update(claimed_until=now + LEASE, tries=F("tries") + 1)
    found = Letter.objects.filter(pk__in=ids).select_related(*TOLD_OF)
    return list(found.defer("endpoint__secrets").order_by("due_at", "pk"))


def is_due(now: datetime) -> bool:
    # In the order of the index: without one, all letters there ever were may be read.
    return due(now).values_list("pk", flat=True).first() is not None


def own(letters: Collection[Letter]) -> QuerySet[Letter]:
    """Return those of the letters that are still ours; claimed together, each may have its tries."""
    held = Q()
    for tries in {one.tries for one in letters}:
        held |= Q(pk__in=[one.pk for one in letters if one.tries == tries], tries=tries)
    return Letter.objects.filter(held) if letters else Letter.objects.none()


def give_back(letters: Sequence[Letter], due_at: datetime) -> None:
    """Let letters wait that were not tried at all."""
    own(letters).update(claimed_until=None, due_at=due_at, tries=F("tries") - 1)


def due(now: datetime) -> QuerySet[Letter]:
    """Return what may be claimed, the longest due first."""
    return _free(now).order_by("due_at", "pk")


def _locked(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    if connection.features.has_select_for_update_skip_locked:
        return letters.select_for_update(skip_locked=True)
    return letters


def _free(now: datetime) -> QuerySet[Letter]:
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return Letter.objects.filter(unclaimed, state=Letter.State.WAITING, due_at__lte=now)
