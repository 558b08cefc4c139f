"""What it means that no scan came for a while, and when to do something about it.

Days without a scan count whole: a parcel scanned on Monday has been quiet for three business
days when Thursday is over. The weekends and holidays of the country it goes to do not count.
"""

from datetime import date, datetime
from enum import IntEnum, StrEnum

from django.utils.translation import ngettext_lazy

from apps.branding.looks import Look
from apps.pages import clocks
from apps.pages.languages import gettext as _
from apps.pages.languages import ngettext
from apps.pages.shown import Shown
from apps.pages.workdays import workday_for
from apps.shipments.journey import Journey, JourneyEvent
from apps.shipments.reports import Moment
from apps.shipments.status import milestone_of


class Part(StrEnum):
    """The part of the way that a scan is missing on."""

    FIRST = "first"
    HOME = "home"
    ABROAD = "abroad"
    EXPORT = "export"


class Stage(IntEnum):
    FRESH = 0
    QUIET = 1
    LONG = 2
    ASK = 3


class Silence(Shown, frozen=True):
    """Since when a parcel is quiet, and how that counts.

    `usual` is in business days. `likely_on` is the last day that is still usual and `ask_on`
    the day from which the shop should be asked. `days` is how many days ago
    the last news came.
    """

    part: Part
    stage: Stage
    since: Moment
    days: int
    usual: int
    today: date
    likely_on: date
    ask_on: date


NEVER_SCANNED = frozenset(("unknown", "unknown.no_scans", "pre_transit")) | {
    f"pre_transit.{detail}" for detail in ("label_created", "dispatched", "pickup_scheduled")
}
MOVING = ("accepted", "in_transit", "out_for_delivery", "info")
LEFT_A_COUNTRY = frozenset(
    ("in_transit.departed", "in_transit.customs_cleared", "in_transit.handed_over")
)
USUAL = {
    Part.FIRST: ngettext_lazy(
        "A first scan within %(count)d working day is usual.",
        "A first scan within %(count)d working days is usual.",
        "count",
    ),
    Part.HOME: ngettext_lazy(
        "Up to %(count)d working day without a scan is usual here.",
        "Up to %(count)d working days without a scan are usual here.",
        "count",
    ),
    Part.ABROAD: ngettext_lazy(
        "On the way to another country, up to %(count)d working day without a scan is usual.",
        "On the way to another country, up to %(count)d working days without a scan are usual.",
        "count",
    ),
    Part.EXPORT: ngettext_lazy(
        "After a parcel has left a country, up to %(count)d working day without a scan is usual.",
        "After a parcel has left a country, up to %(count)d working days without a scan are usual.",
        "count",
    ),
}
# Business days: what a border adds, until a word is said of it, until the shop can help.
BORDER = 3
QUIET_AFTER = {Part.FIRST: 2}
ASK_AFTER = {Part.FIRST: 1}
# Older than this, all days are alike.
LONGEST = 366 * clocks.DAY


def silence_of(
    journey: Journey, look: Look, now: datetime, failing_since: datetime | None = None
) -> Silence | None:
    """Return how quiet a parcel is, None when nobody waits for a scan of it.

    While a carrier does not answer us nothing can be said, so the count stops there.
    """
    part = _part(journey, now)
    if part is None:
        return None
    since, until = _since(journey, now), min(now, failing_since or now)
    today = clocks.today_at(since, until)
    first = max(clocks.wall_clock(since).date(), today - LONGEST)
    usual = _usual(journey, part, look)
    likely_on = workday_for(journey, first, usual)
    ask_on = workday_for(journey, likely_on, ASK_AFTER.get(part, 2))
    quiet_on = workday_for(journey, first, QUIET_AFTER.get(part, 1))
    is_long = today > likely_on
    return Silence(
        part=part,
        stage=Stage((is_long or today > quiet_on) + is_long + (today >= ask_on)),
        since=since,
        days=_days(since, until, today),
        usual=usual,
        today=today,
        likely_on=likely_on,
        ask_on=ask_on,
    )


def _part(journey: Journey, now: datetime) -> Part | None:
    if journey.code in NEVER_SCANNED:
        return Part.FIRST
    if milestone_of(journey.code) not in MOVING:
        return None
    last = _last(journey, now)
    here = last.place.country if last else ""
    start, end = here or journey.origin_country, journey.destination_country
    if not start or not end or start == end:
        return Part.HOME
    has_left = last is not None and last.code in LEFT_A_COUNTRY and here == journey.origin_country
    return Part.EXPORT if has_left else Part.ABROAD


def _last(journey: Journey, now: datetime) -> JourneyEvent | None:
    return next((e for e in journey.events if e.moment.instant <= now + clocks.DAY), None)


def _since(journey: Journey, now: datetime) -> Moment:
    last = _last(journey, now)
    return last.moment if last else Moment(journey.created_at)


def _days(since: Moment, until: datetime, today: date) -> int:
    """Return how many days ago a scan was, counted as `clocks.ago` does, at least one."""
    if since.is_date_only:
        return max(1, (today - clocks.wall_clock(since).date()).days)
    return max(1, (until - since.instant).days)


def _usual(journey: Journey, part: Part, look: Look) -> int:
    if part == Part.FIRST:
        return look.quiet_days_first
    leg = journey.leading_leg
    own = look.quiet_days_by_carrier.get(leg.carrier_code) if leg else None
    # Rows can be written by hand, and a value can be anything JSON has.
    if isinstance(own, int) and own >= 0:
        return own
    if part == Part.HOME:
        return look.quiet_days_home
    return look.quiet_days_abroad + (BORDER if part == Part.EXPORT else 0)


def heading_of(silence: Silence) -> str:
    days = silence.days
    return ngettext("No news for %(count)d day", "No news for %(count)d days", days) % {
        "count": days
    }


def note_of(silence: Silence) -> str:
    """Return what to say while all is as usual, empty when there is nothing to say yet."""
    day = {"day": clocks.short_day(silence.likely_on, silence.today)}
    if silence.stage == Stage.QUIET:
        likely = _("The next scan is likely by %(day)s.") % day
        return " ".join((_quiet(silence), _usual_words(silence), likely))
    if silence.stage == Stage.FRESH and silence.part == Part.FIRST:
        return _("The carrier scans it next, often by %(day)s.") % day
    return ""


def _quiet(silence: Silence) -> str:
    if silence.part == Part.FIRST:
        return _("The carrier has not scanned this parcel yet.")
    days = silence.days
    return ngettext("No scan for %(count)d day.", "No scan for %(count)d days.", days) % {
        "count": days
    }


def _usual_words(silence: Silence) -> str:
    return str(USUAL[silence.part] % {"count": silence.usual})


def means_of(silence: Silence) -> str:
    """Return since when it has been quiet and that this is longer than usual."""
    day = {"day": clocks.short_day(clocks.wall_clock(silence.since).date(), silence.today)}
    if silence.part == Part.FIRST:
        told = _("Announced on %(day)s and not scanned by the carrier since.") % day
    else:
        told = _("The last news is from %(day)s.") % day
    return " ".join((told, _usual_words(silence), _("This is longer than usual.")))


def then_of(silence: Silence, *, is_asked: bool) -> str:
    """Return what is being done, then what the reader should do and when.

    `is_asked` when we ask the carrier, rather than wait for what it sends.
    """
    done = _("We keep asking the carrier.") if is_asked else _("We show news as soon as it comes.")
    return f"{done} {_ask(silence)}"


def _ask(silence: Silence) -> str:
    day = {"day": clocks.short_day(silence.ask_on, silence.today)}
    if silence.part == Part.FIRST:
        if silence.stage == Stage.ASK:
            return _("Ask the shop whether the parcel was sent.")
        return _("If there is no scan by %(day)s, ask the shop whether the parcel was sent.") % day
    if silence.stage == Stage.ASK:
        return _("Ask the shop now: it can have the carrier look for the parcel.")
    return _("If there is no scan by %(day)s, ask the shop.") % day
