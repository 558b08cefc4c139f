"""The choices beside a list, which name no other merchant's rows."""

from functools import cache
from typing import Any

from django.contrib.admin import ModelAdmin, filters
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, Q
from django.http import HttpRequest

from apps.desk.roles import merchant_ids
from apps.desk.scopes import narrowed

LEAKS = "{path}: this filter would offer values of all merchants' rows."


class OwnChoices(filters.RelatedFieldListFilter):
    """Offers related rows of one's own merchants. A single one is no choice and is not shown."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: ModelAdmin[Any]
    ) -> list[Any]:
        other = field.remote_field.model
        own = narrowed(other._default_manager.all(), merchant_ids(request))
        ordering = self.field_admin_ordering(field, request, model_admin)
        limit = Q(pk__in=own.values("pk"))
        return list(
            field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=limit)
        )


def scoped_filter(model: type[Model], given: Any) -> Any:
    """Return what to put into `list_filter` instead; refuse what cannot be kept within bounds."""
    path, kind = given if isinstance(given, list | tuple) else (given, None)
    if not isinstance(path, str):
        return given
    is_related = bool(get_fields_from_path(model, path)[-1].remote_field)
    if kind is None:
        return (path, OwnChoices) if is_related else given
    if issubclass(kind, filters.AllValuesFieldListFilter) and "__" in path:
        raise ImproperlyConfigured(LEAKS.format(path=path))
    return (path, _own(kind)) if is_related else given


@cache
def _own(kind: type[Any]) -> type[Any]:
    if issubclass(kind, filters.RelatedFieldListFilter):
        return type(kind.__name__, (OwnChoices, kind), {})
    return kind
