"""What reports change in one shipment, worked out in memory before anything is written."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from apps.shipments import identity, matching, placing
from apps.shipments.identity import Known
from apps.shipments.models import Item, Leg, Promise, Shipment, TrackingNumber
from apps.shipments.reports import PromiseReport, Report
from apps.shipments.rows import instant
from apps.shipments.settling import AHEAD, Fact, Summary


class Stored(NamedTuple):
    """What is needed of an event in the database; `rows.instant` makes its times aware."""

    id: int
    key: int
    fingerprint: int
    leg: int | None
    item: int | None
    position: int
    code: str
    occurred_at: datetime
    superseded_at: datetime | None
    source: str


class Change:
    """One shipment, what it has, and what the reports taken so far do to it."""

    def __init__(self, shipment: Shipment) -> None:
        self.shipment = shipment
        self.legs: list[Leg] = []
        self.items: list[Item] = []
        self.numbers: list[TrackingNumber] = []
        self.promises: list[Promise] = []
        self.stored: dict[int, Stored] = {}
        self.added: dict[int, tuple[str, Known]] = {}
        self.reworded: dict[int, Known] = {}
        self.superseded: dict[int, Stored] = {}
        # Rows to write: new ones have no primary key yet.
        self.parts: list[Leg | Item | TrackingNumber | Promise] = []
        self.is_filled = False

    @property
    def is_changed(self) -> bool:
        return bool(self.added or self.reworded or self.superseded or self.parts or self.is_filled)

    def take(self, report: Report, *, replaces: bool, now: datetime) -> None:
        """Work out what one report changes."""
        report = placing.placed(report, self.items, self.numbers)
        legs = self._take_legs(report)
        items = self._take_items(report)
        self._take_numbers(report, legs, items)
        self._fill(report)
        if report.promise:
            self._take_promise(report.promise, now)
        seen = self._take_events(report, legs, items)
        if replaces:
            self._supersede(report.source, seen)

    @property
    def due_at(self) -> datetime | None:
        """Return when the parcel is late: the promise said last, the former one if none is read."""
        return self.promises[-1].ends_at if self.promises else self.shipment.due_at

    def has_come_due(self, now: datetime) -> bool:
        """Tell whether an event waited in the future when the status was settled last."""
        settled_until = self.shipment.updated_at + AHEAD
        return any(
            settled_until < instant(event.occurred_at) <= now + AHEAD
            for event in self.stored.values()
        )

    def facts(self) -> list[Fact]:
        """Return what settling needs of every event that counts after the change."""
        order = {leg.position: leg.order for leg in self.legs}
        facts = [
            Fact(
                known.sighting.moment.instant,
                known.sighting.code,
                known.sighting.position,
                order.get(known.leg or 0),
                known.item,
            )
            for known in [*(known for _, known in self.added.values()), *self.reworded.values()]
        ]
        for key, event in self.stored.items():
            if (
                event.superseded_at is None
                and key not in self.reworded
                and key not in self.superseded
            ):
                facts.append(
                    Fact(
                        instant(event.occurred_at),
                        event.code,
                        event.position,
                        order.get(event.leg or 0),
                        event.item,
                    )
                )
        return facts

    def summaries(self) -> list[Summary]:
        """Return the headlines of all numbers."""
        return [
            Summary(
                number.headline_code,
                _said_at(number),
                number.item.position if number.item else None,
            )
            for number in self.numbers
            if number.headline_code
        ]

    def _take_legs(self, report: Report) -> list[Leg]:
        legs = matching.match_legs(report, self.legs, self.numbers)
        new = [leg for leg in legs if leg not in self.legs]
        for leg, said in zip(legs, report.legs, strict=True):
            if leg not in new and matching.fill_leg(leg, said):
                self._touch(leg)
        if new:
            # Only a leg heard of for the first time moves the others: two sources that
            # disagree must not turn the order back and forth.
            for leg in matching.put_in_order(legs):
                self._touch(leg)
        for leg in new:
            leg.shipment = self.shipment
            self.legs.append(leg)
            self._touch(leg)
        return legs

    def _take_items(self, report: Report) -> list[Item]:
        items = matching.match_items(report, self.items, self.numbers)
        for item, said in zip(items, report.items, strict=True):
            if item not in self.items:
                item.shipment = self.shipment
                self.items.append(item)
                self._touch(item)
            elif matching.fill_item(item, said):
                self._touch(item)
        return items

    def _take_numbers(self, report: Report, legs: Sequence[Leg], items: Sequence[Item]) -> None:
        for said in report.numbers:
            if not legs:
                return
            leg = legs[said.leg or 0]
            item = None if said.item is None else items[said.item]
            number = matching.match_number(said, leg, item, self.numbers)
            is_changed = matching.fill_number(number, said, report.source)
            if number not in self.numbers:
                self.numbers.append(number)
                is_changed = True
            if is_changed:
                self._touch(number)

    def _touch(self, part: Leg | Item | TrackingNumber | Promise) -> None:
        if not any(part is known for known in self.parts):
            self.parts.append(part)

    def _fill(self, report: Report) -> None:
        for field in ("custom_reference", "origin_country", "destination_country"):
            value = getattr(report, field)
            if value and not getattr(self.shipment, field):
                setattr(self.shipment, field, value)
                self.is_filled = True

    def _take_promise(self, said: PromiseReport, now: datetime) -> None:
        since = msgspec.to_builtins(said.since) if said.since else None
        until = msgspec.to_builtins(said.until)
        last = self.promises[-1] if self.promises else None
        if last and (last.since, last.until, last.given_by) == (since, until, said.given_by):
            return
        promise = Promise(
            shipment=self.shipment,
            since=since,
            until=until,
            until_at=said.until.instant,
            given_by=said.given_by,
            reason=said.reason,
            said_at=now,
        )
        self.promises.append(promise)
        self._touch(promise)

    def _take_events(self, report: Report, legs: Sequence[Leg], items: Sequence[Item]) -> set[int]:
        """Sort a report's sightings into new, reworded and known; return their keys."""
        leg_positions = [leg.position for leg in legs]
        item_positions = [item.position for item in items]
        placed = (
            (
                None if s.leg is None else leg_positions[s.leg],
                None if s.item is None else item_positions[s.item],
                s,
            )
            for s in report.sightings
        )
        seen = set()
        for known in identity.know(report.source, placed, self._fingerprints()):
            seen.add(known.key)
            self.take_event(report.source, known)
        return seen

    def _fingerprints(self) -> dict[int, int]:
        known = {key: event.fingerprint for key, event in self.stored.items()}
        known.update((key, one.fingerprint) for key, (_, one) in self.added.items())
        return known

    def take_event(self, source: str, known: Known) -> None:
        """Sort one sighting into new, reworded and known."""
        stored = self.stored.get(known.key)
        _, added = self.added.get(known.key, ("", None))
        before = stored or added
        if before and (known.leg != before.leg or known.item != before.item):
            # What one answer leaves open is not forgotten.
            known = replace(known, leg=known.leg or before.leg, item=known.item or before.item)
        if stored is None:
            self.added[known.key] = (source, known)
            return
        is_same = (
            stored.fingerprint == known.fingerprint
            and stored.leg == known.leg
            and stored.item == known.item
            and stored.superseded_at is None
        )
        if is_same:
            self.reworded.pop(known.key, None)
        else:
            self.reworded[known.key] = known

    def _supersede(self, source: str, seen: set[int]) -> None:
        for key, event in self.stored.items():
            if event.source == source and key not in seen and event.superseded_at is None:
                self.superseded[key] = event


def _said_at(number: TrackingNumber) -> datetime | None:
    text = (number.headline or {}).get("said_at")
    return datetime.fromisoformat(text) if text else None
