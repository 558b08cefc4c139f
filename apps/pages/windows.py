"""When a parcel should come: what was promised, by whom, and what became of it."""

from datetime import date, datetime

from django.utils.translation import gettext_noop

from apps.pages import clocks
from apps.pages.languages import gettext as _
from apps.pages.languages import listed
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
LAST_MILE = "out_for_delivery"


class Bound(Shown, frozen=True):
    """One end of a window. `machine` is for `<time datetime>`."""

    machine: str
    text: str


class Window(Shown, frozen=True):
    """A window in words: `since` is None when only its end is known or still to come.

    `former` is the window that held before and `reason` why it moved. `due_on` and `today`
    are days on the window's own clock, `is_later` when that day is after the former one.
    """

    label: str
    since: Bound | None
    until: Bound
    zone: str
    source: str
    former: str
    reason: str
    is_overdue: bool
    is_later: bool
    due_on: date
    today: date


def window_of(journey: Journey, now: datetime) -> Window | None:
    """Return the window a reader still needs, None when there is none or it is over with."""
    promises = _promises(journey)
    if not promises or not _is_open(journey, promises[0], now):
        return None
    promise, former = promises[0], _former(promises)
    is_overdue = _is_past(promise.until, now)
    since, until = _bounds(promise, now, is_overdue=is_overdue)
    return Window(
        label=_("Was due") if is_overdue else _("Expected"),
        since=since,
        until=until,
        zone="" if promise.until.is_date_only else clocks.zone_words(promise.until),
        source=_source(promise, now, has_changed=former is not None),
        former=_words(former, now) if former else "",
        reason=promise.reason,
        is_overdue=is_overdue,
        is_later=former is not None and _day(former.until) < _day(promise.until),
        due_on=_day(promise.until),
        today=clocks.today_at(promise.until, now),
    )


def _promises(journey: Journey) -> tuple[JourneyPromise, ...]:
    """Return what was promised, newest first; a van that is out promises its own day."""
    held = journey.promises
    seen = (event for event in journey.events if milestone_of(event.code) == LAST_MILE)
    van = next(seen, None) if milestone_of(journey.code) == LAST_MILE else None
    if van is None:
        return held
    if held and (held[0].said_at > van.recorded_at or _day(held[0].until) == _day(van.moment)):
        return held
    midnight = clocks.midnight(van.moment)
    return (JourneyPromise(None, midnight, LAST_MILE, "", van.recorded_at), *held)


def _day(moment: Moment) -> date:
    return clocks.wall_clock(moment).date()


def _is_open(journey: Journey, promise: JourneyPromise, now: datetime) -> bool:
    milestone = milestone_of(journey.code)
    if journey.code in FINAL:
        return False
    if milestone in INTERRUPTED:
        newest = journey.events[0].received_at if journey.events else promise.said_at
        return promise.said_at >= newest or _is_past(promise.until, now)
    return milestone in OPEN or journey.code == "delivered.partial"


def _source(promise: JourneyPromise, now: datetime, *, has_changed: bool) -> str:
    source = _giver(promise.given_by)
    if promise.given_by == LAST_MILE:
        return source
    ago = clocks.ago(Moment(promise.said_at), now)
    if not ago:
        return source
    told = _("%(source)s, changed %(ago)s") if has_changed else _("%(source)s, given %(ago)s")
    return told % {"source": source, "ago": ago}


def _giver(given_by: str) -> str:
    if given_by == LAST_MILE:
        return _("The carrier has it out for delivery")
    return _(SOURCES.get(given_by, gettext_noop("Date")))


def source_of(journey: Journey) -> str:
    """Return who gave the window that `window_of` shows, without how long ago."""
    promises = _promises(journey)
    return _giver(promises[0].given_by) if promises else ""


def _is_past(until: Moment, now: datetime) -> bool:
    return until.instant <= (now - clocks.DAY if until.is_date_only else now)


def _bounds(
    promise: JourneyPromise, now: datetime, *, is_overdue: bool
) -> tuple[Bound | None, Bound]:
    since, until = promise.since, promise.until
    is_range = since is not None and since.instant < until.instant
    if (
        since is not None
        and is_range
        and (is_overdue or _day(since) >= clocks.today_at(since, now))
    ):
        return _range(since, until, now)
    # A lone end; a range that began on a day gone by is one, as no day in the past is ahead.
    is_end = not is_overdue and (since is None or is_range)
    return None, _bound(until, now, _end(until, now) if is_end else _point(until, now))


def _bound(moment: Moment, now: datetime, text: str) -> Bound:
    return Bound(clocks.read(moment, now).machine, text)


def _range(since: Moment, until: Moment, now: datetime) -> tuple[Bound, Bound]:
    starts, ends = clocks.read(since, now), clocks.read(until, now)
    first, last = clocks.wall_clock(since), clocks.wall_clock(until)
    start_text, end_text = _point(since, now), _point(until, now)
    if since.is_date_only and until.is_date_only:
        is_one_month = (first.year, first.month) == (last.year, last.month)
        start_text = clocks.in_month(first.date()) if is_one_month else starts.short_day
        end_text = ends.short_day
    elif first.date() == last.date() and ends.time:
        end_text = ends.time
    return _bound(since, now, start_text), _bound(until, now, end_text)


def _point(moment: Moment, now: datetime) -> str:
    """Return `Today, 13:20`, `Tue 14 May, 13:20` or, for a date, `Tue 14 May`."""
    clock = clocks.read(moment, now)
    near = clocks.near_day(_day(moment), clocks.today_at(moment, now))
    if clock.time:
        return listed(near or clock.short_day, clock.time)
    return listed(near, clock.short_day)


def _end(moment: Moment, now: datetime) -> str:
    """Return `Today by 21:00`, `by Tue 14 May` or, for the date of today, `Today`."""
    clock, today = clocks.read(moment, now), clocks.today_at(moment, now)
    near = clocks.near_day(_day(moment), today)
    if clock.time and near:
        return _("%(day)s by %(time)s") % {"day": near, "time": clock.time}
    if _day(moment) == today:
        return _point(moment, now)
    return _("by %(day)s") % {"day": listed(clock.short_day, clock.time)}


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
    return " – ".join(listed(t.short_day, t.time) for t in texts)
