"""Which log entries are about a merchant's rows."""

from collections.abc import Collection, Iterator

from django.apps import apps
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast

from apps.desk.auditing import LEFT
from apps.desk.scopes import SCOPES, is_of_merchants, narrowed


def entries_of(
    entries: QuerySet[LogEntry], merchants: Collection[int] | None
) -> QuerySet[LogEntry]:
    """Return the entries about rows that these merchants have or had; None: about all."""
    if merchants is None:
        return entries
    if not merchants:
        return entries.none()
    kinds = ContentType.objects.get_for_models(*_tables())
    # No key of another table is looked at as a number: some are words.
    key = Case(
        When(content_type__in=list(kinds.values()), then=Cast("object_id", BigIntegerField())),
        default=Value(None),
        output_field=BigIntegerField(),
    )
    condition = _about_what_left(merchants)
    for model, kind in kinds.items():
        rows = narrowed(model._default_manager.filter(pk=OuterRef("row_key")), merchants)
        condition |= Q(Exists(rows), content_type=kind)
    return entries.alias(row_key=key).filter(condition)


def _about_what_left(merchants: Collection[int]) -> Q:
    said = Q()
    for merchant in merchants:
        said |= Q(change_message__startswith=LEFT.format(merchant=merchant))
    return Q(action_flag=DELETION) & said


def _tables() -> Iterator[type[Model]]:
    for model in apps.get_models():
        if model._meta.label_lower in SCOPES and is_of_merchants(model):
            yield model
