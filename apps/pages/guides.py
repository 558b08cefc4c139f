"""The guidance card: what is the matter with a parcel, and what happens or is to be done next."""

from collections.abc import Iterable
from datetime import datetime

from apps.pages import lateness, silence
from apps.pages.freshness import Outage, time_words
from apps.pages.guidance import ADVICE, NEXT, guidance_for
from apps.pages.languages import gettext as _
from apps.pages.marks import look_of
from apps.pages.readers import Reader
from apps.pages.scans import Scan
from apps.pages.shown import Shown
from apps.pages.situations import Situation
from apps.pages.states import State
from apps.shipments.journey import Journey
from apps.shipments.status import milestone_of


class Guide(Shown, frozen=True):
    """The guidance card. `place` is where to go."""

    title: str
    tone: str
    means: str
    then: str
    place: str = ""


def guide_of(
    journey: Journey, situation: Situation, scans: Iterable[Scan], reader: Reader, now: datetime
) -> Guide | None:
    """Return the card of a parcel, None where its state says enough.

    A merchant may say in its own words what a state means, but not why there is no news.
    """
    if situation.is_quiet and situation.silence:
        return _of_silence(journey, situation.silence)
    if situation.state == State.CARRIER_DOWN and situation.outage:
        return _of_outage(situation.outage, now)
    if guidance := guidance_for(journey.code):
        is_to_collect = milestone_of(journey.code) == "available_for_pickup"
        return Guide(
            title=str(guidance.title),
            tone=look_of(journey.code).tone,
            means=own_words(journey.code, reader) or str(guidance.advice.means),
            then=str(guidance.advice.then),
            place=_waits_at(scans) if is_to_collect else "",
        )
    return _of_lateness(situation.lateness) if situation.lateness else None


def own_words(code: str, reader: Reader) -> str:
    """Return the merchant's sentence for a code, empty where ours is nearer or there is none.

    Its words for a milestone stand for every code of it that has no advice of its own.
    """
    is_ours_nearer = code in ADVICE and code != milestone_of(code)
    return reader.says(code) or ("" if is_ours_nearer else reader.says(milestone_of(code)))


def _of_silence(journey: Journey, quiet: silence.Silence) -> Guide:
    is_asked = any(number.asked_at for number in journey.numbers)
    is_first = quiet.part == silence.Part.FIRST
    return Guide(
        title=_("This takes longer than usual") if is_first else _("Why there is no news"),
        tone="warning",
        means=silence.means_of(quiet),
        then=silence.then_of(quiet, is_asked=is_asked),
    )


def _of_outage(outage: Outage, now: datetime) -> Guide:
    means = _("%(carrier)s: no answer from its system since %(time)s.") % {
        "carrier": outage.carrier,
        "time": time_words(outage.since, now),
    }
    return Guide(
        title=_("We get no news at the moment"),
        tone="warning",
        means=means,
        then=_(
            "You see the last that we know. This says nothing about your parcel. We keep asking, and news shows here as soon as there is an answer."
        ),
    )


def _of_lateness(late: lateness.Lateness) -> Guide:
    return Guide(str(NEXT), "warning", lateness.means_of(late), lateness.then_of(late))


def _waits_at(scans: Iterable[Scan]) -> str:
    places = (s.place for s in scans if s.milestone == "available_for_pickup" and s.place)
    return next(places, "")
