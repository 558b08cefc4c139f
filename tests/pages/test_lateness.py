"""What is said of a parcel that comes later than somebody said."""

from datetime import UTC, datetime

import pytest

from apps.pages.presenting import present
from apps.pages.states import State
from tests.pages.journeys import day, event, journey, moment, promise

ON_TIME = promise(day("2026-05-13"), said="2026-05-11T09:00")
MOVED = promise(day("2026-05-15"), reason="Storm", said="2026-05-12T09:00")


def page(now, *promises, code="in_transit", at="2026-05-12T20:00", **fields):
    known = {"origin_country": "GB", "destination_country": "GB"}
    told = journey(event(code, at), code=code, promises=promises, **(known | fields))
    return present([told], datetime.fromisoformat(now).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "state"),
    [("2026-05-13T23:59", State.IN_TRANSIT), ("2026-05-14T00:00", State.LATE)],
)
def test_a_parcel_is_late_when_its_day_has_passed(now, state):
    assert page(now, ON_TIME).state == state


def test_a_missed_day_is_told_even_if_the_carrier_is_quiet():
    late = page("2026-05-14T12:00", ON_TIME)

    assert (late.heading, late.guide.title) == ("Later than planned", "What happens next")
    assert late.guide.means == "The parcel was due on Wed 13 May, and nobody has given a new day."
    assert late.guide.then == (
        "It may still arrive at any time. If it is not there by Mon 18 May, ask the shop."
    )


def test_after_three_business_days_the_shop_is_to_be_asked():
    windows = {"code": "in_transit", "at": "2026-05-15T20:00"}

    assert (
        "If it is not there by Mon 18 May"
        in page("2026-05-17T23:59", ON_TIME, **windows).guide.then
    )
    assert page("2026-05-18T00:00", ON_TIME, **windows).guide.then.startswith("Ask the shop now")


def test_holidays_put_off_when_to_ask():
    friday = promise(day("2026-05-22"), said="2026-05-11T09:00")

    late = page("2026-05-25T12:00", friday, at="2026-05-22T20:00")

    assert "by Thu 28 May" in late.guide.then  # the Monday is a bank holiday


def test_a_day_that_moved_is_late_at_once():
    late = page("2026-05-12T12:00", MOVED, ON_TIME, at="2026-05-12T08:00")

    assert (late.state, late.heading) == (State.LATE, "Later than planned")
    assert late.guide.then == "You need to do nothing."
    assert (late.parcel.window.former, late.parcel.window.reason) == ("Wed 13 May", "Storm")
    assert late.parcel.window.source == "Date from the carrier, changed 3 hours ago"


def test_a_day_that_came_nearer_is_not_late():
    sooner = promise(day("2026-05-13"), said="2026-05-12T09:00")
    later = promise(day("2026-05-15"), said="2026-05-11T09:00")

    assert page("2026-05-12T12:00", sooner, later).state == State.IN_TRANSIT


def test_another_hour_of_the_same_day_is_not_late():
    slot = promise(moment("2026-05-13T14:00"), said="2026-05-12T09:00")

    assert page("2026-05-12T12:00", slot, ON_TIME).state == State.IN_TRANSIT


def test_a_van_that_misses_its_slot_is_out_until_its_day_is_over():
    slot = promise(moment("2026-05-13T14:00"), moment("2026-05-13T13:00"), said="2026-05-13T08:00")
    out = {"code": "out_for_delivery", "at": "2026-05-13T07:30"}

    same_day, next_day = (
        page(now, slot, **out) for now in ("2026-05-13T18:00", "2026-05-14T08:00")
    )

    assert (same_day.state, same_day.parcel.window.label) == (State.OUT_FOR_DELIVERY, "Was due")
    assert next_day.state == State.LATE


def test_a_van_of_an_earlier_day_without_a_window_is_late():
    out = {"code": "out_for_delivery", "at": "2026-05-13T07:30"}

    assert page("2026-05-13T18:00", **out).state == State.OUT_FOR_DELIVERY
    assert page("2026-05-14T08:00", **out).state == State.LATE


def test_what_the_carrier_says_of_a_delay_goes_before_our_words():
    late = page("2026-05-14T12:00", ON_TIME, code="in_transit.delayed_weather")

    assert (late.state, late.heading) == (State.LATE, "Delayed by outside events")
    assert "Weather" in late.guide.means


def test_a_silence_that_is_too_long_says_more_than_a_missed_day():
    quiet = page("2026-05-18T12:00", ON_TIME, at="2026-05-11T20:00")

    assert (quiet.state, quiet.parcel.window.label) == (State.SILENT, "Was due")


def test_while_a_parcel_is_late_nobody_calls_its_silence_usual():
    late = page("2026-05-14T12:00", ON_TIME)

    assert late.parcel.situation.note == ""
