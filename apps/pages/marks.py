"""How a state looks: its words, its tone, and which picture of the icon sheet stands for it.

The shapes differ, not only the colours.
"""

from apps.pages.languages import per_language
from apps.pages.shown import Shown
from apps.shipments.status import Severity, milestone_of, status_of

OF_MILESTONE = {
    "unknown": "question",
    "pre_transit": "label",
    "accepted": "box",
    "in_transit": "truck",
    "out_for_delivery": "van",
    "available_for_pickup": "pin",
    "attempted": "bell",
    "delivered": "tick",
    "exception": "alert",
    "returning": "back",
    "returned": "back",
    "cancelled": "cross",
    "info": "note",
}
OF_CODE = {
    "in_transit.customs": "stamp",
    "in_transit.customs_cleared": "stamp",
    "in_transit.handed_over": "swap",
    "in_transit.delayed": "clock",
    "in_transit.delayed_weather": "clock",
    "in_transit.waiting": "clock",
    "unknown.no_scans": "label",
    "unknown.unmapped": "note",
}


class Look(Shown, frozen=True):
    """`words` are in the reader's language, `mark` is a symbol of the icon sheet."""

    milestone: str
    words: str
    tone: str
    mark: str


@per_language
def look_of(code: str) -> Look:
    """Return how a state looks; one that we do not know looks like `unknown.unmapped`."""
    status = status_of(code)
    return Look(milestone_of(code), str(status.words), str(status.severity), mark_of(code))


def mark_of(code: str) -> str:
    """Return the name of a symbol in `img/icons.svg`."""
    if status_of(code).severity == Severity.PROBLEM:
        return "alert"
    return OF_CODE.get(code) or OF_MILESTONE.get(milestone_of(code), "note")
