"""The person a parcel goes to: everything held about them, and how it is erased.

Rooms above hold more of them, each for itself: what customers wrote, what carriers answered,
what staff noted down.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from django.db.models import Q, QuerySet
from msgspec.structs import replace

from apps.shipments import recording, withholding
from apps.shipments.changing import Change
from apps.shipments.journey import Journey, JourneyEvent
from apps.shipments.models import Event, Promise, Recipient, Shipment
from apps.shipments.privacy import Level, seen_at
from apps.shipments.reading import as_told, journeys_of
from apps.shipments.recording import Mended
from apps.shipments.references import label_id
from apps.shipments.reports import Headline, Place

# Shipments that are erased in one transaction.
AT_ONCE = 100
PLACE = Place.__struct_fields__
COLUMNS = ("description", "signee", *PLACE)


def erase(shipment_ids: Collection[int], *, now: datetime) -> int:
    """Erase the person shipments go to; return how many shipments changed.

    The recipient's row goes, and with it names, streets, doors and signatures in what was
    told, superseded or not; what happened, when and in which town stays, and so do the items.
    News that comes later is kept without words. Duplicates united with a shipment are erased
    with it. Done twice, it changes nothing.
    """
    due = _with_duplicates(shipment_ids).filter(Q(erased_at=None) | Q(recipient__isnull=False))
    ids = list(due.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        recording.amend(ids[start : start + AT_ONCE], partial(_erase, now=now), now=now)
    return len(ids)


def _with_duplicates(shipment_ids: Collection[int]) -> QuerySet[Shipment]:
    duplicates = Shipment.objects.filter(merged_into__in=shipment_ids)
    return Shipment.objects.filter(pk__in=[*shipment_ids, *duplicates.values_list("pk", flat=True)])


def _erase(changes: dict[int, Change], *, now: datetime) -> Iterable[Mended]:
    shipments = Shipment.objects.filter(pk__in=changes)
    journeys = {journey.reference: journey for journey in journeys_of(shipments)}
    events = _events_of(changes)
    rows: list[tuple[Any, ...]] = []
    promises: list[Promise] = []
    for shipment_id, change in changes.items():
        told = tuple(map(as_told, events[shipment_id]))
        journey = replace(journeys[change.shipment.reference], events=told)
        seen = seen_at(journey, Level.LINK)
        rows += _masked(events[shipment_id], told, seen)
        promises += _mask_parts(change, seen)
    Promise.objects.bulk_update(promises, ["reason"])
    Recipient.objects.filter(pk__in=changes).delete()
    shipments.update(erased_at=now)
    return [Mended(COLUMNS, rows)]


def _events_of(shipment_ids: Collection[int]) -> dict[int, list[Event]]:
    """Return all events, those included that are shown no more."""
    found: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(shipment__in=shipment_ids).order_by("pk"):
        found[event.shipment_id].append(event)
    return found


def _masked(
    events: Iterable[Event], told: Iterable[JourneyEvent], seen: Journey
) -> Iterator[tuple[Any, ...]]:
    """Yield rows of `COLUMNS` for the events that say more than somebody with a link may see."""
    for event, whole, masked in zip(events, told, seen.events, strict=True):
        if whole != masked:
            parts = (getattr(masked.place, part) for part in PLACE)
            yield (masked.description, masked.signee, *parts, event.pk)


def _mask_parts(change: Change, seen: Journey) -> list[Promise]:
    """Bare headlines, drop addresses that tell the person; return promises to be saved."""
    addresses = {number.label_id: number.tracking_url for number in seen.numbers}
    for number in change.numbers:
        if not addresses[label_id(number.pk)]:
            number.tracking_url = ""
        if number.headline:
            headline = withholding.bare_headline(msgspec.convert(number.headline, Headline))
            number.headline = msgspec.to_builtins(headline)
        change.parts.append(number)
    for promise, masked in zip(reversed(change.promises), seen.promises, strict=True):
        promise.reason = masked.reason
    change.is_filled = True
    return change.promises


def told_of(shipment_ids: Collection[int]) -> dict[str, Any]:
    """Return everything held here about the parcels and whom they go to, ready for JSON.

    For a request by the person (GDPR, article 15). `withdrawn_events` were told once and are
    shown no more.
    """
    shipments = _with_duplicates(shipment_ids)
    erased = dict(shipments.values_list("reference", "erased_at"))
    withdrawn = _withdrawn(shipments)
    return {
        "shipments": [
            {
                **_plain(journey),
                "withdrawn_events": [_plain(one) for one in withdrawn[journey.reference]],
                "erased_at": _plain(erased[journey.reference]),
            }
            for journey in journeys_of(shipments.order_by("pk"))
        ]
    }


def _withdrawn(shipments: QuerySet[Shipment]) -> dict[str, list[JourneyEvent]]:
    found: dict[str, list[JourneyEvent]] = defaultdict(list)
    events = Event.objects.filter(shipment__in=shipments, superseded_at__isnull=False)
    for event in events.select_related("shipment").order_by("pk"):
        found[event.shipment.reference].append(as_told(event))
    return found


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value)
