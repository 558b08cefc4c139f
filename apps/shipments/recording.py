"""The only writer. A report comes in; what is new is added, what is reworded is updated.

Everything happens in one transaction with the shipments' rows locked, by a fixed number of
statements whatever the number of events. Nothing changed: nothing is written. Something
changed: the shipment's version rises by one and the outbox gets one row.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from msgspec import Struct

from apps.shipments import rows, saving
from apps.shipments.changing import Change, Stored
from apps.shipments.models import Item, Leg, Promise, Shipment, TrackingNumber
from apps.shipments.reports import Report


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


def _record(
    entries: Sequence[tuple[int, Report]], *, now: datetime, replaces: bool
) -> list[Recorded]:
    try:
        return _try(entries, now=now, replaces=replaces)
    except IntegrityError:
        # Somebody else took a reference between our look and our write. They are done
        # now, so the second look sees it.
        return _try(entries, now=now, replaces=replaces)


@transaction.atomic
def _try(entries: Sequence[tuple[int, Report]], *, now: datetime, replaces: bool) -> list[Recorded]:
    changes = load({shipment_id for shipment_id, _ in entries})
    if any(report.promise for _, report in entries):
        _load_promises(changes)
    for shipment_id, report in entries:
        changes[shipment_id].take(report, replaces=replaces, now=now)
    changed = [one for one in changes.values() if one.is_changed or one.has_come_due(now)]
    if changed:
        saving.save_parts(changed)
        saving.save_events(changed, now)
        saving.save_status(changed, now)
    told = {change.shipment.pk for change in changed}
    return [_result(change, change.shipment.pk in told) for change in changes.values()]


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
