"""From a draft of a brand to its publication, and back to any earlier version.

Nothing that somebody typed is lost: who saves or publishes over a change they have not seen
is told so first, and what several people changed in different places is put together.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models, transaction
from msgspec import Struct

from apps.branding.models import Asset, Brand, Draft

# Where a brand is found, and whose it is: not for the editor of its looks.
FIXED = frozenset(("id", "merchant", "slug", "is_default", "version"))
FIELDS: Mapping[str, Any] = {
    field.name: field for field in Brand._meta.concrete_fields if field.name not in FIXED
}
MOST_VERSIONS = 50

Values = dict[str, Any]
User = AbstractBaseUser | AnonymousUser


class Change(Struct, frozen=True):
    """A field with its values as JSON has them; of a file its number."""

    name: str
    before: Any
    after: Any

    @property
    def label(self) -> str:
        label = str(FIELDS[self.name].verbose_name)
        return label[:1].upper() + label[1:]

    @property
    def is_file(self) -> bool:
        return isinstance(FIELDS[self.name], models.ForeignKey)


class Version(Struct, frozen=True):
    """A state that was published: which, when, by whom (empty when unknown), and what was new."""

    key: int
    number: int
    at: datetime
    by: str
    changes: tuple[Change, ...]
    is_first: bool = False


class Clashed(Exception):
    """Others changed the same fields meanwhile: `before` is theirs, `after` is yours."""

    def __init__(self, changes: tuple[Change, ...]) -> None:
        super().__init__(", ".join(change.label for change in changes))
        self.changes = changes


def values_of(brand: Any) -> Values:
    """Return what a brand, or an earlier state of one, holds, as JSON has it."""
    return {name: _plain(getattr(brand, field.attname)) for name, field in FIELDS.items()}


def with_values(brand: Brand, values: Mapping[str, Any]) -> Brand:
    """Set what `values_of` gave; nothing is saved, and unknown names are left out."""
    for name in values.keys() & FIELDS.keys():
        field = FIELDS[name]
        if isinstance(field, models.ForeignKey):
            setattr(brand, field.attname, values[name])
        else:
            setattr(brand, name, field.to_python(values[name]))
    return brand


def draft_of(brand: Brand) -> Draft | None:
    return Draft.objects.select_related("changed_by").filter(brand=brand).first()


def drafted(brand: Brand, draft: Draft | None) -> Brand:
    """Return the brand as it would be published; it is not to be saved."""
    return with_values(brand, {name: after for name, (_was, after) in _pairs(draft).items()})


def changes_of(draft: Draft | None) -> tuple[Change, ...]:
    return tuple(Change(name, was, after) for name, (was, after) in _pairs(draft).items())


def keep(
    brand_id: int, seen: Values, wanted: Values, user: User, now: datetime, *, is_over: bool = False
) -> tuple[Change, ...]:
    """Put somebody's changes into the draft, and return them.

    `seen` is what the form showed, `wanted` what it holds now; what others changed since stays
    unless it is the same field. Then `Clashed` is raised, or yours is taken with `is_over`.
    """
    with transaction.atomic():
        brand, draft = _locked(brand_id)
        current = values_of(drafted(brand, draft))
        mine = {name: value for name, value in wanted.items() if value != seen.get(name)}
        if not is_over:
            _refuse(_clashes(seen, current, mine))
        _store(brand_id, draft, current | mine, user, now)
    return _compared(current, current | mine)


def publish(brand_id: int, user: User, *, is_over: bool = False) -> tuple[Change, ...]:
    """Make the draft the brand, as a new version, and return what changed.

    Raises `Clashed` when the brand was changed elsewhere in the same fields, unless `is_over`,
    and `ValidationError` when the whole is no longer right.
    """
    with transaction.atomic():
        brand, draft = _locked(brand_id)
        pairs, before = _pairs(draft), values_of(brand)
        mine = {name: after for name, (_was, after) in pairs.items()}
        if not is_over:
            _refuse(_clashes({name: was for name, (was, _) in pairs.items()}, before, mine))
        return _saved(brand, before, mine, user, draft)


def discard(brand_id: int) -> tuple[Change, ...]:
    """Throw the draft away, and return what it held."""
    with transaction.atomic():
        _brand, draft = _locked(brand_id)
        held = changes_of(draft)
        if draft:
            draft.delete()
    return held


def return_to(
    brand_id: int, key: int, user: User | None, *, keeping: Collection[str] = ()
) -> tuple[Change, ...]:
    """Publish an earlier version again, and return what changed; the draft stays.

    Fields of `keeping` stay as they are. Nobody is named where a program asks. Raises `HistoricalBrand.DoesNotExist` for a version of no or another brand, and
    `ValidationError` when it cannot be had any more, such as a host that is another's now.
    """
    with transaction.atomic():
        brand, _draft = _locked(brand_id)
        then = values_of(brand.history.get(pk=key))
        wanted = {name: value for name, value in then.items() if name not in keeping}
        return _saved(brand, values_of(brand), _without_lost_files(wanted), user, None)


def versions(brand: Brand, most: int = MOST_VERSIONS) -> list[Version]:
    """Return the published versions, newest first, each with what it changed. One query."""
    rows = brand.history.select_related("history_user").order_by("-history_date", "-history_id")
    found = list(rows[: most + 1])
    older = [*found[1:], None]
    pairs = list(zip(found, older, strict=True))
    return [_version(one, other) for one, other in pairs[:most]]


def _version(one: Any, older: Any) -> Version:
    changes = _compared(values_of(older), values_of(one)) if older else ()
    by = one.history_user.get_username() if one.history_user else ""
    return Version(one.pk, one.version, one.history_date, by, changes, older is None)


def _locked(brand_id: int) -> tuple[Brand, Draft | None]:
    brand = Brand.objects.select_for_update().get(pk=brand_id)
    return brand, Draft.objects.filter(brand_id=brand_id).first()


def _store(brand_id: int, draft: Draft | None, after: Values, user: User, now: datetime) -> None:
    """Keep what differs from what is published; a draft without a difference is none.

    What was published when a field was first changed stays written, to tell of clashes.
    """
    published = values_of(Brand.objects.get(pk=brand_id))
    started = {name: was for name, (was, _after) in _pairs(draft).items()}
    fields = {
        name: [started.get(name, published[name]), value]
        for name, value in after.items()
        if value != published[name]
    }
    if fields:
        made = {"fields": fields, "changed_at": now, "changed_by_id": user.pk}
        Draft.objects.update_or_create(brand_id=brand_id, defaults=made)
    elif draft:
        draft.delete()


def _saved(
    brand: Brand, before: Values, wanted: Values, user: User | None, draft: Draft | None
) -> tuple[Change, ...]:
    with_values(brand, wanted)
    brand.full_clean()
    changes = _compared(before, before | wanted)
    if changes:
        brand._history_user = user  # type: ignore[attr-defined]
        brand.save()
    if draft:
        draft.delete()
    return changes


def _clashes(seen: Values, current: Values, mine: Values) -> tuple[Change, ...]:
    """Return the fields that others changed since, and not to what is wanted."""
    return tuple(
        Change(name, current[name], value)
        for name, value in mine.items()
        if name in current and current[name] not in (seen.get(name), value)
    )


def _refuse(clashes: tuple[Change, ...]) -> None:
    if clashes:
        raise Clashed(clashes)


def _compared(before: Values, after: Values) -> tuple[Change, ...]:
    return tuple(
        Change(name, before[name], after[name]) for name in FIELDS if before[name] != after[name]
    )


def _pairs(draft: Draft | None) -> dict[str, tuple[Any, Any]]:
    """Return the draft's fields; those that brands no longer have are left out."""
    held = draft.fields if draft else {}
    return {name: (pair[0], pair[1]) for name, pair in held.items() if name in FIELDS}


def _without_lost_files(values: Values) -> Values:
    """Leave out files that are no longer there; the brand keeps those it has."""
    files = {name for name, field in FIELDS.items() if isinstance(field, models.ForeignKey)}
    wanted = {values[name] for name in files if values[name]}
    there = set(Asset.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    lost = {name for name in files if values[name] and values[name] not in there}
    return {name: value for name, value in values.items() if name not in lost}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
