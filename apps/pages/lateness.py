"""A parcel that comes later than somebody said: a day that was missed, or one that moved."""

from datetime import date

from apps.pages import clocks
from apps.pages.languages import gettext as _
from apps.pages.shown import Shown
from apps.pages.windows import Window
from apps.pages.workdays import workday_for
from apps.shipments.journey import Journey
from apps.shipments.status import milestone_of

# Business days after a missed one.
ASK_AFTER = 3


class Lateness(Shown, frozen=True):
    """`ask_on` is the day from which the shop should be asked, None while a new day is known."""

    today: date
    due_on: date
    ask_on: date | None


def lateness_of(journey: Journey, window: Window | None) -> Lateness | None:
    """Return how late a parcel is, None when it is not, as far as anybody said.

    A van that is out can miss its slot; it is late when its day is over.
    """
    if window is None:
        return None
    is_out = milestone_of(journey.code) == "out_for_delivery"
    if window.is_overdue and not (is_out and window.due_on == window.today):
        ask_on = workday_for(journey, window.due_on, ASK_AFTER)
        return Lateness(window.today, window.due_on, ask_on)
    is_moved = window.is_later and not is_out
    return Lateness(window.today, window.due_on, None) if is_moved else None


def means_of(lateness: Lateness) -> str:
    if lateness.ask_on is None:
        return _("The day of delivery has moved. The new one and the former one stand above.")
    due_on = clocks.short_day(lateness.due_on, lateness.today)
    return _("The parcel was due on %(day)s, and nobody has given a new day.") % {"day": due_on}


def then_of(lateness: Lateness) -> str:
    if lateness.ask_on is None:
        return _("You need to do nothing.")
    if lateness.today >= lateness.ask_on:
        return _("Ask the shop now: it can have the carrier look for the parcel.")
    day = {"day": clocks.short_day(lateness.ask_on, lateness.today)}
    return _("It may still arrive at any time. If it is not there by %(day)s, ask the shop.") % day
