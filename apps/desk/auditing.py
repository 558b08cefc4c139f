"""Writes down who changed what: before and after, never a secret."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.db.models import Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.encoding import force_str

from apps.desk.scopes import is_of_merchants, merchant_of

SECRET = re.compile(r"credential|forgotten|hash|password|secret|token|^key$|^table$|^data$")
LONGEST_VALUE, LONGEST_TEXT = 300, 20_000
# What has left the tables is found by this beginning.
LEFT = "Deleted at merchant {merchant}. "  # `logbook` looks for it


def is_secret(field: str) -> bool:
    """Tell whether a field's value is never to be written down or searched for."""
    return bool(SECRET.search(field.casefold()))


def shown(value: Any) -> str:
    """Return a value as it is written into the log, in one line of a bounded length."""
    if value is None or value in ("", [], {}, ()):
        return "nothing"
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes | memoryview):
        return f"{len(value)} bytes"
    text = " ".join(force_str(value).split())
    return f"“{text[:LONGEST_VALUE]}…”" if len(text) > LONGEST_VALUE else f"“{text}”"


def told(field: str, before: Any, after: Any, label: Any = "") -> str:
    """Return one change in words; of a secret only that it was changed."""
    label = label or field.replace("_", " ").capitalize()
    if is_secret(field):
        return f"{label}: changed"
    return f"{label}: {shown(before)} → {shown(after)}"


def construct_change_message(
    admin: Any, request: HttpRequest, form: Any, formsets: Any, add: bool = False
) -> str:
    """Return the text of the log entry of a form that was saved."""
    parts = [_told_of(form, "Added" if add else "Changed")]
    for formset in formsets or ():
        parts += _told_of_rows(formset)
    return " ".join(filter(None, parts))[:LONGEST_TEXT] or "Saved without a change."


def _told_of(form: Any, verb: str) -> str:
    changes = list(filter(None, (_change(form, name) for name in form.changed_data)))
    if not changes:
        return "Added." if verb == "Added" else ""
    return f"{verb}: {'; '.join(changes)}."


def _change(form: Any, name: str) -> str:
    field = form.fields.get(name)
    if field is None or is_secret(name):
        # Django calls the two fields of a new password by a third name.
        return told(name, None, None, field and field.label) if is_secret(name) else name
    before, after = _initial(form, name), _named(form.cleaned_data.get(name))
    # Forms may take one kind of nothing for another.
    return told(name, before, after, field.label) if shown(before) != shown(after) else ""


def _told_of_rows(formset: Any) -> Iterator[str]:
    forms = {id(form.instance): form for form in formset.forms}
    for row in formset.new_objects:
        yield f"{row._meta.verbose_name} “{row}”: {_told_of(forms[id(row)], 'Added')}"
    for row, _names in formset.changed_objects:
        yield f"{row._meta.verbose_name} “{row}”: {_told_of(forms[id(row)], 'Changed')}"
    for row in formset.deleted_objects:
        yield f"{row._meta.verbose_name} “{row}”: deleted."


def _initial(form: Any, name: str) -> Any:
    """Return what was there; of a choice of rows its words, not its number."""
    value, field = form.get_initial_for_field(form.fields[name], name), form.fields[name]
    if isinstance(field, ModelChoiceField) and field.queryset is not None:
        keys = value if isinstance(value, list | tuple) else [value]
        rows = [key for key in keys if isinstance(key, Model)]
        plain = [key for key in keys if key is not None and not isinstance(key, Model)]
        return _named(rows or field.queryset.model._default_manager.filter(pk__in=plain))
    return value


def _named(value: Any) -> Any:
    is_rows = isinstance(value, QuerySet) or (
        isinstance(value, list) and value and all(isinstance(row, Model) for row in value)
    )
    return ", ".join(map(str, value)) if is_rows else value


def note_of_oneself(request: HttpRequest, text: str) -> None:
    """Write down what somebody changed about their own way in."""
    user: Any = request.user
    LogEntry.objects.log_actions(user.pk, [user], CHANGE, text)


def log_deletions(admin: Any, request: HttpRequest, queryset: Iterable[Model]) -> list[LogEntry]:
    """Write down rows that are about to be deleted, with what they held."""
    entries = [_farewell(request, row) for row in queryset]
    return LogEntry.objects.bulk_create(entries, batch_size=200)


def _farewell(request: HttpRequest, row: Model) -> LogEntry:
    return LogEntry(
        user_id=request.user.pk or 0,
        content_type_id=get_content_type_for_model(row).pk,
        object_id=row.pk,
        object_repr=str(row)[:200],
        action_flag=DELETION,
        change_message=_left(row) + held(row),
    )


def _left(row: Model) -> str:
    if not is_of_merchants(type(row)):
        return ""
    return LEFT.format(merchant=merchant_of(row))


def held(row: Model) -> str:
    """Return all that a row holds, in words, its secrets and what is empty left out."""
    fields = [
        f"{field.name}: {shown(value)}"
        for field in row._meta.concrete_fields
        if not is_secret(field.name)
        # What a list did not load, such as credentials, stays where it is.
        and field.attname not in row.get_deferred_fields()
        and (value := getattr(row, field.attname)) not in (None, "", [], {})
    ]
    return f"It held {'; '.join(fields)}."[:LONGEST_TEXT]
