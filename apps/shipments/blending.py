"""What two shipments have in legs, items, numbers and events, put together in the first.

Rows move as they are, so that references, first recordings and superseded wordings stay.
What both have stays where it is, and is shown once.
"""

from collections import defaultdict
from copy import copy
from datetime import datetime

from msgspec import Struct

from apps.shipments import identity, matching, rows
from apps.shipments.changing import Change, Stored
from apps.shipments.models import Event, Item, Leg, TrackingNumber, UnknownEvent
from apps.shipments.recording import Mended
from apps.shipments.reports import ItemReport, LegReport, NumberReport, Report, Sighting

# Twins of one event are at most so many; a key further off is its source's own.
MOST_TWINS = 100
MOVED = ("shipment_id", "key", "leg", "item")

Legs = dict[int, Leg]
Items = dict[int, Item]


class Blend(Struct, frozen=True):
    """Columns of events to set, and the row numbers of what has to be followed anew."""

    mended: list[Mended]
    followed: list[int]


class _Move(Struct, frozen=True):
    """An event of the other: what it is known by where it was and, but for twins, will be."""

    stored: Stored
    base: int
    leg: int | None
    item: int | None


def blend(first: Change, other: Change) -> Blend:
    """Move all the other has to the first, in the database too but for what is returned."""
    legs = _blend_legs(first, other)
    items = _blend_items(first, other)
    followed = _blend_numbers(first, other, legs, items)
    mended = _blend_events(first, other, legs, items)
    _put_in_order(first)
    return Blend(mended, followed)


def _blend_legs(first: Change, other: Change) -> Legs:
    """Return the first's leg for each position of the other's."""
    names = LegReport.__struct_fields__
    said = Report(
        source="",
        legs=tuple(LegReport(*(getattr(leg, name) for name in names)) for leg in other.legs),
        numbers=tuple(NumberReport(n.number, other.legs.index(n.leg)) for n in other.numbers),
    )
    matched = matching.match_legs(said, first.legs, first.numbers)
    moved = []
    found: Legs = {}
    for leg, known, report in zip(other.legs, matched, said.legs, strict=True):
        found[leg.position] = known if known.pk else _moved_leg(first, leg, known)
        if not known.pk:
            moved.append(found[leg.position])
        elif matching.fill_leg(known, report):
            first.parts.append(known)
    Leg.objects.bulk_update(moved, ["shipment", "position", "order"])
    return found


def _moved_leg(first: Change, leg: Leg, place: Leg) -> Leg:
    moved = copy(leg)
    moved.shipment, moved.position, moved.order = first.shipment, place.position, place.order
    first.legs.append(moved)
    return moved


def _blend_items(first: Change, other: Change) -> Items:
    """Return the first's item for each position of the other's."""
    free = list(first.items)
    moved = []
    found: Items = {}
    for item in other.items:
        known = next((one for one in free if _are_one(item, one, first, other)), None)
        found[item.position] = known or _moved_item(first, item)
        if known is None:
            moved.append(found[item.position])
            continue
        free.remove(known)
        if matching.fill_item(known, ItemReport("", "", item.custom_reference, item.description)):
            first.parts.append(known)
    own = {item.pk: found[item.position] for item in other.items}
    for item in moved:
        item.parent = own[item.parent_id] if item.parent_id else None
    Item.objects.bulk_update(moved, ["shipment", "position", "parent"])
    return found


def _are_one(item: Item, known: Item, first: Change, other: Change) -> bool:
    """Tell whether two items are one: by the shop's reference, a number, or the same words."""
    if item.custom_reference and known.custom_reference:
        return item.custom_reference == known.custom_reference
    if _numbers_of(item, other) & _numbers_of(known, first):
        return True
    said, had = (item.description, item.quantity), (known.description, known.quantity)
    return bool(item.description) and said == had


def _numbers_of(item: Item, change: Change) -> set[str]:
    return {number.folded for number in change.numbers if number.item == item}


def _moved_item(first: Change, item: Item) -> Item:
    moved = copy(item)
    moved.shipment = first.shipment
    moved.position = max((one.position for one in first.items), default=0) + 1
    first.items.append(moved)
    return moved


def _blend_numbers(first: Change, other: Change, legs: Legs, items: Items) -> list[int]:
    """Move numbers, drop those both have; return those that have to be followed anew."""
    moved: list[TrackingNumber] = []
    dropped: list[int] = []
    followed: list[int] = []
    for number in other.numbers:
        number.leg = legs[number.leg.position]
        number.item = items[number.item.position] if number.item else None
        known = next((one for one in first.numbers if _are_one_number(number, one)), None)
        if known is None:
            first.numbers.append(number)
            moved.append(number)
        else:
            dropped.append(number.pk)
            _take_headline(first, known, number)
        kept = known or number
        if number.is_followed and not (known and known.is_followed):
            followed.append(kept.pk)
    TrackingNumber.objects.bulk_update(moved, ["leg", "item"])
    TrackingNumber.objects.filter(pk__in=dropped).delete()
    return followed


def _are_one_number(number: TrackingNumber, known: TrackingNumber) -> bool:
    is_same_item = number.item == known.item or not (number.item and known.item)
    return number.folded == known.folded and number.leg == known.leg and is_same_item


def _take_headline(first: Change, known: TrackingNumber, number: TrackingNumber) -> None:
    if number.headline and not known.headline:
        known.source, known.headline = number.source, number.headline
        known.headline_code = number.headline_code
        first.parts.append(known)


def _blend_events(first: Change, other: Change, legs: Legs, items: Items) -> list[Mended]:
    """Give the first all events it does not have, under the keys recording finds them by."""
    moves: dict[int, list[_Move]] = defaultdict(list)
    own = Event.objects.filter(shipment=other.shipment).order_by("key")
    # What is shown takes its seat before what is shown no more.
    for event in sorted(own, key=lambda event: event.superseded_at is not None):
        move = _move(event, other.stored[event.key], legs, items)
        moves[move.base].append(move)
    seats = [_seat(base, group, first) for base, group in moves.items()]
    seated = [pair for pairs, _ in seats for pair in pairs]
    for key, move in seated:
        first.stored[key] = move.stored._replace(key=key, leg=move.leg, item=move.item)
    _move_unknown(first, other, {move.stored.key: key for key, move in seated})
    other.stored.clear()
    rows = [(first.shipment.pk, key, m.leg, m.item, m.stored.id) for key, m in seated]
    revived = [(None, event_id) for _, ids in seats for event_id in ids]
    return [Mended(MOVED, rows), Mended(("superseded_at",), revived)]


def _move(event: Event, stored: Stored, legs: Legs, items: Items) -> _Move:
    """Work out an event's key anew; one that its source's own id decides stays what it is."""
    leg = legs[event.leg].position if event.leg in legs else None
    item = items[event.item].position if event.item in items else None
    sighting = Sighting(event.code, event.moment, event.description, event.word, event.carrier_code)
    before = identity.key_of(event.source, event.leg, event.item, sighting)
    if 0 <= event.key - before < MOST_TWINS:
        return _Move(stored, identity.key_of(event.source, leg, item, sighting), leg, item)
    return _Move(stored, event.key, leg, item)


def _seat(
    base: int, group: list[_Move], first: Change
) -> tuple[list[tuple[int, _Move]], list[int]]:
    """Return keys for events of one identity, and row numbers of the first's to show again.

    One event that both have, in the same words or not, is there already. Where there are
    twins, words tell them apart.
    """
    chain = identity.chain(base, first.stored)
    is_single = len(group) == len(chain) == 1
    by_words = {first.stored[key].fingerprint: key for key in chain}
    seated: list[tuple[int, _Move]] = []
    revived = []
    for move in group:
        key = chain[0] if is_single else by_words.get(move.stored.fingerprint)
        if key is None:
            seated.append((base + len(chain) + len(seated), move))
            by_words[move.stored.fingerprint] = seated[-1][0]
        elif key in first.stored and _is_back(first.stored[key], move.stored):
            first.stored[key] = first.stored[key]._replace(superseded_at=None)
            revived.append(first.stored[key].id)
    return seated, revived


def _is_back(known: Stored, told: Stored) -> bool:
    return known.superseded_at is not None and told.superseded_at is None


def _move_unknown(first: Change, other: Change, keys: dict[int, int]) -> None:
    """Let words that are yet to be taught find the events where they are now."""
    moved = []
    for unknown in UnknownEvent.objects.filter(shipment=other.shipment):
        if unknown.key in keys:
            unknown.shipment, unknown.key = first.shipment, keys[unknown.key]
            moved.append(unknown)
    UnknownEvent.objects.bulk_update(moved, ["shipment", "key"], batch_size=200)


def _put_in_order(first: Change) -> None:
    """Have legs in the order of their first scans, if each was scanned."""
    scans: dict[int, list[datetime]] = defaultdict(list)
    for event in first.stored.values():
        if event.leg and event.superseded_at is None:
            scans[event.leg].append(rows.instant(event.occurred_at))
    if all(leg.position in scans for leg in first.legs):
        by_scan = sorted(first.legs, key=lambda leg: (min(scans[leg.position]), leg.order))
        first.parts += [leg for leg in matching.put_in_order(by_scan) if leg not in first.parts]
