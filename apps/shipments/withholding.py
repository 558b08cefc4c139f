"""What is left of news about a parcel whose recipient was erased: facts, and nobody's words.

Identity is worked out from what was told, so that a source that repeats itself says nothing
new; only what is written is bare.
"""

from msgspec.structs import replace

from apps.shipments.changing import Change
from apps.shipments.identity import Known
from apps.shipments.reports import Headline, NumberReport, Place, Report


def withheld(report: Report) -> Report:
    """Return a report whose headlines, addresses and promise name nobody."""
    promise = replace(report.promise, reason="") if report.promise else None
    return replace(report, numbers=tuple(map(_number, report.numbers)), promise=promise)


def strip(change: Change) -> None:
    """Take free words out of the events a change is about to write."""
    for key, (source, known) in change.added.items():
        change.added[key] = (source, _bare(known))
    for key, known in change.reworded.items():
        change.reworded[key] = _bare(known)


def bare_headline(headline: Headline) -> Headline:
    return replace(headline, description="", problem="")


def _number(said: NumberReport) -> NumberReport:
    headline = bare_headline(said.headline) if said.headline else None
    return replace(said, tracking_url="", headline=headline)


def _bare(known: Known) -> Known:
    """Return an event of which code, clock, town and country are left."""
    place = known.sighting.place
    town = Place(city=place.city, region=place.region, country=place.country)
    sighting = replace(known.sighting, description="", signee="", place=town)
    return replace(known, sighting=sighting)
