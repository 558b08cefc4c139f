"""What a reader can do in a state: one main thing, and at most two others."""

from collections.abc import Iterator
from urllib.parse import quote

from django.utils.translation import gettext_noop

from apps.pages.languages import gettext as _
from apps.pages.links import Link, safe_link
from apps.pages.parcels import Parcel
from apps.pages.readers import Reader
from apps.pages.shown import Shown
from apps.pages.situations import Situation
from apps.pages.states import State, is_delivered
from apps.pages.timeline import carrier_page, carrier_words
from apps.shipments.journey import Journey
from apps.shipments.privacy import Level
from apps.shipments.status import milestone_of

MOST = 3


class Action(Shown, frozen=True):
    """A link. `name` says what it does, for programs; `url` may lead to a part of the page."""

    name: str
    words: str
    url: str

    @property
    def is_outside(self) -> bool:
        return self.url.startswith("http")


# By name, the one that helps most first; what a parcel or a merchant does not have is left out.
WANTED: dict[State, tuple[str, ...]] = {
    State.NO_SCAN: ("calendar", "carrier", "support", "shop"),
    State.IN_TRANSIT: ("calendar", "carrier", "support"),
    State.CUSTOMS: ("carrier", "support", "calendar"),
    State.OUT_FOR_DELIVERY: ("carrier", "calendar", "support"),
    State.READY_TO_COLLECT: ("directions", "carrier", "support"),
    State.ATTEMPTED: ("carrier", "support"),
    State.DELIVERED: ("missing", "returns", "support"),
    State.PROBLEM: ("support", "carrier", "help"),
    State.SILENT: ("support", "carrier", "help"),
    State.LATE: ("calendar", "support", "carrier"),
    State.CARRIER_DOWN: ("refresh", "carrier", "support"),
    State.PARTLY_DELIVERED: ("others", "missing", "support"),
    State.SEVERAL_CARRIERS: ("numbers", "carrier", "calendar"),
    State.COMING_BACK: ("support", "shop", "help"),
    State.RETURNED: ("support", "shop", "help"),
    State.LOST: ("support", "shop", "help"),
    State.CANCELLED: ("shop", "support", "help"),
}
# The shop cannot pay for the reader, nor show a passport.
AT_THE_CARRIER = ("exception.payment", "exception.action_required")
CARRIER_FIRST = ("carrier", "support", "help")
SHOP_FIRST = ("support", "carrier", "help")
CARRIER_WORDS = {
    State.CUSTOMS: gettext_noop("Pay or read more at %(carrier)s"),
    State.ATTEMPTED: gettext_noop("Arrange a new delivery at %(carrier)s"),
}
AT_CARRIER = gettext_noop("See this parcel at %(carrier)s")
MAP = "https://www.openstreetmap.org/search?query="


def actions_of(
    journey: Journey, parcel: Parcel, reader: Reader, state: State, *, has_others: bool
) -> tuple[Action, ...]:
    """Return what can be done in a page's state, the main thing first.

    `parcel` is the journey as shown, `has_others` when its order has other parcels.
    """
    place = parcel.guide.place if parcel.guide else ""
    offered = [*contacts_of(reader), *_elsewhere(journey, state, reader, place)]
    offered += _on_the_page(journey, reader, has_others=has_others)
    by_name = {one.name: one for one in offered}
    wanted = _wanted(journey.code, state, parcel.situation)
    return tuple(by_name[name] for name in wanted if name in by_name)[:MOST]


def _wanted(code: str, state: State, situation: Situation) -> tuple[str, ...]:
    if code in AT_THE_CARRIER:
        return CARRIER_FIRST
    is_worrying = situation.is_quiet or (situation.lateness and situation.lateness.ask_on)
    return SHOP_FIRST if is_worrying else WANTED.get(state, ())


def _elsewhere(journey: Journey, state: State, reader: Reader, place: str) -> Iterator[Action]:
    if shop := safe_link(reader.look.shop_url):
        yield Action("shop", _("Go to the shop"), shop.url)
    if link := _page_of_carrier(journey):
        yield Action("carrier", _carrier_words(journey, state), link.url)
    if calendar := _calendar(journey, reader):
        yield Action("calendar", _("Add to calendar"), calendar)
    if place and reader.level >= Level.PROVED:
        yield Action("directions", _("Directions"), MAP + quote(place, safe=""))


def _on_the_page(journey: Journey, reader: Reader, *, has_others: bool) -> Iterator[Action]:
    yield Action("refresh", _("Check again"), "")
    if has_others:
        yield Action("others", _("See the other parcels"), "#parcels")
    if journey.numbers and not reader.hides("details"):
        yield Action("numbers", _("Copy a tracking number"), "#details")
    if reader.hides("help"):
        return
    yield Action("help", _("Help"), "#help")
    if is_delivered(journey.code):
        yield Action("missing", _("It is not here"), "#not-here")


def contacts_of(reader: Reader) -> Iterator[Action]:
    """Yield where the shop answers and takes things back, as far as it told."""
    look = reader.look
    if url := _support(look.support_url, look.support_email):
        yield Action("support", _("Ask the shop"), url)
    if phone := _dialled(look.support_phone):
        yield Action("phone", look.support_phone, f"tel:{phone}")
    if returns := safe_link(look.returns_url):
        yield Action("returns", _("Send something back"), returns.url)


def _support(url: str, email: str) -> str:
    if link := safe_link(url):
        return link.url
    return f"mailto:{quote(email, safe='@.+-_')}" if email.count("@") == 1 else ""


def _dialled(number: str) -> str:
    """Return the digits of a telephone number, and its plus."""
    digits = "".join(letter for letter in number if letter in "0123456789")
    return f"+{digits}" if number.startswith("+") and digits else digits


def _calendar(journey: Journey, reader: Reader) -> str:
    """Return the address of the parcel's calendar; a guest must not learn the secret in it."""
    has_date = journey.promise is not None or milestone_of(journey.code) == "out_for_delivery"
    if not has_date or reader.is_guest or not journey.token:
        return ""
    return f"/t/{journey.token}/calendar.ics"


def _page_of_carrier(journey: Journey) -> Link | None:
    leg = journey.leading_leg
    return carrier_page(journey, leg) if leg else None


def _carrier_words(journey: Journey, state: State) -> str:
    leg = journey.leading_leg
    carrier = (carrier_words(leg) if leg else "") or _("the carrier")
    return _(CARRIER_WORDS.get(state, AT_CARRIER)) % {"carrier": carrier}
