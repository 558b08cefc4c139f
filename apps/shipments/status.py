"""The words a parcel's state can have: 13 milestones and 87 dotted codes.

The part of a code before the dot is its milestone, the whole code the detail; a bare
milestone is a legal code. Severity says how it is shown, never the milestone alone.
"""

from enum import StrEnum
from functools import cache
from typing import NamedTuple

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Severity(StrEnum):
    INFO = "info"
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Status(NamedTuple):
    code: str
    severity: Severity
    words: Promise | str
    is_terminal: bool = False


# fmt: off
_TABLE = (
    Status("unknown", Severity.INFO, _("No information")),
    Status("unknown.no_scans", Severity.INFO, _("Waiting for first scan")),
    Status("unknown.not_found", Severity.WARNING, _("Not found")),
    Status("unknown.untrackable", Severity.WARNING, _("Cannot be tracked")),
    Status("unknown.expired", Severity.WARNING, _("No recent news")),
    Status("unknown.unmapped", Severity.INFO, _("Update received")),
    Status("pre_transit", Severity.INFO, _("Getting ready")),
    Status("pre_transit.label_created", Severity.INFO, _("Label made")),
    Status("pre_transit.dispatched", Severity.INFO, _("Left the sender")),
    Status("pre_transit.pickup_scheduled", Severity.INFO, _("Pickup booked")),
    Status("pre_transit.pickup_failed", Severity.WARNING, _("Pickup failed")),
    Status("pre_transit.setup_failed", Severity.WARNING, _("Being prepared")),
    Status("accepted", Severity.OK, _("With the carrier")),
    Status("accepted.collected", Severity.OK, _("Collected")),
    Status("accepted.dropped_off", Severity.OK, _("Dropped off")),
    Status("accepted.received", Severity.OK, _("Received")),
    Status("in_transit", Severity.OK, _("On its way")),
    Status("in_transit.departed", Severity.OK, _("Left a facility")),
    Status("in_transit.arrived", Severity.OK, _("Reached a facility")),
    Status("in_transit.arrived_country", Severity.OK, _("In the destination country")),
    Status("in_transit.local_depot", Severity.OK, _("At the local depot")),
    Status("in_transit.customs", Severity.OK, _("At customs")),
    Status("in_transit.customs_cleared", Severity.OK, _("Cleared customs")),
    Status("in_transit.handed_over", Severity.OK, _("Passed to a partner")),
    Status("in_transit.to_pickup_point", Severity.OK, _("On its way to the pickup point")),
    Status("in_transit.waiting", Severity.INFO, _("Waiting")),
    Status("in_transit.resolved", Severity.OK, _("Back on its way")),
    Status("in_transit.delayed", Severity.WARNING, _("Later than planned")),
    Status("in_transit.delayed_weather", Severity.WARNING, _("Delayed by outside events")),
    Status("in_transit.misrouted", Severity.WARNING, _("Took a wrong turn")),
    Status("out_for_delivery", Severity.OK, _("Out for delivery")),
    Status("out_for_delivery.arriving_soon", Severity.OK, _("Arriving soon")),
    Status("available_for_pickup", Severity.OK, _("Ready to collect")),
    Status("available_for_pickup.locker", Severity.OK, _("Ready in a locker")),
    Status("available_for_pickup.shop", Severity.OK, _("Ready at a parcel shop")),
    Status("available_for_pickup.post_office", Severity.OK, _("Ready at a post office")),
    Status("available_for_pickup.depot", Severity.OK, _("Ready at the depot")),
    Status("available_for_pickup.reminder", Severity.WARNING, _("Still waiting for you")),
    Status("available_for_pickup.last_reminder", Severity.WARNING, _("Last days to collect")),
    Status("attempted", Severity.WARNING, _("Delivery attempt failed")),
    Status("attempted.no_answer", Severity.WARNING, _("Nobody was in")),
    Status("attempted.card_left", Severity.WARNING, _("Card left")),
    Status("attempted.closed", Severity.WARNING, _("Business closed")),
    Status("attempted.no_access", Severity.WARNING, _("No access")),
    Status("attempted.payment", Severity.WARNING, _("Payment needed at the door")),
    Status("attempted.identity", Severity.WARNING, _("Identity or age not confirmed")),
    Status("attempted.final", Severity.WARNING, _("Last attempt failed")),
    Status("delivered", Severity.OK, _("Delivered"), is_terminal=True),
    Status("delivered.signed", Severity.OK, _("Delivered and signed for"), is_terminal=True),
    Status("delivered.neighbour", Severity.OK, _("Left with a neighbour"), is_terminal=True),
    Status("delivered.safe_place", Severity.OK, _("Left in a safe place"), is_terminal=True),
    Status("delivered.reception", Severity.OK, _("Left at reception or mail room"), is_terminal=True),
    Status("delivered.mailbox", Severity.OK, _("In the mailbox"), is_terminal=True),
    Status("delivered.alternative", Severity.OK, _("Delivered to another place"), is_terminal=True),
    Status("delivered.collected", Severity.OK, _("Collected by recipient"), is_terminal=True),
    Status("delivered.partial", Severity.WARNING, _("Partly delivered")),
    Status("delivered.damaged", Severity.PROBLEM, _("Delivered with damage"), is_terminal=True),
    Status("exception", Severity.PROBLEM, _("There is a problem")),
    Status("exception.action_required", Severity.PROBLEM, _("Action needed")),
    Status("exception.address", Severity.PROBLEM, _("Address problem")),
    Status("exception.customs_hold", Severity.PROBLEM, _("Held at customs")),
    Status("exception.documents", Severity.PROBLEM, _("Papers missing")),
    Status("exception.duties_due", Severity.PROBLEM, _("Duties to pay")),
    Status("exception.payment", Severity.PROBLEM, _("Held for payment")),
    Status("exception.held", Severity.WARNING, _("Held by the carrier")),
    Status("exception.label", Severity.PROBLEM, _("Label or size problem")),
    Status("exception.carrier_refused", Severity.PROBLEM, _("Carrier cannot carry it")),
    Status("exception.prohibited", Severity.PROBLEM, _("Not allowed")),
    Status("exception.seized", Severity.PROBLEM, _("Seized by authorities"), is_terminal=True),
    Status("exception.damaged", Severity.PROBLEM, _("Damaged")),
    Status("exception.missing", Severity.PROBLEM, _("Being looked for")),
    Status("exception.lost", Severity.PROBLEM, _("Lost"), is_terminal=True),
    Status("exception.destroyed", Severity.PROBLEM, _("Destroyed or disposed of"), is_terminal=True),
    Status("exception.refused", Severity.PROBLEM, _("Refused by recipient")),
    Status("exception.unclaimed", Severity.PROBLEM, _("Not collected in time")),
    Status("exception.undeliverable", Severity.PROBLEM, _("Cannot be delivered")),
    Status("returning", Severity.WARNING, _("On its way back")),
    Status("returning.requested", Severity.WARNING, _("Return ordered")),
    Status("returned", Severity.WARNING, _("Back with the sender"), is_terminal=True),
    Status("cancelled", Severity.INFO, _("Cancelled"), is_terminal=True),
    Status("info", Severity.INFO, _("Update")),
    Status("info.delivery_booked", Severity.INFO, _("Delivery time set")),
    Status("info.delivery_changed", Severity.INFO, _("Delivery changed")),
    Status("info.notified", Severity.INFO, _("Message sent")),
    Status("info.proof", Severity.INFO, _("Proof of delivery available")),
    Status("info.claim", Severity.INFO, _("Claim or inquiry")),
    Status("info.cancel_requested", Severity.INFO, _("Cancellation asked")),
)
# fmt: on

STATUSES: dict[str, Status] = {status.code: status for status in _TABLE}
CODE_CHOICES = [(status.code, status.words) for status in _TABLE]
SEVERITIES = tuple(Severity)


def _gravity(status: Status) -> int:
    severity = SEVERITIES.index(status.severity)
    # An end that is only to be regretted, such as a return, needs nobody any more.
    is_over = status.is_terminal and status.severity == Severity.WARNING
    return SEVERITIES.index(Severity.OK) if is_over else severity


# How much a code asks for somebody's help, as a number that sorts: 0 for info to 3 for a problem.
GRAVITY: dict[str, int] = {status.code: _gravity(status) for status in _TABLE}
MILESTONES: tuple[str, ...] = tuple(code for code in STATUSES if "." not in code)

# How far along a milestone is. It orders events that share an instant, so that the
# answer never depends on the order in which they reached us.
RANK: dict[str, int] = {
    milestone: rank
    for rank, milestone in enumerate(
        (
            "info",
            "unknown",
            "pre_transit",
            "accepted",
            "in_transit",
            "attempted",
            "available_for_pickup",
            "out_for_delivery",
            "exception",
            "returning",
            "delivered",
            "returned",
            "cancelled",
        )
    )
}

UNMAPPED = "unknown.unmapped"
NO_SCANS = "unknown.no_scans"


_MILESTONE_OF = {code: code.partition(".")[0] for code in STATUSES}


def milestone_of(code: str) -> str:
    """Return the milestone of a code: `in_transit` for `in_transit.customs`, "" for ""."""
    return _MILESTONE_OF.get(code, "")


def status_of(code: str) -> Status:
    """Return the table's entry; a code we do not have reads as `unknown.unmapped`."""
    return STATUSES.get(code) or STATUSES[UNMAPPED]


@cache
def english(code: str) -> str:
    """Return a code's words in English, as APIs speak, whatever the reader's language."""
    with translation.override("en"):
        return str(status_of(code).words)
