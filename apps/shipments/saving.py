"""Writes worked-out changes: each kind of row by one statement for all shipments together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, Q

from apps.shipments import merging, references
from apps.shipments.changing import Change
from apps.shipments.models import (
    Carrier,
    CarrierName,
    Event,
    Item,
    Leg,
    Outbox,
    Promise,
    Shipment,
    TrackingNumber,
    UnknownWord,
)
from apps.shipments.settling import Settled, settle
from apps.shipments.status import GRAVITY, STATUSES, UNMAPPED

Part = TypeVar("Part", Leg, Item, TrackingNumber, Promise)

STATUS_COLUMNS = (
    "code",
    "attempts",
    "was_delayed",
    "last_scan_at",
    "delivered_at",
    "severity",
    "code_since",
    "is_open",
    "due_at",
    "custom_reference",
    "origin_country",
    "destination_country",
    "version",
    "updated_at",
)

OUTBOX_COLUMNS = ("shipment_id", "version", "code_before", "code", "created_at")


def save_parts(changes: Sequence[Change]) -> None:
    """Save legs, items, numbers and promises that are new or know more than before."""
    legs = _parts(changes, Leg)
    items = _parts(changes, Item)
    _name_carriers([leg for leg in legs if leg.carrier_id is None and leg.carrier_code])
    _free_references([item for item in items if item.pk is None])
    _save(
        Leg,
        legs,
        (
            "order",
            "carrier_id",
            "carrier_code",
            "carrier_name",
            "service_code",
            "service_name",
            "estimated_days",
        ),
    )
    _save(Item, items, ("custom_reference", "description"))
    numbers = _parts(changes, TrackingNumber)
    _save(TrackingNumber, numbers, ("tracking_url", "source", "headline_code", "headline"))
    Promise.objects.bulk_create(_parts(changes, Promise))


def _parts(changes: Iterable[Change], kind: type[Part]) -> list[Part]:
    return [part for change in changes for part in change.parts if isinstance(part, kind)]


def _save(model: type[Part], parts: Sequence[Part], names: Sequence[str]) -> None:
    """Save new parts whole and these columns of the others."""
    columns = [model._meta.get_field(name) for name in names]
    known = [_row(part, columns) for part in parts if part.pk is not None]
    model.objects.bulk_create([part for part in parts if part.pk is None])
    merging.update(model, names, known)


def _row(part: Model, columns: Iterable[Any]) -> merging.Row:
    values = (one.get_db_prep_save(getattr(part, one.attname), connection) for one in columns)
    return (*values, part.pk)


def _name_carriers(legs: Sequence[Leg]) -> None:
    """Point legs to the carriers we know; a code that is an alias gives way to the real one."""
    if not legs:
        return
    codes = {leg.carrier_code.lower() for leg in legs}
    names = CarrierName.objects.filter(code__in=codes).select_related("carrier")
    carriers: dict[str, Carrier] = {name.code: name.carrier for name in names}
    for leg in legs:
        leg.carrier = carriers.get(leg.carrier_code.lower())
        if leg.carrier:
            if leg.carrier_code.lower() != leg.carrier.code:
                leg.carrier_code = leg.carrier.code
            leg.carrier_name = leg.carrier_name or leg.carrier.name


def _free_references(items: Sequence[Item]) -> None:
    """Give new items other references where a source's are taken by another shipment."""
    if not items:
        return
    taken = Item.objects.filter(
        Q(reference__in=[item.reference for item in items])
        | Q(package_reference__in=[item.package_reference for item in items])
    ).values_list("reference", "package_reference")
    names = {name for pair in taken for name in pair}
    for item in items:
        if item.reference in names:
            item.reference = references.new_item_reference()
        if item.package_reference in names:
            item.package_reference = references.new_package_reference()
        names |= {item.reference, item.package_reference}


def save_events(changes: Sequence[Change], now: datetime) -> None:
    """Add new events, update reworded ones, supersede those taken back."""
    foreign = merging.foreign_references(
        known for change in changes for _, known in change.added.values()
    )
    write = merging.time_writer()
    recorded_at = write(now)
    if any(change.added for change in changes):
        merging.insert(
            merging.new_row(change.shipment.pk, source, known, recorded_at, foreign, write)
            for change in changes
            for source, known in change.added.values()
        )
    merging.reword(
        (change.stored[key].id, merging.reworded_row(known, write))
        for change in changes
        for key, known in change.reworded.items()
    )
    superseded = [event.id for change in changes for event in change.superseded.values()]
    if superseded:
        Event.objects.filter(pk__in=superseded).update(superseded_at=now)
    _count_unknown_words(changes, now)


def _count_unknown_words(changes: Iterable[Change], now: datetime) -> None:
    words = Counter(
        (source, known.sighting.word or known.sighting.carrier_code)
        for change in changes
        for source, known in change.added.values()
        if known.sighting.code == UNMAPPED
    )
    if not words:
        return
    table = UnknownWord._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (source, word, times, last_seen_at) VALUES (%s, %s, %s, %s)"  # noqa: S608
            f" ON CONFLICT (source, word) DO UPDATE SET times = {table}.times + excluded.times,"
            " last_seen_at = excluded.last_seen_at",
            [
                (source, word, times, merging.database_time(now))
                for (source, word), times in sorted(words.items())
            ],
        )


def save_status(changes: Sequence[Change], now: datetime) -> None:
    """Settle the shipments again, raise their versions and write the outbox."""
    rows: list[merging.Row] = []
    item_rows: list[merging.Row] = []
    outbox: list[merging.Row] = []
    written = merging.database_time(now)
    for change in changes:
        before = change.shipment.code
        settled, codes = settle(
            change.facts(),
            change.summaries(),
            items=[item.position for item in change.items],
            last_leg=max((leg.order for leg in change.legs), default=0),
            now=now,
        )
        change.shipment.version += 1
        rows.append(_status_row(change, settled, written))
        item_rows += [
            (codes[item.position], item.pk)
            for item in change.items
            if item.code != codes[item.position]
        ]
        outbox.append((change.shipment.pk, change.shipment.version, before, settled.code, written))
    merging.update(Shipment, STATUS_COLUMNS, rows)
    merging.update(Item, ("code",), item_rows)
    merging.append(Outbox, OUTBOX_COLUMNS, outbox)


def _status_row(change: Change, settled: Settled, written: Any) -> merging.Row:
    shipment, code = change.shipment, settled.code
    return (
        code,
        settled.attempts,
        settled.was_delayed,
        _time(settled.last_scan_at),
        _time(settled.delivered_at),
        GRAVITY[code],
        _time(shipment.code_since) if code == shipment.code else written,
        # A duplicate that was united with another never needs anybody again.
        not STATUSES[code].is_terminal and shipment.merged_into_id is None,
        _time(change.due_at),
        shipment.custom_reference,
        shipment.origin_country,
        shipment.destination_country,
        shipment.version,
        written,
        shipment.pk,
    )


def _time(instant: datetime | None) -> Any:
    return merging.database_time(instant) if instant else None
