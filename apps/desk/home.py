"""The desk's first page: numbers, pictures, what is open, and what a new merchant does first."""

import time
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from msgspec import Struct

from apps.branding.models import Brand
from apps.desk import charts, feeds, figures, transit
from apps.desk.cases import Queue
from apps.desk.counting import Counted, scoped
from apps.desk.figures import Scope
from apps.desk.roles import BRANDERS, OPERATORS, has_seat, merchant_ids
from apps.shipments.models import Shipment

# Seconds for which numbers are believed, and how many merchants' are kept.
BELIEVED, MOST = 60.0, 200
MOST_FEEDS = 6


class Numbers(Struct, frozen=True):
    """All that is counted for the page."""

    at: datetime
    today: figures.Today
    open: figures.Open
    standing: figures.Standing
    deliveries: charts.Columns
    paces: list[transit.Pace]
    feeds: list[feeds.Feed]

    @property
    def failing(self) -> int:
        return sum(feed.is_failing for feed in self.feeds)


class Card(Struct, frozen=True):
    """A queue on the first page."""

    title: str
    count: Counted
    words: str
    address: str
    tone: str


class Step(Struct, frozen=True):
    """Something to do before parcels show, and whether it is done."""

    title: str
    words: str
    address: str
    is_done: bool


_kept: dict[tuple[int, ...] | None, tuple[float, Numbers]] = {}


def told(request: HttpRequest, now: datetime) -> dict[str, object]:
    """Return what the page's template shows to whoever asks."""
    ids = merchant_ids(request)
    if ids == []:
        return {"is_seated": False}
    numbers = numbers_of(ids, now)
    steps = first_steps(ids) if has_seat(request, BRANDERS) else []
    return {
        "is_seated": True,
        "now": now,
        "numbers": numbers,
        "may_act": has_seat(request, OPERATORS),
        "cards": cards(numbers),
        "feeds": numbers.feeds[:MOST_FEEDS],
        "more_feeds": max(0, len(numbers.feeds) - MOST_FEEDS),
        "steps": steps if not all(step.is_done for step in steps) else [],
    }


def numbers_of(scope: Scope, now: datetime) -> Numbers:
    """Count for these merchants (None: all), once a minute at most."""
    key, clock = None if scope is None else tuple(sorted(scope)), time.monotonic()
    known = _kept.get(key)
    if known and clock - known[0] < BELIEVED:
        return known[1]
    numbers = _counted(scope, now)
    _kept.pop(key, None)
    _kept[key] = (clock, numbers)
    while len(_kept) > MOST:
        _kept.pop(next(iter(_kept), key), None)
    return numbers


def forget() -> None:
    """Count anew."""
    _kept.clear()


def _counted(scope: Scope, now: datetime) -> Numbers:
    by_day = figures.deliveries(scope, now)
    days = charts.columns(by_day, now.date(), figures.DAYS, ("delivery", "deliveries"))
    shipments = reverse("admin:shipments_shipment_changelist")
    return Numbers(
        at=now,
        today=figures.today(scope, by_day, now),
        open=figures.open_work(scope, now),
        standing=figures.standing(scope, now, shipments),
        deliveries=days,
        paces=transit.paces(scope, now),
        feeds=feeds.feeds(scope, now),
    )


def cards(numbers: Numbers) -> list[Card]:
    """Return the queues with their counts; a quiet one stays, so that nobody misses it."""
    waits, failing = numbers.open, Counted(numbers.failing)
    found = [
        _card("Problems", waits.problems, "Something is wrong", _queue(Queue.PROBLEMS), "problem"),
        _card("Late", waits.late, "Missed their last day", _queue(Queue.LATE), "warning"),
        _card("Silent", waits.silent, "No scan for too long", _queue(Queue.SILENT), "warning"),
        _card("Failing feeds", failing, "Providers in trouble", reverse("admin:feeds"), "problem"),
        _card(
            "Failed webhooks",
            waits.webhooks,
            "Shops not told",
            reverse("admin:webhooks"),
            "problem",
        ),
    ]
    if waits.words is not None:
        mapping = reverse("admin:mapping")
        found.append(_card("Unknown words", waits.words, "Not understood yet", mapping, "info"))
    return found


def _card(title: str, count: Counted, words: str, address: str, tone: str) -> Card:
    return Card(title, count, words, address, tone if count.count or count.is_more else "ok")


def _queue(queue: Queue) -> str:
    return reverse("admin:queue", args=[queue])


def first_steps(scope: Scope) -> list[Step]:
    """Return what leads from nothing to a parcel on the merchant's own page."""
    brands = list(
        scoped(Brand.objects.order_by("pk"), scope).values_list("pk", "frame_origins")[:200]
    )
    has_shipments = scoped(Shipment.objects.all(), scope).exists()
    first = [pk for pk, _ in brands[:1]]
    return [
        Step(
            "Give the pages your brand",
            "A name, a colour and a logo; customers see them on every page.",
            _brand("admin:brand_editor", first),
            bool(brands),
        ),
        Step(
            "Bring in your shipments",
            "Upload a table of orders and tracking numbers; it is checked before anything is kept.",
            reverse("admin:import"),
            has_shipments,
        ),
        Step(
            "Put tracking into your shop",
            "Name your shop's address in the brand and paste one line into a page.",
            _brand("admin:brand_snippets", first),
            any(origins for _, origins in brands),
        ),
    ]


def _brand(name: str, first: list[int]) -> str:
    """Return a page of the first brand, or the form for a new one where there is none yet."""
    return reverse(name, args=first) if first else reverse("admin:branding_brand_add")
