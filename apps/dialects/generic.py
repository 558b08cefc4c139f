"""Our own language for news of parcels, for carriers that have none. All of it or nothing.

    {"events": [{"tracking_number": "AB1", "code": "in_transit.departed",
                 "occurred_at": "2026-03-01T09:30:00+01:00"}],
     "promises": [{"tracking_number": "AB1", "until": "2026-03-03"}]}

An event may also have `carrier_code`, `description`, `place` (`city`, `region`,
`postal_code`, `country`, `latitude`, `longitude`), `signee`, `reference` (its id where it
comes from) and `item` (what the sender calls the piece); a promise `since` and `reason`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Raw, Struct
from msgspec.structs import replace

from apps.dialects import payloads, sorted_parts
from apps.dialects.generic_checking import (
    Checked,
    Code,
    Description,
    Name,
    Number,
    Reference,
    Time,
    Where,
    folded,
)
from apps.shipments.reports import (
    Fault,
    ItemReport,
    LegReport,
    NumberReport,
    PromiseReport,
    Report,
    Sighting,
)

SOURCE = "generic"

MOST_EVENTS = 1000


class Event(Struct, frozen=True):
    """An event as it is sent. The first three fields are needed."""

    tracking_number: Number = ""
    code: Code = ""
    occurred_at: Time = ""
    carrier_code: Code | None = None
    description: Description | None = None
    place: Where | None = None
    signee: Name | None = None
    reference: Code | None = None
    item: Reference | None = None


class Window(Struct, frozen=True):
    """When a parcel is to arrive. The first field is needed."""

    until: Time = ""
    since: Time | None = None
    reason: Name | None = None


class Promise(Window, frozen=True):
    """A window with the number it is for, which is needed."""

    tracking_number: Number = ""


class Seen(Struct, frozen=True):
    """An event that was understood, and what it is about."""

    number: str
    carrier_code: str
    item: str
    sighting: Sighting


class _Push(Struct, forbid_unknown_fields=True):
    events: list[Raw] = []
    promises: list[Raw] = []


def read(payload: bytes) -> list[tuple[str, Report]]:
    """Return a report for each tracking number; raise `payloads.Refused` with every fault."""
    push = payloads.decode(payload, _Push)
    if not push.events and not push.promises:
        raise payloads.Refused(Fault("$", "holds neither events nor promises"))
    for name, entries in (("events", push.events), ("promises", push.promises)):
        if len(entries) > MOST_EVENTS:
            raise payloads.Refused(Fault(f"$.{name}", f"holds more than {MOST_EVENTS}"))
    faults: list[Fault] = []
    events = ((f"$.events[{index}]", bytes(raw)) for index, raw in enumerate(push.events))
    seen = list(read_events(events, faults))
    promises = _read_promises(push.promises, faults)
    if faults:
        raise payloads.Refused(*faults)
    return grouped(seen, promises)


def read_events(events: Iterable[tuple[str, bytes]], faults: list[Fault]) -> Iterator[Seen]:
    """Yield what each event's JSON says; its path stands before the paths of its faults."""
    for path, payload in events:
        checked = Checked(path, faults)
        event = checked.entry(payload, Event)
        if event:
            yield _seen(event, checked)


def grouped(
    seen: Iterable[Seen], promises: Iterable[tuple[str, PromiseReport]] = ()
) -> list[tuple[str, Report]]:
    """Return a report for each number, in the order and spelling of its first mention."""
    names: dict[str, str] = {}
    events: dict[str, list[Seen]] = {}
    promised: dict[str, PromiseReport] = {}
    for one in seen:
        names.setdefault(folded(one.number), one.number)
        events.setdefault(folded(one.number), []).append(one)
    for number, promise in promises:
        names.setdefault(folded(number), number)
        promised[folded(number)] = promise
    return [
        (name, _report(name, events.get(number, ()), promised.get(number)))
        for number, name in names.items()
    ]


def _seen(event: Event, checked: Checked) -> Seen:
    code = checked.code("code", event.code)
    sighting = Sighting(
        code=code,
        word=code,
        moment=checked.moment("occurred_at", event.occurred_at),
        description=checked.text("description", event.description),
        place=checked.place("place", event.place),
        signee=checked.text("signee", event.signee),
        reference=checked.text("reference", event.reference),
    )
    return Seen(
        checked.number("tracking_number", event.tracking_number),
        checked.text("carrier_code", event.carrier_code).lower(),
        checked.text("item", event.item),
        sighting,
    )


def _read_promises(entries: list[Raw], faults: list[Fault]) -> list[tuple[str, PromiseReport]]:
    promises: dict[str, tuple[str, PromiseReport]] = {}
    for index, raw in enumerate(entries):
        checked = Checked(f"$.promises[{index}]", faults)
        said = checked.entry(bytes(raw), Promise)
        if not said:
            continue
        number = checked.number("tracking_number", said.tracking_number)
        if folded(number) in promises:
            checked.fault("tracking_number", "has another promise already")
        promises[folded(number)] = number, read_window(said, checked)
    return list(promises.values())


def read_window(said: Window, checked: Checked, given_by: str = "carrier") -> PromiseReport:
    """Return the promise of a window; its faults go to `checked`."""
    until = checked.moment("until", said.until)
    since = checked.moment("since", said.since) if said.since else None
    if since and since.instant > until.instant:
        checked.fault("since", "is later than `until`")
    return PromiseReport(until, since, given_by, checked.text("reason", said.reason))


def _report(number: str, seen: Sequence[Seen], promise: PromiseReport | None) -> Report:
    """Events without a carrier belong to the only one there is, else to no leg."""
    carriers = list(dict.fromkeys(one.carrier_code for one in seen if one.carrier_code)) or [""]
    legs = {code: index for index, code in enumerate(carriers)}
    if len(carriers) == 1:
        legs[""] = 0
    named = dict.fromkeys(one.item for one in seen if one.item)
    items = {item: index for index, item in enumerate(named)}
    return Report(
        source=SOURCE,
        sightings=tuple(_placed(one, legs, items) for one in seen),
        legs=tuple(LegReport(code) for code in carriers),
        items=tuple(_item(item) for item in items),
        numbers=(NumberReport(number, leg=0),),
        promise=promise,
    )


def _placed(one: Seen, legs: Mapping[str, int], items: Mapping[str, int]) -> Sighting:
    return replace(one.sighting, leg=legs.get(one.carrier_code), item=items.get(one.item))


def _item(reference: str) -> ItemReport:
    if sorted_parts.ITEM.fullmatch(reference):
        return ItemReport(reference=reference)
    if sorted_parts.PACKAGE.fullmatch(reference):
        return ItemReport(package_reference=reference)
    return ItemReport(custom_reference=reference)
