"""The rail: how far a parcel is. Nothing ahead is ever ticked, nothing is ticked by guess."""

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from apps.pages.languages import gettext as _
from apps.pages.languages import per_language
from apps.pages.marks import look_of
from apps.pages.shown import Shown
from apps.shipments.journey import Journey
from apps.shipments.status import Severity, milestone_of, status_of

LABEL, WITH_CARRIER, MOVING, CUSTOMS, LAST_MILE, COLLECT, ARRIVED = (
    "label", "with_carrier", "moving", "customs", "last_mile", "collect", "arrived",
)  # fmt: skip
TURNED, GOING_BACK, BACK = "turned", "going_back", "back"

WORDS = {
    LABEL: gettext_noop("Label made"),
    WITH_CARRIER: gettext_noop("With the carrier"),
    MOVING: gettext_noop("On its way"),
    CUSTOMS: gettext_noop("Customs"),
    LAST_MILE: gettext_noop("Out for delivery"),
    COLLECT: gettext_noop("Ready to collect"),
    ARRIVED: gettext_noop("Delivered"),
    TURNED: gettext_noop("Turned back"),
    GOING_BACK: gettext_noop("On its way back"),
    BACK: gettext_noop("Back with the sender"),
}

STEP_OF_MILESTONE = {
    "pre_transit": LABEL,
    "accepted": WITH_CARRIER,
    "in_transit": MOVING,
    "out_for_delivery": LAST_MILE,
    "attempted": LAST_MILE,
    "available_for_pickup": COLLECT,
    "delivered": ARRIVED,
    "returning": GOING_BACK,
    "returned": BACK,
}
STEP_OF_CODE = {
    "in_transit.customs": CUSTOMS,
    "in_transit.customs_cleared": CUSTOMS,
    "exception.customs_hold": CUSTOMS,
    "exception.documents": CUSTOMS,
    "exception.duties_due": CUSTOMS,
    "exception.seized": CUSTOMS,
    "exception.refused": TURNED,
    "exception.unclaimed": TURNED,
    "exception.undeliverable": TURNED,
    "returning.requested": TURNED,
}
PARTLY = "delivered.partial"
COLLECTED = ("delivered.collected", "in_transit.to_pickup_point")
# What a step proves beside itself: a carrier scans nothing that has no label, and nothing
# comes back that was not turned.
PROVES = {
    **dict.fromkeys(
        (WITH_CARRIER, MOVING, CUSTOMS, LAST_MILE, COLLECT, ARRIVED), (LABEL, WITH_CARRIER)
    ),
    **dict.fromkeys((GOING_BACK, BACK), (LABEL, WITH_CARRIER, TURNED)),
}
# Words that say a parcel is stuck or not told of, not where it is.
PLACELESS = ("exception", "unknown", "info", "cancelled")


class Step(Shown, frozen=True):
    """`state` is `done`, `passed` (behind us, but nobody scanned it), `current` or `ahead`.

    `mark` is a symbol of the icon sheet, empty for a step that shows a plain dot.
    """

    name: str
    words: str
    mark: str
    state: str
    said: str
    is_current: bool


class Rail(Shown, frozen=True):
    """The steps in order. `tone` marks the current one: ok, warning, problem or info."""

    steps: tuple[Step, ...]
    tone: str
    goes_back: bool
    summary: str


def rail_of(journey: Journey) -> Rail | None:
    """Return the rail of a parcel, None where steps mean nothing."""
    if journey.code in ("unknown.not_found", "unknown.untrackable", "cancelled"):
        return None
    seen = [event.code for event in journey.events]
    current = _current(journey.code, seen)
    goes_back = current in (TURNED, GOING_BACK, BACK)
    names = _steps_back() if goes_back else _steps_on({journey.code, *seen}, current)
    position = names.index(current) if current in names else 0
    steps = _draw(tuple(names), position, _proved([*seen, journey.code]), journey.code)
    summary = _("Step %(step)d of %(count)d") % {"step": position + 1, "count": len(names)}
    return Rail(steps, str(status_of(journey.code).severity), goes_back, summary)


def _steps_back() -> list[str]:
    return [LABEL, MOVING, TURNED, GOING_BACK, BACK]


def _steps_on(codes: set[str], current: str) -> list[str]:
    names = [LABEL, WITH_CARRIER, MOVING, LAST_MILE, ARRIVED]
    is_collected = any(milestone_of(c) == "available_for_pickup" or c in COLLECTED for c in codes)
    if is_collected and current != LAST_MILE:
        names[3] = COLLECT
    if any(STEP_OF_CODE.get(code) == CUSTOMS for code in codes):
        # A parcel moves before customs and after it; the step stands on the side it is on.
        names.insert(3 if current == CUSTOMS else 2, CUSTOMS)
    return names


def _step(code: str) -> str:
    return STEP_OF_CODE.get(code) or STEP_OF_MILESTONE.get(milestone_of(code), "")


def _current(code: str, newest_first: Iterable[str]) -> str:
    """Return where the parcel is: what its status says, else its newest scan with a place."""
    if milestone_of(code) not in PLACELESS or _step(code) == CUSTOMS:
        return _step(code)
    placed = (_step(seen) for seen in newest_first if milestone_of(seen) not in PLACELESS)
    return next(placed, "")


def _proved(codes: Iterable[str]) -> frozenset[str]:
    proved = frozenset(_step(code) for code in codes)
    return proved.union(*(PROVES.get(name, ()) for name in proved))


@per_language
def _draw(
    names: tuple[str, ...], position: int, proved: frozenset[str], code: str
) -> tuple[Step, ...]:
    is_final = code != PARTLY and milestone_of(code) in ("delivered", "returned")
    words = {name: _(WORDS[name]) for name in names}
    if code == PARTLY:
        words[ARRIVED] = look_of(code).words
    said, marks = _said(code), {"done": "tick", "current": "cross" if _is_problem(code) else ""}
    states = (
        _state(index - position, is_proved=name in proved, is_final=is_final)
        for index, name in enumerate(names)
    )
    return tuple(
        Step(name, words[name], marks.get(state, ""), state, said[state], index == position)
        for index, (name, state) in enumerate(zip(names, states, strict=True))
    )


def _said(code: str) -> dict[str, str]:
    is_stuck = milestone_of(code) == "exception" and _is_problem(code)
    return {
        "ahead": _("not yet"),
        "current": _("stopped here") if is_stuck else _("now here"),
        "done": _("done"),
        "passed": _("passed without a scan"),
    }


def _state(distance: int, *, is_proved: bool, is_final: bool) -> str:
    if distance > 0:
        return "ahead"
    if distance == 0 and not is_final:
        return "current"
    return "done" if is_proved else "passed"


def _is_problem(code: str) -> bool:
    return status_of(code).severity == Severity.PROBLEM
