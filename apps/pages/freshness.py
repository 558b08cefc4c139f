"""How fresh the news is: when a carrier was asked last, and since when it has not answered."""

from datetime import datetime, timedelta

from apps.pages import clocks
from apps.pages.languages import gettext as _
from apps.pages.languages import listed
from apps.pages.shown import Shown
from apps.pages.timeline import carrier_words
from apps.shipments.journey import Journey, JourneyNumber
from apps.shipments.reports import Moment

# A carrier that missed one question is not down yet.
BLIP = timedelta(minutes=15)


class Freshness(Shown, frozen=True):
    words: str
    is_failing: bool


class Outage(Shown, frozen=True):
    """A carrier that has not answered since a time."""

    carrier: str
    since: datetime


def outage_of(journey: Journey, now: datetime) -> Outage | None:
    """Return since when the carrier that has the parcel does not answer, None when it does."""
    leg = journey.leading_leg
    numbers = [n for n in journey.numbers if leg is None or n.leg == leg.position]
    since = [n.failing_since for n in numbers if n.failing_since]
    if not since or len(since) < len(numbers) or min(since) > now - BLIP:
        return None
    return Outage(_carrier(journey, numbers[0]), min(since))


def freshness_of(journey: Journey, now: datetime) -> tuple[Freshness, ...]:
    """Return a line for each carrier that is asked for news, each line once."""
    lines = (_line(journey, number, now) for number in journey.numbers)
    return tuple(dict.fromkeys(line for line in lines if line))


def _line(journey: Journey, number: JourneyNumber, now: datetime) -> Freshness | None:
    carrier = _carrier(journey, number)
    if number.failing_since:
        words = _("No answer from %(carrier)s since %(time)s. We keep asking.") % {
            "carrier": carrier,
            "time": time_words(number.failing_since, now),
        }
        return Freshness(words, is_failing=True)
    if number.answered_at and (ago := clocks.ago(Moment(number.answered_at), now)):
        words = _("Checked with %(carrier)s: %(ago)s") % {"carrier": carrier, "ago": ago}
        return Freshness(words, is_failing=False)
    return None


def _carrier(journey: Journey, number: JourneyNumber) -> str:
    leg = journey.leg(number.leg)
    return (carrier_words(leg) if leg else "") or _("the carrier")


def time_words(time: datetime, now: datetime) -> str:
    """Return `14:02 UTC`, with its day when that is not today."""
    clock = clocks.read(Moment(time), now)
    words = f"{clock.time} {clock.zone}"
    return words if time.date() == now.date() else listed(clock.short_day, words)
