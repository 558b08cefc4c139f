"""The home page's numbers about shipments: today, where they stand, what is open."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from django.db.models.functions import TruncDate
from msgspec import Struct

from apps.desk import cases, charts, quiet, waiting
from apps.desk.cases import Queue
from apps.desk.counting import Counted, counted, day, scoped, tally
from apps.notifications.failing import failing
from apps.shipments.models import Shipment, UnknownWord
from apps.shipments.status import MILESTONES, STATUSES, milestone_of

DAYS = 30
# So many of the newest shipments are looked at; further back the picture hardly changes.
NEWEST = 20_000
MOST_DELIVERIES = 200_000
MOST_TODAY = 10_000
MOST_OPEN = 500
# Candidates whose journeys are read to say how many of them are silent.
MOST_SILENT = 100
HIDDEN = ("info",)

Scope = Collection[int] | None


class Today(Struct, frozen=True):
    """What happened since midnight, UTC."""

    registered: Counted
    scanned: Counted
    delivered: Counted


class Standing(Struct, frozen=True):
    """Where the newest shipments stand, by milestone. `of` says which those are."""

    bars: list[charts.Bar]
    of: str
    is_empty: bool


class Open(Struct, frozen=True):
    """How much waits for somebody. `words` None: not for the one who looks."""

    problems: Counted
    late: Counted
    silent: Counted
    webhooks: Counted
    words: Counted | None


def deliveries(scope: Scope, now: datetime) -> dict[date, int]:
    """Return the newest deliveries of the last 30 days, by day."""
    since = midnight(now) - timedelta(days=DAYS - 1)
    rows = scoped(Shipment.objects.filter(delivered_at__gte=since, delivered_at__lte=now), scope)
    rows = rows.order_by("-delivered_at").annotate(day=TruncDate("delivered_at"))
    found, _ = tally(rows, "day", MOST_DELIVERIES)
    return {day(value): count for value, count in found.items()}


def today(scope: Scope, by_day: Mapping[date, int], now: datetime) -> Today:
    """Return today's numbers; a delivery is a scan too."""
    start = midnight(now)
    registered = scoped(Shipment.objects.filter(created_at__gte=start), scope)
    moving = scoped(Shipment.objects.filter(is_open=True, last_scan_at__gte=start), scope)
    delivered = Counted(by_day.get(start.date(), 0))
    return Today(
        registered=counted(registered, MOST_TODAY),
        scanned=counted(moving, MOST_TODAY) + delivered,
        delivered=delivered,
    )


def standing(scope: Scope, now: datetime, address: str) -> Standing:
    """Return the milestones of the shipments registered in the last 30 days."""
    recent = Shipment.objects.filter(created_at__gte=now - timedelta(days=DAYS))
    newest = scoped(recent.order_by("-created_at", "-pk"), scope)
    by_code, is_all = tally(newest, "code", NEWEST)
    counts: Counter[str] = Counter()
    for code, count in by_code.items():
        counts[milestone_of(code) or "unknown"] += count
    shown = [one for one in MILESTONES if one not in HIDDEN or counts[one]]
    rows = [(_words(one), counts[one], _tone(one), f"{address}?milestone={one}") for one in shown]
    of = "" if is_all else f"the newest {NEWEST:,}"
    return Standing(charts.bars(rows), of, not counts)


def _words(milestone: str) -> str:
    return str(STATUSES[milestone].words)


def _tone(milestone: str) -> str:
    return str(STATUSES[milestone].severity)


def open_work(scope: Scope, now: datetime) -> Open:
    """Count what waits, no further than 500 each; unknown words are for the platform's staff."""
    count = partial(_waiting, scope=scope, now=now)
    return Open(
        problems=count(Queue.PROBLEMS),
        late=count(Queue.LATE),
        silent=_silent(scope, now),
        webhooks=counted(failing(scope), MOST_OPEN),
        words=counted(UnknownWord.objects.all(), MOST_OPEN) if scope is None else None,
    )


def _waiting(queue: Queue, scope: Scope, now: datetime) -> Counted:
    return counted(cases.waiting(waiting.shelf(queue, now, scope), queue), MOST_OPEN)


def _silent(scope: Scope, now: datetime) -> Counted:
    """Ask the brands' rule about the likeliest; the others are `more`."""
    shelf = cases.waiting(waiting.shelf(Queue.SILENT, now, scope), Queue.SILENT)
    candidates = list(shelf[: MOST_SILENT + 1])
    silent = quiet.silences(candidates[:MOST_SILENT], now)
    return Counted(len(silent), len(candidates) > MOST_SILENT)


def midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
