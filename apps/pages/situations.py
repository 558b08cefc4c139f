"""What is known of a parcel beside its code: how quiet, how late, and who does not answer."""

from datetime import datetime

from apps.branding.looks import Look
from apps.pages import silence
from apps.pages.freshness import Outage, outage_of
from apps.pages.languages import gettext as _
from apps.pages.lateness import Lateness, lateness_of
from apps.pages.marks import Look as Sign
from apps.pages.marks import look_of
from apps.pages.shown import Shown
from apps.pages.silence import Silence, Stage
from apps.pages.states import State, state_of
from apps.pages.windows import Window
from apps.shipments.journey import Journey


class Situation(Shown, frozen=True):
    """`is_quiet` when a parcel has been quiet for longer than usual."""

    state: State
    silence: Silence | None
    lateness: Lateness | None
    outage: Outage | None
    is_quiet: bool

    @property
    def note(self) -> str:
        """Return what to say of the silence while it is as usual."""
        return silence.note_of(self.silence) if self.silence and not self.lateness else ""


def situation_of(
    journey: Journey, window: Window | None, look: Look, now: datetime, *, is_shared: bool
) -> Situation:
    """Return the situation of a masked journey; `is_shared` when several carriers are named."""
    outage = outage_of(journey, now)
    quiet = silence.silence_of(journey, look, now, outage.since if outage else None)
    late = lateness_of(journey, window)
    is_quiet = quiet is not None and quiet.stage >= Stage.LONG
    is_first = quiet is not None and quiet.part == silence.Part.FIRST
    state = state_of(
        journey.code,
        is_silent=is_quiet and not is_first,
        is_late=late is not None,
        is_down=outage is not None,
        is_shared=is_shared,
    )
    return Situation(state, quiet, late, outage, is_quiet)


def sign_of(journey: Journey, situation: Situation) -> Sign:
    """Return the words, tone and mark of a parcel: its code's, or what the code cannot know."""
    sign = look_of(journey.code)
    if situation.state == State.SILENT and situation.silence:
        return Sign(sign.milestone, silence.heading_of(situation.silence), "warning", "question")
    if situation.state == State.LATE and situation.lateness and sign.tone != "warning":
        return Sign(sign.milestone, _("Later than planned"), "warning", "clock")
    return sign
