"""From masked journeys to what a page shows. Pure: the time is an argument."""

from collections.abc import Sequence
from datetime import datetime

from apps.pages.actions import Action, actions_of
from apps.pages.contents import Row
from apps.pages.guides import Guide
from apps.pages.helping import Help, help_of
from apps.pages.languages import gettext as _
from apps.pages.pace import pace_of
from apps.pages.parcels import Parcel, happened_at, parcel_of
from apps.pages.readers import Reader
from apps.pages.route import Route, route_of
from apps.pages.shown import Shown
from apps.pages.slots import WORRYING, Slot, slot_of
from apps.pages.states import State, is_delivered, state_of_order
from apps.pages.unsent import parted
from apps.shipments.journey import Journey


class Page(Shown, frozen=True):
    """The tracking page: the parcel that was asked for, then the others of its order.

    `state` and `heading` are those of the order when a part of it has arrived, else of the
    parcel; `guide`, `actions` and `help` go with them. `unsent` are the items of the order
    that no parcel is known of. `hidden` names the parts that are left out. `pace` is how many
    seconds an open page waits before it asks for news, 0 for never again.
    """

    title: str
    state: State
    heading: str
    merchant: str
    order: str
    order_reference: str
    tally: str
    parcel: Parcel
    others: tuple[Parcel, ...]
    unsent: tuple[Row, ...]
    guide: Guide | None
    actions: tuple[Action, ...]
    help: Help | None
    slot: Slot | None
    hidden: frozenset[str]
    route: Route | None
    pace: int
    reader: Reader

    @property
    def has_side(self) -> bool:
        """Tell whether there is more than one journey's scans to show."""
        has_items = self.unsent or (self.parcel.rows and not self.parcel.is_told_by_item)
        return bool(self.others or (has_items and "items" not in self.hidden))


URGENCY = {"problem": 0, "warning": 1}


def present(journeys: Sequence[Journey], now: datetime, reader: Reader | None = None) -> Page:
    """Return the page of the first journey; the others travel in the same order.

    The journeys must be masked for the reader already. There must be at least one.
    """
    reader, first = reader or Reader(), journeys[0]
    merchant = reader.look.name or first.merchant.name
    sent, unsent = parted(journeys)
    parcels = _parcels(sent, reader, now)
    asked_for, others = parcels[0], sorted(parcels[1:], key=_urgency)
    state = state_of_order(asked_for.situation.state, [journey.code for journey in sent])
    tally, order = _tally(sent), _order(first)
    is_part = bool(tally) and state == State.PARTLY_DELIVERED
    heading = tally if is_part else asked_for.heading
    guide = asked_for.guide or (_still_to_come(parcels) if is_part else None)
    return Page(
        title=" – ".join(filter(None, (heading, order, merchant))),
        state=state,
        heading=heading,
        merchant=merchant,
        order=order,
        order_reference=first.order_reference,
        tally=tally,
        parcel=asked_for,
        others=tuple(others),
        unsent=unsent,
        guide=guide,
        actions=actions_of(first, asked_for, reader, state, has_others=bool(others)),
        help=help_of(first, state, reader, happened_at(first)),
        slot=slot_of(reader, state, parcels, now),
        hidden=_hidden(reader),
        route=None if reader.hides("map") else route_of(first),
        pace=pace_of(journeys, now),
        reader=reader,
    )


def _order(journey: Journey) -> str:
    reference = journey.order_reference
    return _("Order %(reference)s") % {"reference": reference} if reference else ""


def _hidden(reader: Reader) -> frozenset[str]:
    return reader.look.hidden | reader.frame.hidden if reader.frame else reader.look.hidden


def _parcels(journeys: Sequence[Journey], reader: Reader, now: datetime) -> list[Parcel]:
    """Return the parcels, counted by age, so that the count never depends on the link."""
    by_age = sorted(journeys, key=lambda journey: (journey.created_at, journey.reference))
    count, parcels = len(journeys), []
    for journey in journeys:
        number = by_age.index(journey) + 1
        place = _("Parcel %(number)d of %(count)d") % {"number": number, "count": count}
        parcels.append(parcel_of(journey, number, place if count > 1 else "", reader, now))
    return parcels


def _urgency(parcel: Parcel) -> tuple[int, int]:
    return URGENCY.get(parcel.tone, 2), parcel.number


def _tally(journeys: Sequence[Journey]) -> str:
    arrived = sum(is_delivered(journey.code) for journey in journeys)
    if len(journeys) == 1 or not arrived:
        return ""
    return _("%(arrived)d of %(count)d parcels delivered") % {
        "arrived": arrived,
        "count": len(journeys),
    }


def _still_to_come(parcels: Sequence[Parcel]) -> Guide:
    """Return a card that says how the parcels stand that have not arrived."""
    coming = [parcel for parcel in parcels if not is_delivered(parcel.code)]
    then = _("Each parcel stands on this page with its own date and scans.")
    worst = min(coming, key=_urgency)
    tone = worst.tone if worst.tone in WORRYING else "info"
    return Guide(_("Still to come"), tone, " ".join(map(_in_short, coming)), then)


def _in_short(parcel: Parcel) -> str:
    window = parcel.window
    told = {"parcel": parcel.place_in_order, "state": parcel.heading}
    if window is None:
        return _("%(parcel)s: %(state)s.") % told
    since = f"{window.since.text} – " if window.since else ""
    told["window"] = f"{window.label} {since}{window.until.text}"
    return _("%(parcel)s: %(state)s. %(window)s.") % told
