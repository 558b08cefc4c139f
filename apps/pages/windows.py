"""When a parcel should come: what was promised, by whom, and what became of it."""

from datetime import datetime

from django.utils import dateformat
from django.utils.translation import gettext_noop

from apps.pages import clocks
from apps.pages.languages import gettext as _
from apps.pages.shown import Shown
from apps.shipments.journey import Journey, JourneyPromise
from apps.shipments.reports import Moment
from apps.shipments.status import milestone_of

SOURCES = {
    "carrier": gettext_noop("Date from the carrier"),
    "merchant": gettext_noop("Date from the shop"),
    "ours": gettext_noop("Our estimate"),
}
OPEN = frozenset(("unknown", "pre_transit", "accepted", "in_transit", "out_for_delivery", "info"))
# After these a window to come holds only if it was said afterwards.
INTERRUPTED = frozenset(("attempted", "exception"))
FINAL = ("exception.lost", "exception.destroyed", "exception.seized")


class Bound(Shown, frozen=True):
    """One end of a window. `machine` is for `<time datetime>`."""

    machine: str
    text: str


class Window(Shown, frozen=True):
    """A window in words: `since` is None when only its end is known.

    `former` is the window that held before, `reason` why it moved.
    """

    label: str
    since: Bound | None
    until: Bound
    zone: str
    source: str
    former: str
    reason: str
    is_overdue: bool


def window_of(journey: Journey, now: datetime) -> Window | None:
    """Return the window a reader still needs, None when there is none or it is over with."""
    promise = journey.promise
    if promise is None or not _is_open(journey, promise, now):
        return None
    is_overdue = _is_past(promise.until, now)
    since, until = _bounds(promise, now, is_overdue=is_overdue)
    former = _former(journey.promises)
    return Window(
        label=_("Was due") if is_overdue else _("Expected"),
        since=since,
        until=until,
        zone="" if promise.until.is_date_only else clocks.zone_words(promise.until),
        source=_source(promise, now),
        former=_words(former, now) if former else "",
        reason=promise.reason,
        is_overdue=is_overdue,
    )


def _is_open(journey: Journey, promise: JourneyPromise, now: datetime) -> bool:
    milestone = milestone_of(journey.code)
    if journey.code in FINAL:
        return False
    if milestone in INTERRUPTED:
        newest = journey.events[0].received_at if journey.events else promise.said_at
        return promise.said_at >= newest or _is_past(promise.until, now)
    return milestone in OPEN or journey.code == "delivered.partial"


def _source(promise: JourneyPromise, now: datetime) -> str:
    ago = clocks.ago(Moment(promise.said_at), now)
    source = _(SOURCES.get(promise.given_by, gettext_noop("Date")))
    return _("%(source)s, given %(ago)s") % {"source": source, "ago": ago} if ago else source


def _is_past(until: Moment, now: datetime) -> bool:
    ends = until.instant + clocks.DAY if until.is_date_only else until.instant
    return ends <= now


def _bounds(
    promise: JourneyPromise, now: datetime, *, is_overdue: bool
) -> tuple[Bound | None, Bound]:
    since, until = promise.since, promise.until
    if since is not None and since.instant < until.instant:
        return _range(since, until, now)
    text = _point(until, now)
    if not is_overdue and since is None:
        text = _("by %(day)s") % {"day": text}
    return None, Bound(clocks.read(until, now).machine, text)


def _range(since: Moment, until: Moment, now: datetime) -> tuple[Bound, Bound]:
    starts, ends = clocks.read(since, now), clocks.read(until, now)
    first, last = clocks.wall_clock(since), clocks.wall_clock(until)
    start_text, end_text = _point(since, now), _point(until, now)
    if since.is_date_only and until.is_date_only:
        is_one_month = (first.year, first.month) == (last.year, last.month)
        start_text = dateformat.format(first, "D j") if is_one_month else starts.short_day
        end_text = ends.short_day
    elif first.date() == last.date() and ends.time:
        end_text = ends.time
    return Bound(starts.machine, start_text), Bound(ends.machine, end_text)


def _point(moment: Moment, now: datetime) -> str:
    """Return `Today, 13:20`, `Tue 14 May, 13:20` or, for a date, `Tue 14 May`."""
    clock = clocks.read(moment, now)
    near = clocks.near_day(clocks.wall_clock(moment).date(), clocks.today_at(moment, now))
    if clock.time:
        return f"{near or clock.short_day}, {clock.time}"
    return f"{near}, {clock.short_day}" if near else clock.short_day


def _former(promises: tuple[JourneyPromise, ...]) -> JourneyPromise | None:
    """Return the newest earlier window that differs from the one that holds."""
    holds = promises[0]
    differs = (p for p in promises[1:] if (p.since, p.until) != (holds.since, holds.until))
    return next(differs, None)


def _words(promise: JourneyPromise, now: datetime) -> str:
    """Return a window that no longer holds, in plain dates."""
    since, until = promise.since, promise.until
    bounds = (since, until) if since and since.instant < until.instant else (until,)
    texts = (clocks.read(bound, now) for bound in bounds)
    return " – ".join(", ".join(filter(None, (t.short_day, t.time))) for t in texts)
