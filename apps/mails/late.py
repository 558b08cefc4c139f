"""Whether a mail is still news: nobody is told of what happened the day before yesterday.

Carriers report late, and a parcel may be registered with months of history. So what counts is
when a thing happened, not when we heard of it.
"""

from datetime import datetime, timedelta

from apps.pages import clocks
from apps.shipments.journey import Journey
from apps.shipments.reports import Certainty, Moment
from apps.shipments.status import milestone_of

DAY = timedelta(days=1)


def is_news(journey: Journey, milestone: str, now: datetime) -> bool:
    """Tell whether a parcel reached a milestone in the last day, as far as its clocks tell.

    The newest event of the milestone counts. A date alone is news on that day and the next, and
    a clock that nobody knows is given 14 hours more.
    """
    moment = _newest(journey, milestone, now)
    return moment is not None and _is_fresh(moment, now)


def _newest(journey: Journey, milestone: str, now: datetime) -> Moment | None:
    """Return when it was, by an event or else by a source's headline; what lies ahead is none."""
    told = [one.moment for one in journey.events if milestone_of(one.code) == milestone]
    told = told or list(_headlines(journey, milestone))
    return max((one for one in told if one.instant <= now + DAY), key=_instant, default=None)


def _instant(moment: Moment) -> datetime:
    return moment.instant


def _headlines(journey: Journey, milestone: str) -> list[Moment]:
    """Return when sources say it was that tell of a parcel without any event."""
    found = []
    for number in journey.numbers:
        headline = number.headline
        if headline and milestone_of(headline.code) == milestone:
            said = Moment(headline.said_at) if headline.said_at else None
            found.append((headline.delivered if milestone == "delivered" else None) or said)
    return [moment for moment in found if moment]


def _is_fresh(moment: Moment, now: datetime) -> bool:
    if moment.certainty == Certainty.ASSUMED:
        now -= clocks.DOUBT
    if moment.is_date_only:
        return clocks.wall_clock(moment).date() >= clocks.today_at(moment, now) - DAY
    return moment.instant > now - DAY
