"""The only writer. A report comes in; what is new is added, what is reworded is updated.

Everything happens in one transaction with the shipments' rows locked, by a fixed number of
statements whatever the number of events. Nothing changed: nothing is written. Something
changed: the shipment's version rises by one and the outbox gets one row.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from msgspec import Struct

from apps.shipments import interpreting, merging, rows, saving, withholding
from apps.shipments.changing import Change, Stored
from apps.shipments.models import (
    Event,
    Item,
    Leg,
    Promise,
    Shipment,
    TrackingNumber,
    fold_number,
)
from apps.shipments.reports import Report


class Mended(Struct, frozen=True):
    """Columns of events to set: each row holds the values in order and the event's number last."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


Work = Callable[[dict[int, Change]], Iterable[Mended]]


class Recorded(Struct, frozen=True):
    """What recording did to one shipment: events added and reworded, the version after."""

    shipment_id: int
    added: int
    changed: int
    version: int
    is_changed: bool


def record(shipment_id: int, report: Report, *, now: datetime) -> Recorded:
    """Record one report; see `record_many`."""
    return record_many([(shipment_id, report)], now=now)[0]


def replace_history(shipment_id: int, report: Report, *, now: datetime) -> Recorded:
    """Record a report that is all its source has to say.

    Events the same source told before and leaves out are superseded: kept, shown no more.
    """
    return _record([(shipment_id, report)], now=now, replaces=True)[0]


def record_many(entries: Sequence[tuple[int, Report]], *, now: datetime) -> list[Recorded]:
    """Record reports of shipments by row number, all or nothing; one result a shipment.

    Several reports of one shipment are one change. Raises `Shipment.DoesNotExist`.
    """
    return _record(entries, now=now, replaces=False)


def amend(shipment_ids: Collection[int], work: Work, *, now: datetime) -> list[Recorded]:
    """Have staff's work done on shipments by row number, all or nothing; one result a shipment.

    `work` gets the locked shipments as they are, by row number, and changes them; it returns
    columns of events to set. What it writes itself it marks by `is_filled`. It may be called
    twice. Raises `Shipment.DoesNotExist` and whatever `work` raises.
    """

    def amended(changes: dict[int, Change]) -> Iterable[Mended]:
        _load_promises(changes)
        return work(changes)

    return _twice(set(shipment_ids), amended, now)


def _record(
    entries: Sequence[tuple[int, Report]], *, now: datetime, replaces: bool
) -> list[Recorded]:
    def take(changes: dict[int, Change]) -> Iterable[Mended]:
        _refuse_united(changes)
        if any(report.promise for _, report in entries):
            _load_promises(changes)
        for shipment_id, report in entries:
            _take(changes[shipment_id], report, replaces=replaces, now=now)
        return ()

    try:
        return _twice({shipment_id for shipment_id, _ in entries}, take, now)
    except _United as found:
        # What is told of a duplicate is told of the shipment it was united with. Beginning
        # anew keeps the order in which everybody locks.
        moved = [(found.into.get(pk, pk), report) for pk, report in entries]
        return _record(moved, now=now, replaces=replaces)


class _United(Exception):
    """Some of the shipments are duplicates; `into` says of which."""

    def __init__(self, into: dict[int, int]) -> None:
        self.into = into


def _refuse_united(changes: dict[int, Change]) -> None:
    into = {pk: one.shipment.merged_into_id for pk, one in changes.items()}
    united = {pk: first for pk, first in into.items() if first}
    if united:
        raise _United(united)


def _twice(shipment_ids: Collection[int], work: Work, now: datetime) -> list[Recorded]:
    if not shipment_ids:
        return []
    try:
        return _try(shipment_ids, work, now)
    except IntegrityError:
        # Somebody else took a reference between our look and our write. They are done
        # now, so the second look sees it.
        return _try(shipment_ids, work, now)


@transaction.atomic
def _try(shipment_ids: Collection[int], work: Work, now: datetime) -> list[Recorded]:
    changes = load(shipment_ids)
    mended = list(work(changes))
    changed = [one for one in changes.values() if one.is_changed or one.has_come_due(now)]
    for one in mended:
        merging.update(Event, one.columns, one.rows)
    if changed:
        _save(changed, now)
    told = {change.shipment.pk for change in changed}
    return [_result(change, change.shipment.pk in told) for change in changes.values()]


def _save(changed: Sequence[Change], now: datetime) -> None:
    unknown = interpreting.interpret(changed)
    for change in changed:
        if change.shipment.erased_at:
            withholding.strip(change)
    saving.save_parts(changed)
    saving.save_events(changed, now)
    interpreting.note(unknown, now)
    saving.save_status(changed, now)


def _take(change: Change, report: Report, *, replaces: bool, now: datetime) -> None:
    shipment = change.shipment
    if _is_of_another(report, shipment):
        return
    if shipment.erased_at:
        report = withholding.withheld(report)
    change.take(report, replaces=replaces, now=now)


def _is_of_another(report: Report, shipment: Shipment) -> bool:
    """Tell whether a report is about a number that staff said is another parcel's."""
    former = shipment.former_numbers or ()
    return bool(former) and any(fold_number(one.number) in former for one in report.numbers)


def load(shipment_ids: Collection[int]) -> dict[int, Change]:
    """Lock the shipments, in one order for everybody, and read what they have."""
    shipments = Shipment.objects.select_for_update().filter(pk__in=shipment_ids).order_by("pk")
    changes = {shipment.pk: Change(shipment) for shipment in shipments}
    if len(changes) < len(shipment_ids):
        raise Shipment.DoesNotExist
    legs = {leg.pk: leg for leg in rows.instances(Leg, "shipment_id", changes, '"order", id')}
    items = {item.pk: item for item in rows.instances(Item, "shipment_id", changes, "id")}
    for leg in legs.values():
        changes[leg.shipment_id].legs.append(leg)
    for item in items.values():
        changes[item.shipment_id].items.append(item)
    for number in rows.instances(TrackingNumber, "leg_id", legs, "id"):
        number.leg = legs[number.leg_id]
        number.item = items[number.item_id] if number.item_id else None
        changes[number.leg.shipment_id].numbers.append(number)
    for shipment_id, *row in rows.select(rows.STORED, changes):
        stored = Stored._make(row)
        changes[shipment_id].stored[stored.key] = stored
    return changes


def _load_promises(changes: dict[int, Change]) -> None:
    for promise in rows.instances(Promise, "shipment_id", changes, "id"):
        changes[promise.shipment_id].promises.append(promise)


def _result(change: Change, is_changed: bool) -> Recorded:
    return Recorded(
        shipment_id=change.shipment.pk,
        added=len(change.added),
        changed=len(change.reworded) + len(change.superseded),
        version=change.shipment.version,
        is_changed=is_changed,
    )
