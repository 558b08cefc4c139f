"""Help for a state: a few answers, then who to ask, always in the same place."""

from datetime import timedelta

from django.utils.translation import gettext_noop

from apps.pages import clocks
from apps.pages.actions import Action, contacts_of
from apps.pages.languages import gettext as _
from apps.pages.links import safe_link
from apps.pages.readers import Reader
from apps.pages.shown import Shown
from apps.pages.states import State, is_delivered
from apps.pages.timeline import carrier_words
from apps.pages.workdays import workday_for
from apps.shipments.journey import Journey
from apps.shipments.reports import Moment


class Answer(Shown, frozen=True):
    """An answer in one paragraph, or in `steps` to take in their order.

    `anchor` is where the page can be opened at, empty for most.
    """

    question: str
    words: str
    steps: tuple[str, ...] = ()
    anchor: str = ""


class Help(Shown, frozen=True):
    answers: tuple[Answer, ...]
    contacts: tuple[Action, ...]


_SHOP_DECIDES = gettext_noop(
    "The shop decides that. Most shops pay back when the parcel has arrived with them. Ask the shop."
)
_CARRIER_CHANGES = (
    gettext_noop("Can I change the day or the place?"),
    gettext_noop(
        "Many carriers offer that on their own page, as long as the parcel is not out for delivery."
    ),
)
_IS_IT_LOST = (
    gettext_noop("Is my parcel lost?"),
    gettext_noop(
        "No scan does not mean that it is lost. A carrier calls a parcel lost only after it has searched for it."
    ),
)
_PHISHING = (
    gettext_noop("How do I know that a message about a payment is real?"),
    gettext_noop(
        "Do not use links in messages. Open the carrier's own page and enter the tracking number there. We never send payment links and never ask for card details or passwords."
    ),
)
_PAID_TO = gettext_noop(
    "Only if customs or the carrier says so. Nobody but %(carrier)s or the customs office may ask you to pay for this parcel."
)

ANSWERS: dict[State, tuple[tuple[str, str], ...]] = {
    State.NO_SCAN: (
        (
            gettext_noop("Has the parcel left the shop?"),
            gettext_noop(
                "The label is made. The first scan by the carrier shows that the parcel is with it."
            ),
        ),
        (
            gettext_noop("Can I still change or cancel the order?"),
            gettext_noop("Only the shop can do that, and only before the carrier has the parcel."),
        ),
    ),
    State.IN_TRANSIT: (
        (
            gettext_noop("Why is there not a scan every day?"),
            gettext_noop(
                "A parcel is scanned where it is sorted or handed over. Between two such places it can be quiet for days."
            ),
        ),
        _CARRIER_CHANGES,
    ),
    State.CUSTOMS: ((gettext_noop("Do I have to pay something?"), _PAID_TO), _PHISHING),
    State.OUT_FOR_DELIVERY: (
        (
            gettext_noop("When exactly does it come?"),
            gettext_noop(
                "If the carrier gives a time, it stands above. Otherwise the parcel can come until the evening."
            ),
        ),
        (
            gettext_noop("What if nobody is in?"),
            gettext_noop(
                "The carrier leaves it with a neighbour or at a safe place, tries again, or takes it to a place where you can collect it. This page will say which."
            ),
        ),
    ),
    State.READY_TO_COLLECT: (
        (
            gettext_noop("How long is it kept?"),
            gettext_noop(
                "The message or card from the carrier says until when. After that the parcel goes back to the sender."
            ),
        ),
        (
            gettext_noop("Can somebody else collect it?"),
            gettext_noop(
                "Usually yes, with the code or card and an identity document. The carrier's page says what it asks for."
            ),
        ),
    ),
    State.ATTEMPTED: (
        (
            gettext_noop("What do I do now?"),
            gettext_noop(
                "Look for a card first. Then see on the carrier's page whether you can choose another day or place."
            ),
        ),
        (
            gettext_noop("What if I do nothing?"),
            gettext_noop(
                "The carrier tries again or keeps the parcel to be collected. In the end it goes back to the sender."
            ),
        ),
    ),
    State.DELIVERED: (
        (
            gettext_noop("Something is missing or broken. What now?"),
            gettext_noop("Keep the packaging, take pictures and tell the shop soon."),
        ),
    ),
    State.PROBLEM: (
        (
            gettext_noop("Who solves this?"),
            gettext_noop(
                "The sender has the contract with the carrier. So it is the shop that can have it solved."
            ),
        ),
        _PHISHING,
    ),
    State.SILENT: (
        _IS_IT_LOST,
        (
            gettext_noop("What can the shop do?"),
            gettext_noop(
                "It can ask the carrier to search, and offer you a new parcel or your money back."
            ),
        ),
    ),
    State.LATE: (
        (
            gettext_noop("Why is it late?"),
            gettext_noop(
                "The carrier does not always say. What it says stands with the scans of the journey."
            ),
        ),
        (
            gettext_noop("Can I cancel because it is late?"),
            gettext_noop("Ask the shop. It knows what you agreed on and what the law gives you."),
        ),
    ),
    State.CARRIER_DOWN: (
        (
            gettext_noop("Is something wrong with my parcel?"),
            gettext_noop(
                "We cannot tell. Only the news is missing: the carrier's system does not answer us."
            ),
        ),
        (
            gettext_noop("When is there news again?"),
            gettext_noop("We keep asking. This page shows the answer by itself when it comes."),
        ),
    ),
    State.PARTLY_DELIVERED: (
        (
            gettext_noop("Why are there several parcels?"),
            gettext_noop(
                "The shop packed the order in parts. Each part travels by itself and can come on another day."
            ),
        ),
        (
            gettext_noop("Which things are in which parcel?"),
            gettext_noop("Each parcel on this page lists its own contents, if the shop gave them."),
        ),
    ),
    State.SEVERAL_CARRIERS: (
        (
            gettext_noop("Which carrier do I ask?"),
            gettext_noop(
                "The one that has the parcel now, with its own tracking number. The numbers of all stand on this page."
            ),
        ),
        _CARRIER_CHANGES,
    ),
    State.COMING_BACK: (
        (
            gettext_noop("Can I stop it?"),
            gettext_noop("Seldom. Ask the shop whether it sends the parcel again."),
        ),
        (gettext_noop("When do I get my money back?"), _SHOP_DECIDES),
    ),
    State.RETURNED: (
        (
            gettext_noop("When do I get my money back?"),
            gettext_noop("The shop has the parcel. Ask the shop when it pays back."),
        ),
        (
            gettext_noop("Can I get the parcel after all?"),
            gettext_noop("Ask the shop. It would have to send it again."),
        ),
    ),
    State.LOST: (
        (
            gettext_noop("Who pays for it?"),
            gettext_noop(
                "Usually the shop: it sends a new parcel or pays back, and settles the loss with the carrier."
            ),
        ),
        (
            gettext_noop("What if it turns up?"),
            gettext_noop("Then it moves on, and this page shows it."),
        ),
    ),
    State.CANCELLED: (
        (
            gettext_noop("Why was it cancelled?"),
            gettext_noop("The sender cancelled the label. Only the shop can tell why."),
        ),
        (
            gettext_noop("When do I get my money back?"),
            gettext_noop("If you have paid, ask the shop when it pays back."),
        ),
    ),
}


def help_of(journey: Journey, state: State, reader: Reader, happened: Moment | None) -> Help | None:
    """Return the answers for a state, None where the brand leaves them out.

    `happened` is when the parcel was delivered.
    """
    if reader.hides("help"):
        return None
    carrier = {"carrier": _carrier(journey)}
    answers = [Answer(_(asked), _(told) % carrier) for asked, told in ANSWERS.get(state, ())]
    if is_delivered(journey.code):
        answers.insert(0, _missing(journey, happened))
    return Help(tuple(answers), (*contacts_of(reader), *_faq(reader)))


def _carrier(journey: Journey) -> str:
    leg = journey.leading_leg
    return (carrier_words(leg) if leg else "") or _("the carrier")


def _faq(reader: Reader) -> tuple[Action, ...]:
    link = safe_link(reader.look.faq_url)
    return (Action("faq", _("More answers"), link.url),) if link else ()


def _missing(journey: Journey, happened: Moment | None) -> Answer:
    steps = [
        _("Look at the mailbox, the door, the porch, the garage and behind bins."),
        _("Ask everybody at your address, then the neighbours or the reception."),
        _("Look at the scans on this page: they may name a neighbour or a safe place."),
        _("See whether the carrier's page shows a picture or a name."),
    ]
    if happened:
        # Some drivers scan a whole street before they have been there.
        day = workday_for(journey, clocks.wall_clock(happened).date(), 1)
        words = clocks.short_day(day, day - timedelta(days=1))
        steps.append(
            _("Wait until the end of %(day)s: some parcels are scanned too early.") % {"day": words}
        )
    steps.append(_("Then tell the shop. It can have the carrier look into it."))
    return Answer(_("It says delivered, but I do not have it"), "", tuple(steps), "not-here")
