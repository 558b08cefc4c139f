"""Which of the states a page can be in: what a reader is told first."""

from collections.abc import Sequence
from enum import StrEnum

from apps.shipments.status import milestone_of


class State(StrEnum):
    LOOKUP = "lookup"
    NOT_FOUND = "not_found"
    NO_SCAN = "no_scan"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_TO_COLLECT = "ready_to_collect"
    ATTEMPTED = "attempted"
    DELIVERED = "delivered"
    PROBLEM = "problem"
    SILENT = "silent"
    LATE = "late"
    CARRIER_DOWN = "carrier_down"
    PARTLY_DELIVERED = "partly_delivered"
    SEVERAL_CARRIERS = "several_carriers"
    COMING_BACK = "coming_back"
    RETURNED = "returned"
    LOST = "lost"
    CANCELLED = "cancelled"
    LINK_ENDED = "link_ended"
    TOO_MANY_TRIES = "too_many_tries"


OF_MILESTONE = {
    "unknown": State.NO_SCAN,
    "pre_transit": State.NO_SCAN,
    "out_for_delivery": State.OUT_FOR_DELIVERY,
    "available_for_pickup": State.READY_TO_COLLECT,
    "attempted": State.ATTEMPTED,
    "delivered": State.DELIVERED,
    "exception": State.PROBLEM,
    "returning": State.COMING_BACK,
    "returned": State.RETURNED,
    "cancelled": State.CANCELLED,
}
OF_CODE = {
    "unknown.expired": State.SILENT,
    "unknown.untrackable": State.SILENT,
    "in_transit.customs": State.CUSTOMS,
    "in_transit.delayed": State.LATE,
    "in_transit.delayed_weather": State.LATE,
    "delivered.partial": State.PARTLY_DELIVERED,
    "delivered.damaged": State.PROBLEM,
    "exception.customs_hold": State.CUSTOMS,
    "exception.documents": State.CUSTOMS,
    "exception.duties_due": State.CUSTOMS,
    "exception.lost": State.LOST,
    "exception.destroyed": State.LOST,
    "exception.seized": State.LOST,
}
# Where the page may say more than the code does.
ON_ITS_WAY = frozenset(
    (State.NO_SCAN, State.IN_TRANSIT, State.CUSTOMS, State.OUT_FOR_DELIVERY, State.LATE)
)
# Of an order that has arrived in part these say less than the count of its parcels.
COUNTED = ON_ITS_WAY - {State.LATE} | {State.DELIVERED, State.SEVERAL_CARRIERS}


def told_by(code: str) -> State:
    """Return the state that a code alone means."""
    return OF_CODE.get(code) or OF_MILESTONE.get(milestone_of(code), State.IN_TRANSIT)


def is_delivered(code: str) -> bool:
    return milestone_of(code) == "delivered" and code != "delivered.partial"


def state_of(code: str, *, is_silent: bool, is_late: bool, is_down: bool, is_shared: bool) -> State:
    """Return a parcel's state, with what its code does not know of.

    `is_down` when its carrier does not answer us, `is_shared` when carriers share the way.
    """
    told = told_by(code)
    if told not in ON_ITS_WAY or milestone_of(code) == "exception":
        return told
    if is_silent:
        return State.SILENT
    if is_late or told == State.LATE:
        return State.LATE
    if is_down:
        return State.CARRIER_DOWN
    return State.SEVERAL_CARRIERS if is_shared and told == State.IN_TRANSIT else told


def state_of_order(asked_for: State, codes: Sequence[str]) -> State:
    """Return the state of a page with several parcels: in part delivered, or the first one's."""
    arrived = [is_delivered(code) for code in codes]
    is_part = any(arrived) and not all(arrived)
    return State.PARTLY_DELIVERED if is_part and asked_for in COUNTED else asked_for
