"""Deleting files that no brand, no earlier version of one and no draft names."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.branding.looks import FILES
from apps.branding.models import Asset, Brand, Draft

# Who uploads a file may take so long to save the brand that names it.
UNUSED_FOR = timedelta(days=7)
BATCH = 100


def clear_files(now: datetime) -> int:
    """Delete files that nothing has named for a week since they were uploaded last; count them."""
    cleared, drafted = 0, _named_by_drafts()
    while count := _clear_some(now - UNUSED_FOR, drafted):
        cleared += count
    return cleared


@transaction.atomic
def _clear_some(before: datetime, drafted: set[int]) -> int:
    unused = Asset.objects.filter(~_is_named(), made_at__lt=before).exclude(pk__in=drafted)
    # Locked, so that the same file is not uploaded again while it goes.
    ids = list(_locked(unused).values_list("pk", flat=True)[:BATCH])
    Asset.objects.filter(pk__in=ids).only("pk").delete()
    return len(ids)


def _locked(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    return rows.select_for_update(of=("self",)).order_by("pk")


def _is_named() -> Q:
    """Return a filter of files that a brand has, or had in a version one can return to."""
    named = Q()
    for rows in (Brand.objects, Brand.history):
        for name in FILES:
            named |= Q(Exists(rows.filter(**{name: OuterRef("pk")})))
    return named


def _named_by_drafts() -> set[int]:
    """Return the files that drafts take out or put in; drafts are few."""
    pairs: list[Any] = [
        draft.fields.get(name, ()) for draft in Draft.objects.only("fields") for name in FILES
    ]
    return {value for pair in pairs for value in pair if isinstance(value, int)}
