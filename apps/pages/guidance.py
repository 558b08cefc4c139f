"""What a state means and what happens next, in plain words that blame nobody."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.shipments.status import milestone_of

Words = Promise | str


class Advice(NamedTuple):
    """What the state means, then what happens next or what the reader can do."""

    means: Words
    then: Words


NEXT = _("What happens next")
TITLES: dict[str, Words] = {
    "available_for_pickup": _("How to collect it"),
    "unknown.not_found": _("What you can do"),
    "unknown.untrackable": _("What you can do"),
    "exception.action_required": _("What you can do"),
    "exception.address": _("What you can do"),
    "exception.duties_due": _("What you can do"),
    "exception.payment": _("What you can do"),
    "exception.lost": _("What you can do"),
    "exception.destroyed": _("What you can do"),
    "exception.seized": _("What you can do"),
    "delivered.damaged": _("What you can do"),
    "attempted.final": _("What you can do"),
}

_NEW_TRY = _(
    "The carrier usually tries again on the next working day, or takes the parcel to a place where you can collect it. A new scan here will say which."
)
_ASK_SHOP = _(
    "Ask the shop what it offers: a new parcel or your money back. You need nothing but your order number."
)
_COLLECT = _(
    "Take an identity document and any code or card the carrier sent you. Parcels that are not collected in time go back to the sender."
)
_SHOP_TOLD = _(
    "The shop and the carrier sort this out between them. Ask the shop if you hear nothing within three working days."
)
_GOES_BACK = _(
    "It usually goes back to the sender from here. Ask the shop about a new delivery or your money back."
)

# fmt: off
ADVICE: dict[str, Advice] = {
    "unknown.not_found": Advice(
        _("The carrier does not know this number yet. New numbers can take a day to reach its system."),
        _("Look again tomorrow. If it still says the same after two working days, ask the shop to check the number.")),
    "unknown.untrackable": Advice(
        _("The carrier gives no news of this parcel, so this page cannot follow it."),
        _("It can still arrive as planned. Ask the shop if you need to know the day.")),
    "unknown.expired": Advice(
        _("The carrier has sent no news for a long time."),
        _("What you see is the last we know. Ask the shop to look into it.")),
    "pre_transit.pickup_failed": Advice(
        _("The carrier could not collect the parcel from the sender."),
        _("A new collection is arranged. The parcel starts its journey after that.")),
    "pre_transit.setup_failed": Advice(
        _("The parcel is still being prepared."),
        _("You need to do nothing. The first scan shows here when the carrier has it.")),
    "in_transit.customs": Advice(
        _("Customs checks every parcel that enters the country. Most are through in one to three working days."),
        _("You need to do nothing unless the carrier or customs asks you to.")),
    "in_transit.delayed": Advice(
        _("The parcel is still moving, but later than planned."),
        _("You need to do nothing. A new date shows here when the carrier gives one.")),
    "in_transit.delayed_weather": Advice(
        _("Weather, a strike or another outside event holds the parcel up."),
        _("It moves on as soon as it can. You need to do nothing.")),
    "in_transit.misrouted": Advice(
        _("The parcel went to a different depot and is being sent the right way."),
        _("This usually costs a day or two. You need to do nothing.")),
    "available_for_pickup": Advice(_("Your parcel waits for you."), _COLLECT),
    "available_for_pickup.locker": Advice(
        _("Your parcel waits in a locker."),
        _("You need the code the carrier sent you. Parcels that are not collected in time go back to the sender.")),
    "available_for_pickup.shop": Advice(_("Your parcel waits at a parcel shop."), _COLLECT),
    "available_for_pickup.post_office": Advice(_("Your parcel waits at a post office."), _COLLECT),
    "available_for_pickup.depot": Advice(_("Your parcel waits at the carrier's depot."), _COLLECT),
    "available_for_pickup.reminder": Advice(_("Your parcel still waits for you."), _COLLECT),
    "available_for_pickup.last_reminder": Advice(
        _("These are the last days to collect your parcel."), _COLLECT),
    "attempted": Advice(_("The carrier tried to deliver the parcel, and it did not work out."), _NEW_TRY),
    "attempted.no_answer": Advice(_("The carrier came and nobody answered."), _NEW_TRY),
    "attempted.card_left": Advice(
        _("The carrier came and left a card."),
        _("The card says where the parcel is and how to get it or book another day.")),
    "attempted.closed": Advice(_("The carrier came while the business was closed."), _NEW_TRY),
    "attempted.no_access": Advice(
        _("The carrier could not get to the door or the delivery place."), _NEW_TRY),
    "attempted.payment": Advice(
        _("A payment is due when this parcel is handed over."),
        _("Have the amount ready for the next try. Pay only the driver or on the carrier's own site.")),
    "attempted.identity": Advice(
        _("The carrier must see who takes the parcel, or how old they are."),
        _("Have an identity document ready for the next try.")),
    "attempted.final": Advice(
        _("The carrier tried more than once and will not try again by itself."),
        _("Ask the carrier where to collect the parcel, or ask the shop. It goes back to the sender otherwise.")),
    "delivered.partial": Advice(
        _("A part of this delivery has arrived. The rest is on its way."),
        _("The rest is listed below with its own state.")),
    "delivered.damaged": Advice(
        _("The carrier noted damage when it delivered the parcel."),
        _("Keep the packaging, take pictures and tell the shop.")),
    "exception": Advice(_("Something stopped this parcel on its way."), _SHOP_TOLD),
    "exception.action_required": Advice(
        _("The carrier needs something from you before it can go on."),
        _("Look for a message from the carrier, or ask the shop what is missing.")),
    "exception.address": Advice(
        _("The carrier cannot deliver to the address as it is written on the label."),
        _("Tell the shop the full address. The parcel can then move on.")),
    "exception.customs_hold": Advice(
        _("Customs holds the parcel for a closer look."),
        _("Customs or the carrier writes to you if anything is missing. This can take some days.")),
    "exception.documents": Advice(
        _("Customs or the carrier needs papers that are not with the parcel."),
        _("The sender is asked for them. If a message asks you, answer on the carrier's own site only.")),
    "exception.duties_due": Advice(
        _("Import duty or tax must be paid before the parcel can move on."),
        _("Pay only on the carrier's own site or to customs. This page never asks for card details, and we send no payment links.")),
    "exception.payment": Advice(
        _("A charge must be paid before the parcel can move on."),
        _("Pay only on the carrier's own site. This page never asks for card details.")),
    "exception.held": Advice(_("The carrier keeps the parcel for the moment."), _SHOP_TOLD),
    "exception.label": Advice(
        _("The label or the size of the parcel keeps it from moving on."),
        _("The carrier relabels or repacks it, or asks the sender.")),
    "exception.carrier_refused": Advice(_("The carrier cannot carry this parcel."), _SHOP_TOLD),
    "exception.prohibited": Advice(
        _("The contents may not travel this way."),
        _("The shop decides how to go on and tells you.")),
    "exception.seized": Advice(
        _("The authorities have taken the parcel. It will not move on."),
        _("They write to the recipient or the sender. Ask the shop what it can do.")),
    "exception.damaged": Advice(
        _("The parcel was damaged on its way."),
        _("The carrier repacks it, or it goes back to the sender. The shop can tell you what it offers.")),
    "exception.missing": Advice(
        _("The parcel was not scanned where it should be, and the carrier is looking for it."),
        _("Most parcels turn up within a few days. Ask the shop if there is no news after a week.")),
    "exception.lost": Advice(_("The carrier could not find the parcel and has ended the search."), _ASK_SHOP),
    "exception.destroyed": Advice(_("The parcel no longer exists and cannot be delivered."), _ASK_SHOP),
    "exception.refused": Advice(_("The parcel was not accepted at the address."), _GOES_BACK),
    "exception.unclaimed": Advice(_("The parcel was not collected in time."), _GOES_BACK),
    "exception.undeliverable": Advice(_("The carrier cannot deliver the parcel."), _GOES_BACK),
    "returning": Advice(
        _("The parcel is on its way back to the sender."),
        _("The shop deals with it when it arrives. Ask the shop about a new delivery or your money back.")),
    "returning.requested": Advice(
        _("The parcel is to go back to the sender. It has not started its way back yet."),
        _("The shop deals with it when it arrives.")),
    "returned": Advice(
        _("The parcel is back with the sender."),
        _("Ask the shop about a new delivery or your money back.")),
    "cancelled": Advice(
        _("This parcel was cancelled. It will not be delivered."),
        _("Ask the shop if you did not expect this.")),
}
# fmt: on


class Guidance(NamedTuple):
    title: Words
    advice: Advice


def guidance_for(code: str) -> Guidance | None:
    """Return what to say of a state, None where its own words say enough.

    A detail without an entry is treated like its milestone.
    """
    milestone = milestone_of(code)
    advice = ADVICE.get(code) or (ADVICE.get(milestone) if milestone in _GENERAL else None)
    if advice is None:
        return None
    return Guidance(TITLES.get(code) or TITLES.get(milestone) or NEXT, advice)


# Milestones where every detail needs a word; elsewhere most details need none.
_GENERAL = ("available_for_pickup", "attempted", "exception", "returning", "returned", "cancelled")
