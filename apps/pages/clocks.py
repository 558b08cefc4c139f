"""Times as a reader needs them: on the place's own clock, with that clock named."""

from datetime import date, datetime, timedelta

from django.utils import dateformat

from apps.pages.languages import gettext as _
from apps.pages.languages import listed, ngettext, per_language, pgettext
from apps.pages.shown import Shown
from apps.shipments.reports import Certainty, Moment

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# An assumed clock can be this far from the true one, so nothing finer is claimed of it.
DOUBT = timedelta(hours=14)
# A scan that reaches us this long after it was made is called late.
LATE = timedelta(hours=6)


class Clock(Shown, frozen=True):
    """A moment in words. `machine` is for `<time datetime>`.

    `time` is empty when only a date is known, `zone` names the clock. `face` is the time,
    or the short day in its place, and `remark` what is to be said of it.
    """

    machine: str
    day: str
    short_day: str
    time: str
    zone: str
    face: str
    remark: str

    @property
    def full(self) -> str:
        """Return the moment on one line, for whoever sees only how long ago it was."""
        return " ".join(filter(None, (self.short_day, self.time, self.zone)))


def read(moment: Moment, now: datetime) -> Clock:
    """Put a moment into words for somebody who reads them at `now` (aware)."""
    wall = wall_clock(moment)
    day, short = _day_and_short(wall.date(), today_at(moment, now))
    if moment.is_date_only:
        return Clock(wall.date().isoformat(), day, short, "", "", short, _("no time given"))
    time = f"{wall.hour:02d}:{wall.minute:02d}"
    zone = zone_words(moment)
    return Clock(_machine(moment, wall), day, short, time, zone, time, zone)


def midnight(moment: Moment) -> Moment:
    """Return the date of a moment alone, on its own clock."""
    wall = wall_clock(moment)
    begun = timedelta(
        hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond
    )
    return Moment(moment.instant - begun, moment.offset, moment.certainty, is_date_only=True)


def wall_clock(moment: Moment) -> datetime:
    """Return the local time at the place; at the ends of the calendar the UTC one."""
    try:
        return moment.wall_clock
    except OverflowError:
        return moment.instant.replace(tzinfo=None)


def today_at(moment: Moment, now: datetime) -> date:
    """Return which day it is on the moment's clock."""
    return (now + timedelta(minutes=moment.offset)).date()


def _machine(moment: Moment, wall: datetime) -> str:
    text = wall.isoformat(timespec="seconds")
    return text if moment.certainty == Certainty.ASSUMED else text + _offset(moment.offset)


def _offset(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def zone_words(moment: Moment) -> str:
    """Name the clock: `UTC+5:30`, or say that nobody knows it."""
    if moment.certainty == Certainty.ASSUMED:
        return _("time zone unknown")
    if not moment.offset:
        return "UTC"
    hours, rest = divmod(abs(moment.offset), 60)
    sign = "−" if moment.offset < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"


@per_language
def _day_and_short(day: date, today: date) -> tuple[str, str]:
    return day_words(day, today), short_day(day, today)


def day_words(day: date, today: date) -> str:
    """Return `Today, Tuesday 14 May`; the year when it is not this one."""
    if day.year == today.year:
        words = dateformat.format(day, pgettext("date format", "l j F"))
    else:
        words = dateformat.format(day, pgettext("date format", "l j F Y"))
    near = near_day(day, today)
    return listed(near, words)


def short_day(day: date, today: date) -> str:
    """Return `Tue 14 May`; the year when it is not this one."""
    if day.year == today.year:
        return dateformat.format(day, pgettext("date format", "D j M"))
    return dateformat.format(day, pgettext("date format", "D j M Y"))


def in_month(day: date) -> str:
    """Return `Tue 14`, where the month is said later."""
    return dateformat.format(day, pgettext("date format", "D j"))


def near_day(day: date, today: date) -> str:
    """Return today, yesterday or tomorrow in words, empty for any other day."""
    distance = (day - today).days
    if distance in (-1, 0, 1):
        return {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}[distance]
    return ""


def ago(moment: Moment, now: datetime) -> str:
    """Return how long ago, no finer than is known; empty for what has yet to come."""
    age = now - moment.instant
    if moment.is_date_only:
        return days_ago((today_at(moment, now) - wall_clock(moment).date()).days)
    if moment.certainty == Certainty.ASSUMED:
        return days_ago(age.days) if age >= DAY + DOUBT else ""
    if age >= DAY:
        return days_ago(age.days)
    return _short_ago(age)


MONTH, YEAR = 30, 365  # days, as near as "ago" has to be


def days_ago(days: int) -> str:
    if days <= 1:
        return {0: _("today"), 1: _("yesterday")}.get(days, "")
    if days < 2 * MONTH:
        return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}
    if days < 2 * YEAR:
        months = days // MONTH
        return ngettext("%(count)d month ago", "%(count)d months ago", months) % {"count": months}
    years = days // YEAR
    return ngettext("%(count)d year ago", "%(count)d years ago", years) % {"count": years}


def _short_ago(age: timedelta) -> str:
    if age < -MINUTE:
        return ""
    if age < MINUTE:
        return _("just now")
    if age < HOUR:
        minutes = age // MINUTE
        return ngettext("%(count)d min ago", "%(count)d min ago", minutes) % {"count": minutes}
    return ngettext("%(count)d hour ago", "%(count)d hours ago", age // HOUR) % {
        "count": age // HOUR
    }


def lateness(moment: Moment, received_at: datetime) -> str:
    """Say how late a scan was reported, empty when it was in time or nobody can tell."""
    since = moment.instant
    if moment.is_date_only:
        since += DAY
    elif moment.certainty == Certainty.ASSUMED:
        since += DOUBT
    lag = received_at - since
    if lag < LATE:
        return ""
    if lag >= 2 * DAY:
        return ngettext(
            "Reported late, %(count)d day after the scan",
            "Reported late, %(count)d days after the scan",
            lag.days,
        ) % {"count": lag.days}
    return ngettext(
        "Reported late, %(count)d hour after the scan",
        "Reported late, %(count)d hours after the scan",
        lag // HOUR,
    ) % {"count": lag // HOUR}
