"""Shipments somebody looks after: assigned, noted, and solved until it happens again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from msgspec import Struct

from apps.desk.auditing import told
from apps.desk.models import Case, Membership, Note
from apps.shipments.models import Shipment

LONGEST_NOTE = 2000


class Queue(StrEnum):
    """Why a shipment waits for somebody."""

    PROBLEMS = "problems"
    SILENT = "silent"
    LATE = "late"


# What has to be as it was for a case to stay solved: a problem until the status changes, a
# silence until a later scan, a delay until a later day that was promised is missed too.
STILL_SOLVED: Mapping[Queue, Q] = {
    Queue.PROBLEMS: Q(solved_for=OuterRef("code_since")),
    Queue.SILENT: Q(solved_at__gte=OuterRef("last_scan_at")),
    Queue.LATE: Q(solved_at__gte=OuterRef("due_at")),
}


class Wrong(ValueError):
    """What was asked for cannot be done; the words are for staff."""


class Done(Struct, frozen=True):
    """How many shipments were changed, and how many were left as they are."""

    changed: int
    left: int = 0


def is_solved(case: Case | None, shipment: Shipment, queue: Queue) -> bool:
    """Tell whether a case is solved and what it was solved for has not come back."""
    if case is None or case.solved_at is None:
        return False
    if queue == Queue.PROBLEMS:
        return case.solved_for == shipment.code_since
    seen = shipment.last_scan_at if queue == Queue.SILENT else shipment.due_at
    return seen is not None and case.solved_at >= seen


def waiting(shipments: QuerySet[Shipment], queue: Queue) -> QuerySet[Shipment]:
    """Return those of a queue's shipments that are not solved."""
    return shipments.exclude(Exists(_cases().filter(STILL_SOLVED[queue])))


def unassigned(shipments: QuerySet[Shipment]) -> QuerySet[Shipment]:
    return shipments.exclude(Exists(_cases().filter(assigned_to__isnull=False)))


def assigned(shipments: QuerySet[Shipment], user_id: int | None) -> QuerySet[Shipment]:
    """Return the shipments somebody looks after; these are few, so the search begins there."""
    return shipments.filter(pk__in=Case.objects.filter(assigned_to=user_id).values("shipment"))


def solved(shipments: QuerySet[Shipment], queue: Queue) -> QuerySet[Shipment]:
    """Return those of a queue's shipments that are solved and still as they were then."""
    touched = Case.objects.filter(solved_at__isnull=False).values("shipment")
    still = Exists(_cases().filter(STILL_SOLVED[queue]))
    return shipments.filter(still, pk__in=touched)


def _cases() -> QuerySet[Case]:
    return Case.objects.filter(shipment=OuterRef("pk"))


def colleagues(merchant_ids: Iterable[int] | None) -> QuerySet[User]:
    """Return who may look after shipments of any of these merchants (None: of all)."""
    seats = Membership.objects.all()
    if merchant_ids is not None:
        seats = seats.filter(merchant__in=list(merchant_ids))
    return User.objects.filter(pk__in=seats.values("user"), is_active=True).order_by("username")


@transaction.atomic
def assign(shipments: Sequence[Shipment], to: User | None, *, by: User, now: datetime) -> Done:
    """Give shipments to somebody, to nobody for None.

    Those of merchants at which the person has no seat are left; platform staff take any.
    """
    fitting = shipments if to is None else _at_home_with(to, shipments)
    cases = _opened(fitting, now)
    changed = [one for one in fitting if cases[one.pk].assigned_to_id != (to.pk if to else None)]
    Case.objects.filter(shipment__in=changed).update(assigned_to=to)
    _log(by, [(one, _moved(cases[one.pk].assigned_to, to)) for one in changed])
    return Done(len(changed), len(shipments) - len(fitting))


def _at_home_with(user: User, shipments: Sequence[Shipment]) -> list[Shipment]:
    seats = Membership.objects.filter(
        user=user, merchant__in={one.merchant_id for one in shipments}
    )
    known = set(seats.values_list("merchant", flat=True))
    return [one for one in shipments if user.is_superuser or one.merchant_id in known]


@transaction.atomic
def solve(
    shipments: Sequence[Shipment], seen: Mapping[int, datetime], *, by: User, now: datetime
) -> Done:
    """Call shipments solved for the state they are in.

    `seen` is since when the state held that somebody looked at, by shipment: one that has
    changed meanwhile is left, since nobody has seen what is to be solved of it.
    """
    locked = Shipment.objects.select_for_update().filter(pk__in=[one.pk for one in shipments])
    now_known = {one.pk: one for one in locked.order_by("pk")}
    same = [one for one in now_known.values() if seen.get(one.pk) == one.code_since]
    cases = _opened(same, now)
    since = Shipment.objects.filter(pk=OuterRef("shipment")).values("code_since")
    Case.objects.filter(shipment__in=same).update(solved_at=now, solved_for=Subquery(since))
    _log(by, [(one, _turned(cases[one.pk], f"solved at {one.code}")) for one in same])
    return Done(len(same), len(shipments) - len(same))


@transaction.atomic
def reopen(shipments: Sequence[Shipment], *, by: User) -> Done:
    """Take back that shipments were solved."""
    cases = Case.objects.filter(shipment__in=shipments, solved_at__isnull=False)
    before = {case.shipment_id: case for case in cases}
    changed = [one for one in shipments if one.pk in before]
    Case.objects.filter(shipment__in=changed).update(solved_at=None, solved_for=None)
    _log(by, [(one, _turned(before[one.pk], "open")) for one in changed])
    return Done(len(changed), len(shipments) - len(changed))


@transaction.atomic
def note(shipment: Shipment, text: str, *, by: User, now: datetime) -> Note:
    """Write something down about a shipment. Raises `Wrong` for nothing and for too much."""
    clean = text.replace("\0", "").strip()
    if not clean:
        raise Wrong("Write what you want to note.")
    if len(clean) > LONGEST_NOTE:
        raise Wrong(f"A note holds {LONGEST_NOTE:,} characters; this has {len(clean):,}.")
    case = _opened([shipment], now)[shipment.pk]
    _log(by, [(shipment, "Noted.")])
    return Note.objects.create(case=case, author=by, text=clean, made_at=now)


def _opened(shipments: Sequence[Shipment], now: datetime) -> dict[int, Case]:
    """Return the shipments' cases; those that have none get one."""
    new = [Case(shipment=one, opened_at=now) for one in shipments]
    Case.objects.bulk_create(new, ignore_conflicts=True)
    cases = Case.objects.filter(shipment__in=shipments).select_related("assigned_to")
    return {case.shipment_id: case for case in cases}


def _turned(case: Case, after: str) -> str:
    """Return in the log's words that a case is now something else."""
    before = f"solved on {case.solved_at:%Y-%m-%d %H:%M} UTC" if case.solved_at else "open"
    return f"Changed: {told('case', before, after)}."


def _moved(before: User | None, after: User | None) -> str:
    return f"Changed: {told('assigned to', before, after)}."


def _log(by: User, done: Sequence[tuple[Shipment, str]]) -> None:
    """Write what was done into the shipments' logs, by one statement for all."""
    kind = ContentType.objects.get_for_model(Shipment)
    LogEntry.objects.bulk_create(
        LogEntry(
            user=by,
            content_type=kind,
            object_id=str(shipment.pk),
            object_repr=str(shipment)[:200],
            action_flag=CHANGE,
            change_message=text,
        )
        for shipment, text in done
    )
