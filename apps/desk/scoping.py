"""Keeps every list, form, choice and action of the admin within somebody's merchants."""

from functools import cache
from typing import Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest

from apps.desk import auditing
from apps.desk.filters import scoped_filter
from apps.desk.logbook import entries_of
from apps.desk.permits import roles_for
from apps.desk.roles import may, merchant_ids
from apps.desk.scopes import LOG, is_of_merchants, merchant_of, narrowed, scope_of

VERBS = ("view", "add", "change", "delete")


def reachable(
    rows: QuerySet[Any], request: HttpRequest, *, of: type[Model] | None = None, to: str = "view"
) -> QuerySet[Any]:
    """Return the rows that somebody may use to do something with a row `of` another table."""
    if scope_of(rows.model) == LOG:
        return entries_of(rows, merchant_ids(request))
    owner = of or rows.model
    if not is_of_merchants(owner):
        owner = rows.model
    return narrowed(rows, merchant_ids(request, roles_for(owner, to)))


class _Narrow(BaseModelAdmin):  # type: ignore[type-arg]
    """What lists and inlines have in common."""

    view_on_site = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return reachable(super().get_queryset(request), request)

    def get_field_queryset(
        self, db: str | None, db_field: Any, request: HttpRequest
    ) -> QuerySet[Any] | None:
        rows = super().get_field_queryset(db, db_field, request)
        if rows is None:
            rows = db_field.remote_field.model._default_manager.all()
        return self._choosable(rows, request)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and field.queryset is not None:
            field.queryset = self._choosable(field.queryset, request)
        return field

    def _choosable(self, rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
        return reachable(rows, request, of=self.model, to="change")

    def get_form_of(self, form: Any, request: HttpRequest) -> Any:
        """Return the form with all choices narrowed, those that it declares itself too."""

        def __init__(self_: Any, *args: Any, **kwargs: Any) -> None:
            super(narrow, self_).__init__(*args, **kwargs)
            for field in self_.fields.values():
                if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                    field.queryset = self._choosable(field.queryset, request)

        narrow = type(form)(form.__name__, (form,), {"__init__": __init__})
        return narrow

    def _is_allowed(self, verb: str, request: HttpRequest, obj: Model | None) -> bool:
        """Tell whether somebody's role at the row's own merchant allows it."""
        if obj is None or not isinstance(obj, self.model) or not is_of_merchants(self.model):
            return True
        return may(request, merchant_of(obj), roles_for(self.model, verb))


class ScopedInline(_Narrow):
    """Rows shown on the page of their parent, which is known to be within reach."""


class Scoped(_Narrow):
    """What the desk's site adds to every admin it is given."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_allowed = self._is_allowed("view", request, obj)
        return is_allowed and super().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_allowed = self._is_allowed("change", request, obj)
        return is_allowed and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_allowed = self._is_allowed("delete", request, obj)
        return is_allowed and super().has_delete_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        return self.get_form_of(form, request)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Refuse what would end up at a merchant where somebody has no say."""
        row = super().save_form(request, form, change)  # type: ignore[misc]
        if not self._is_allowed("change" if change else "add", request, row):
            raise PermissionDenied
        return row

    def get_ordering(self, request: HttpRequest) -> Any:
        """Put rows into some order at least: without one, leafing may show a row twice."""
        return super().get_ordering(request) or self.opts.ordering or ("-pk",)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [_scoped_inline(one) for one in super().get_inlines(request, obj)]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [scoped_filter(self.model, one) for one in super().get_list_filter(request)]  # type: ignore[misc]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if any(auditing.is_secret(part) for part in lookup.split("__")):
            return False
        return super().lookup_allowed(lookup, value, request)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Act on rows only where somebody's role allows the action, not wherever they may look."""
        rows = reachable(queryset, request, to=self._verb_of_action(request))
        return super().response_action(request, rows)  # type: ignore[misc]

    def _verb_of_action(self, request: HttpRequest) -> str:
        chosen = request.POST.getlist("action")
        if "delete_selected" in chosen:
            return "delete"
        named = [self.get_actions(request).get(one) for one in chosen]  # type: ignore[attr-defined]
        needed = {
            word for one in named if one for word in getattr(one[0], "allowed_permissions", ())
        }
        # An action may name a right of its own, which then changes something.
        return "view" if needed == {"view"} else "change"

    construct_change_message = auditing.construct_change_message
    log_deletions = auditing.log_deletions


@cache
def _scoped_inline(inline: type[Any]) -> type[Any]:
    scope_of(inline.model)
    return type(inline.__name__, (ScopedInline, inline), {})


def scoped(model: type[Model], admin_class: type[Any]) -> type[Any]:
    """Return the admin class within bounds; refuse a table whose rows' owner is not known."""
    scope_of(model)
    if admin_class.list_editable:
        raise ImproperlyConfigured(f"{admin_class.__name__}: lists are not for editing.")
    return type(admin_class.__name__, (Scoped, admin_class), {"__module__": admin_class.__module__})
