"""What staff should do next about a shipment, by its status."""

from collections.abc import Mapping

from apps.shipments.status import milestone_of

# By code; a code without a line of its own takes its milestone's.
ADVICE: Mapping[str, str] = {
    "unknown": "Check the tracking number and the carrier.",
    "unknown.not_found": "Check the number; if it is right, ask whether the parcel was handed over.",
    "unknown.untrackable": "Check number and carrier, or follow it at the carrier by hand.",
    "unknown.expired": "Ask the carrier where the parcel is.",
    "pre_transit": "See that the parcel is handed over.",
    "pre_transit.pickup_failed": "Book a new pickup.",
    "pre_transit.setup_failed": "Register the parcel with the carrier again.",
    "in_transit": "Tell the customer of the delay if it grows.",
    "in_transit.misrouted": "Wait for the next scan; ask the carrier if none comes in two days.",
    "available_for_pickup": "Remind the customer to collect it before it goes back.",
    "attempted": "See that the customer knows when it is tried again or where to collect it.",
    "attempted.payment": "Tell the customer what is to be paid, and how.",
    "attempted.identity": "Tell the customer which document to have ready.",
    "attempted.no_access": "Ask the customer how to get in, and tell the carrier.",
    "attempted.final": "Agree with the customer on a new delivery before it goes back.",
    "delivered.partial": "Ask the carrier for the missing pieces.",
    "delivered.damaged": "Ask the customer for pictures, then claim with the carrier.",
    "exception": "Ask the carrier what is wrong.",
    "exception.action_required": "Ask the carrier what it needs, and from whom.",
    "exception.address": "Ask the customer for the right address and tell the carrier.",
    "exception.customs_hold": "Ask the carrier which papers or data customs wants.",
    "exception.documents": "Send the missing papers to the carrier.",
    "exception.duties_due": "Tell the customer what is to be paid, or pay it.",
    "exception.payment": "Settle the payment with the carrier.",
    "exception.held": "Ask the carrier why it is held and until when.",
    "exception.label": "Send a new label, or have the parcel come back.",
    "exception.carrier_refused": "Send the goods with another carrier.",
    "exception.prohibited": "Have the parcel come back and talk to the customer.",
    "exception.seized": "Ask the carrier for the notice, then talk to the customer.",
    "exception.damaged": "Claim with the carrier and send a replacement.",
    "exception.missing": "Open an inquiry with the carrier.",
    "exception.lost": "Claim with the carrier and send a replacement.",
    "exception.destroyed": "Claim with the carrier and send a replacement.",
    "exception.refused": "Ask the customer why, then decide on the return.",
    "exception.unclaimed": "Ask the customer whether to send it again.",
    "exception.undeliverable": "Ask the customer for another address, or await the return.",
    "returning": "Tell the customer and prepare a refund or a new parcel.",
    "returned": "Refund the customer or send the goods again.",
}
PLAIN = "Look at the journey and decide."


def advice_for(code: str) -> str:
    """Return a sentence that says what to do next."""
    return ADVICE.get(code) or ADVICE.get(milestone_of(code)) or PLAIN
