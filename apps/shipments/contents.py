"""What is in a parcel, as its shop says: items added, put right and taken out."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from msgspec import structs

from apps.shipments import matching, recording
from apps.shipments.changing import Change
from apps.shipments.models import Item
from apps.shipments.recording import Mended, Recorded
from apps.shipments.reports import Limits
from apps.shipments.wanted import NewItem


class Unfitting(ValueError):
    """Something that does not fit how the shipment stands, in words for whoever asked."""


class TooMany(Unfitting):
    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"A shipment has {limit} {what} at most.")


class InUse(Unfitting):
    """An item that something was told of; it cannot be as if it never was."""


def add_item(shipment_id: int, wanted: NewItem, *, now: datetime) -> str:
    """Add an item after the others and return its reference; raise `TooMany`."""
    added: list[Item] = []

    def add(changes: dict[int, Change]) -> Iterable[Mended]:
        [change] = changes.values()
        if len(change.items) >= Limits.ITEMS:
            raise TooMany("items", Limits.ITEMS)
        position = matching.next_position(change.items)
        item = Item(shipment=change.shipment, position=position, **structs.asdict(wanted))
        change.items.append(item)
        change.parts.append(item)
        added.append(item)
        return ()

    recording.amend([shipment_id], add, now=now)
    return added[-1].reference


def change_item(
    shipment_id: int, reference: str, values: Mapping[str, Any], *, now: datetime
) -> Recorded:
    """Set fields of `NewItem` of one item; what is the same already changes nothing.

    Raises `Item.DoesNotExist`.
    """
    work = partial(_change, reference=reference, values=values)
    return recording.amend([shipment_id], work, now=now)[0]


def _change(
    changes: dict[int, Change], *, reference: str, values: Mapping[str, Any]
) -> Iterable[Mended]:
    [change] = changes.values()
    item = item_of(change, reference)
    new = {name: value for name, value in values.items() if getattr(item, name) != value}
    for name, value in new.items():
        setattr(item, name, value)
    if new:
        item.save(update_fields=[*new])
        change.is_filled = True
    return ()


def drop_item(shipment_id: int, reference: str, *, now: datetime) -> Recorded:
    """Take an item out that nothing was told of; raise `InUse` and `Item.DoesNotExist`."""
    work = partial(_drop, reference=reference)
    return recording.amend([shipment_id], work, now=now)[0]


def _drop(changes: dict[int, Change], *, reference: str) -> Iterable[Mended]:
    [change] = changes.values()
    item = item_of(change, reference)
    _refuse_used(change, item)
    change.items.remove(item)
    item.delete()
    change.is_filled = True
    return ()


def _refuse_used(change: Change, item: Item) -> None:
    # Those that are shown no more count too: they point to the item all the same.
    if any(event.item == item.position for event in change.stored.values()):
        raise InUse("The item has events of its own, so it stays.")
    if any(number.item == item for number in change.numbers):
        raise InUse("The item has a tracking number of its own, so it stays.")
    if any(other.parent_id == item.pk for other in change.items):
        raise InUse("The item has parts, so it stays.")


def item_of(change: Change, reference: str) -> Item:
    """Return the shipment's item with our `sc_…` reference; raise `Item.DoesNotExist`."""
    found = (item for item in change.items if item.reference == reference)
    item = next(found, None)
    if item is None:
        raise Item.DoesNotExist
    return item
