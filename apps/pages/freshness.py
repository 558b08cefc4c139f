"""How fresh the news is: when a carrier was asked last, and since when it has not answered."""

from datetime import datetime

from apps.pages import clocks
from apps.pages.languages import gettext as _
from apps.pages.shown import Shown
from apps.pages.timeline import carrier_words
from apps.shipments.journey import Journey, JourneyNumber
from apps.shipments.reports import Moment


class Freshness(Shown, frozen=True):
    words: str
    is_failing: bool


def freshness_of(journey: Journey, now: datetime) -> tuple[Freshness, ...]:
    """Return a line for each carrier that is asked for news, each line once."""
    lines = (_line(journey, number, now) for number in journey.numbers)
    return tuple(dict.fromkeys(line for line in lines if line))


def _line(journey: Journey, number: JourneyNumber, now: datetime) -> Freshness | None:
    leg = journey.leg(number.leg)
    carrier = (carrier_words(leg) if leg else "") or _("the carrier")
    if number.failing_since:
        since = clocks.read(Moment(number.failing_since), now)
        words = _("No answer from %(carrier)s since %(day)s, %(time)s UTC. We keep asking.") % {
            "carrier": carrier,
            "day": since.short_day,
            "time": since.time,
        }
        return Freshness(words, is_failing=True)
    if number.answered_at and (ago := clocks.ago(Moment(number.answered_at), now)):
        words = _("Checked with %(carrier)s: %(ago)s") % {"carrier": carrier, "ago": ago}
        return Freshness(words, is_failing=False)
    return None
