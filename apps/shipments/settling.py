"""From events to one status. Pure: the same set of events, in any order, gives the same answer.

The rules are those of the canonical status study (reference/carriers.md 4.3); each step
names the one it keeps.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from apps.shipments.status import NO_SCANS, RANK, STATUSES, UNMAPPED, Severity, milestone_of


class Fact(Struct, frozen=True, gc=False):
    """What settling needs of an event. `leg` and `item` are positions, None for all."""

    instant: datetime
    code: str
    position: int = 0
    leg: int | None = None
    item: int | None = None


class Summary(Struct, frozen=True):
    """A source's headline for one number."""

    code: str
    said_at: datetime | None = None
    item: int | None = None


class Settled(Struct, frozen=True):
    """The status of a parcel and what stays true of it after the next scan."""

    code: str = NO_SCANS
    attempts: int = 0
    was_delayed: bool = False
    last_scan_at: datetime | None = None
    delivered_at: datetime | None = None


# A movement this long after lost, returned or destroyed means the parcel was found.
FOUND_AFTER = timedelta(hours=24)
# Clocks run ahead a little; an event further ahead waits until it is due.
AHEAD = timedelta(days=1)

PHYSICAL = frozenset(
    ("accepted", "in_transit", "out_for_delivery", "attempted", "available_for_pickup", "delivered")
)
MOVEMENTS = frozenset(("accepted", "in_transit", "out_for_delivery"))
# All else that follows a delivery is a late scan: it stays in the timeline and moves nothing.
AFTER_DELIVERY = frozenset(("delivered", "returning", "returned"))
PROBLEMS_AFTER_DELIVERY = frozenset(("exception.damaged", "exception.missing"))
ENDED = frozenset(("returned", "exception.lost", "exception.destroyed", "exception.seized"))
REVERSED = {"delivered": "returned"} | dict.fromkeys(MOVEMENTS, "returning")
ORDER = {
    code: number
    for number, code in enumerate(sorted(STATUSES, key=lambda c: (RANK[milestone_of(c)], c)))
}
DELIVERED = frozenset(c for c in STATUSES if milestone_of(c) == "delivered") - {"delivered.partial"}
ATTEMPTS = frozenset(code for code in STATUSES if milestone_of(code) == "attempted")
DELAYS = frozenset(("in_transit.delayed", "in_transit.delayed_weather"))
SILENT = frozenset(code for code in STATUSES if milestone_of(code) == "info") | {
    UNMAPPED,
    "unknown.expired",
}
NO_SCAN = frozenset(c for c in STATUSES if milestone_of(c) in ("info", "pre_transit"))
URGENCY = {Severity.PROBLEM: 0, Severity.WARNING: 1, Severity.OK: 2, Severity.INFO: 2}


def settle(
    facts: Iterable[Fact],
    summaries: Sequence[Summary] = (),
    *,
    items: Sequence[int] = (),
    last_leg: int = 0,
    now: datetime,
) -> tuple[Settled, dict[int, str]]:
    """Return the shipment's status and each item's code.

    `items` are the positions of all items, with events or without; an item follows its own
    events and the shipment's. `last_leg` is the position of the last known leg. `now` keeps
    events of the future from deciding before they are due.
    """
    due = sorted({fact for fact in facts if fact.instant <= now + AHEAD}, key=_order)
    whole = _follow(due, summaries, last_leg, None)
    if len(items) == 1:
        codes = {items[0]: whole}
    else:
        codes = {item: _follow(due, summaries, last_leg, item) for item in items}
    if len(set(codes.values())) > 1:
        whole = _of_several(codes)
    return _with_memory(whole, due), codes


def _order(fact: Fact) -> tuple[datetime, int, int]:
    """Rule 1: by instant, then the source's own order, then how far along it is."""
    return (fact.instant, fact.position, ORDER[fact.code])


def _follow(
    due: Sequence[Fact], summaries: Sequence[Summary], last_leg: int, item: int | None
) -> str:
    """Walk the events of one item (or all, for None) and return where they lead."""
    code, since, is_return = "", None, False
    for fact in due:
        if item is not None and fact.item not in (None, item):
            continue
        said = _read(fact, last_leg, is_return=is_return)
        if said == code:
            since = fact.instant
        elif said and _moves(code, said, since, fact.instant):
            code, since = _richer(code, said), fact.instant
            milestone = milestone_of(code)
            is_return = milestone == "returning" or (is_return and milestone != "returned")
    return _weigh(code, since, [s for s in summaries if item is None or s.item in (None, item)])


def _read(fact: Fact, last_leg: int, *, is_return: bool) -> str:
    """Return the code an event stands for where it stands, empty when it moves nothing."""
    if fact.code in SILENT:
        return ""
    if fact.leg is not None and fact.leg < last_leg and fact.code in DELIVERED:
        # Rule 10: what an earlier carrier calls delivered is a hand-over to the next.
        return "in_transit.handed_over"
    if is_return:
        return REVERSED.get(milestone_of(fact.code), fact.code)
    return fact.code


def _moves(code: str, said: str, since: datetime | None, instant: datetime | None) -> bool:
    """Tell whether what is said may replace the code that holds (rules 3 and 4)."""
    before, after = milestone_of(code), milestone_of(said)
    if before == "delivered" and code != "delivered.partial":
        return after in AFTER_DELIVERY or said in PROBLEMS_AFTER_DELIVERY
    if code in ENDED:
        is_late = since is not None and instant is not None and instant - since > FOUND_AFTER
        return after in ("delivered", "returned") or (is_late and after in MOVEMENTS)
    if before == "cancelled":
        return after in PHYSICAL
    if after == "pre_transit":
        return before in ("", "unknown", "pre_transit")
    if after == "unknown":
        return before in ("", "unknown")
    return True


def _richer(code: str, said: str) -> str:
    """Keep `delivered.neighbour` when a bare `delivered` follows it."""
    is_bare_repeat = said == "delivered" and milestone_of(code) == "delivered"
    return code if is_bare_repeat and code != "delivered.partial" else said


def _weigh(code: str, since: datetime | None, summaries: Sequence[Summary]) -> str:
    """Rules 2, 8 and 12: events lead; a headline speaks when they are silent or it ends later."""
    usable = [summary for summary in summaries if _counts(summary.code)]
    if not code:
        return max((s.code for s in usable), key=ORDER.__getitem__, default=NO_SCANS)
    for summary in usable:
        if _ends_later(summary, since) and _moves(code, summary.code, None, summary.said_at):
            code = _richer(code, summary.code)
    return code


def _ends_later(summary: Summary, since: datetime | None) -> bool:
    is_newer = summary.said_at is not None and since is not None and summary.said_at > since
    return is_newer and STATUSES[summary.code].is_terminal


def _counts(code: str) -> bool:
    return code in STATUSES and milestone_of(code) != "info" and code != UNMAPPED


def _of_several(codes: dict[int, str]) -> str:
    """Rule 9: all delivered, some delivered, else the most urgent, else the least advanced."""
    arrived = [code for code in codes.values() if code in DELIVERED]
    if len(arrived) == len(codes):
        return "delivered"
    if arrived:
        return "delivered.partial"
    seen = [code for code in codes.values() if code != NO_SCANS]
    return min(seen, key=lambda code: (URGENCY[STATUSES[code].severity], ORDER[code]))


def _with_memory(code: str, due: Sequence[Fact]) -> Settled:
    """Rule 6: attempts and delay survive the next scan."""
    delivered = [f.instant for f in due if f.code in DELIVERED] if code in DELIVERED else []
    return Settled(
        code=code,
        attempts=len({fact.instant for fact in due if fact.code in ATTEMPTS}),
        was_delayed=any(fact.code in DELAYS for fact in due),
        last_scan_at=next((f.instant for f in reversed(due) if f.code not in NO_SCAN), None),
        delivered_at=max(delivered, default=None),
    )
