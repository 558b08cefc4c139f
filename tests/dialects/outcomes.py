"""What a report alone settles to."""

from apps.shipments.settling import Fact, Summary, settle
from tests.builders import NOW


def outcome(report, *, now=NOW):
    """Return the code a shipment with this one report would have."""
    facts = [Fact(s.moment.instant, s.code, s.position, s.leg) for s in report.sightings]
    summaries = [Summary(n.headline.code, n.headline.said_at) for n in report.numbers if n.headline]
    return settle(facts, summaries, last_leg=len(report.legs) - 1, now=now)[0].code
