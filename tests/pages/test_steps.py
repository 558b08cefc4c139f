import pytest

from apps.pages.steps import rail_of
from apps.shipments.status import STATUSES, milestone_of
from tests.pages.journeys import event, journey


def rail(*codes, code=None):
    """Return the rail of a parcel scanned with codes, newest first."""
    return rail_of(journey(*(event(seen) for seen in codes), code=code or codes[0]))


def states(rail):
    return {step.name: step.state for step in rail.steps}


def current(rail):
    (step,) = (step for step in rail.steps if step.is_current)
    return step.name


def test_a_journey_has_five_steps():
    assert list(states(rail("in_transit", "accepted", "pre_transit"))) == [
        "label",
        "with_carrier",
        "moving",
        "last_mile",
        "arrived",
    ]


def test_steps_behind_are_done_and_steps_ahead_are_not():
    assert list(states(rail("in_transit", "accepted", "pre_transit")).values()) == [
        "done",
        "done",
        "current",
        "ahead",
        "ahead",
    ]


def test_a_step_nobody_scanned_is_passed_not_done():
    assert states(rail("delivered", "in_transit"))["last_mile"] == "passed"


def test_a_scan_proves_the_label_and_the_carrier():
    assert list(states(rail("in_transit")).values())[:2] == ["done", "done"]


def test_an_announced_parcel_is_at_the_first_step():
    first = rail(code="unknown.no_scans")

    assert current(first) == "label"
    assert set(states(first).values()) == {"current", "ahead"}


def test_delivered_is_done():
    assert states(rail("delivered", "out_for_delivery"))["arrived"] == "done"


def test_a_parcel_taken_back_from_the_van_is_not_out_for_delivery():
    back = rail("in_transit.arrived", "out_for_delivery")

    assert current(back) == "moving"
    assert states(back)["last_mile"] == "ahead"


def test_customs_is_a_step_only_when_there_was_one():
    assert "customs" not in states(rail("in_transit"))
    assert current(rail("in_transit.customs", "in_transit")) == "customs"


def test_customs_stays_behind_a_parcel_that_moves_on():
    steps = states(rail("in_transit.arrived", "in_transit.customs_cleared", "in_transit"))

    assert list(steps)[2:4] == ["customs", "moving"]
    assert steps["customs"] == "done"


def test_a_parcel_to_collect_is_never_out_for_delivery():
    steps = states(rail("available_for_pickup.shop", "in_transit"))

    assert "last_mile" not in steps
    assert steps["collect"] == "current"


def test_a_parcel_that_was_collected_shows_where_from():
    assert states(rail("delivered.collected", "available_for_pickup"))["collect"] == "done"


def test_a_return_runs_backwards():
    back = rail("returning", "exception.refused", "in_transit")

    assert back.goes_back
    assert list(states(back).values()) == ["done", "done", "done", "current", "ahead"]


def test_a_returned_parcel_is_done():
    assert states(rail("returned", "returning", "in_transit"))["back"] == "done"


def test_a_problem_stops_where_the_parcel_was():
    stopped = rail("exception.address", "out_for_delivery", "in_transit")

    assert current(stopped) == "last_mile"
    assert stopped.tone == "problem"
    assert [step.said for step in stopped.steps if step.is_current] == ["stopped here"]


def test_a_failed_attempt_stands_at_the_delivery():
    assert current(rail("attempted.card_left", "in_transit")) == "last_mile"


def test_partly_delivered_is_not_delivered():
    partly = rail("delivered.partial", "in_transit")

    assert states(partly)["arrived"] == "current"
    assert partly.steps[-1].words == "Partly delivered"


@pytest.mark.parametrize("code", ["cancelled", "unknown.not_found", "unknown.untrackable"])
def test_some_states_have_no_steps(code):
    assert rail(code=code) is None


@pytest.mark.parametrize("code", [c for c in STATUSES if milestone_of(c) != "cancelled"])
def test_no_code_ticks_a_step_ahead(code):
    found = rail(code, "in_transit") or rail("in_transit")
    where = [step.is_current for step in found.steps].index(True)

    assert {step.state for step in found.steps[where + 1 :]} <= {"ahead"}


def test_what_is_done_is_ticked_and_a_problem_is_crossed():
    stopped = rail("exception.address", "in_transit")

    assert [step.mark for step in stopped.steps] == ["tick", "tick", "cross", "", ""]
    assert rail("in_transit").steps[2].mark == ""
