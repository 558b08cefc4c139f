from datetime import timedelta

import pytest

from apps.pages.windows import window_of
from tests.pages.journeys import NOW, day, event, journey, moment, promise


def window(*promises, code="in_transit", events=(), now=NOW):
    return window_of(journey(*events, code=code, promises=promises), now)


def test_a_slot_of_today_reads_as_a_range():
    slot = promise(moment("2026-05-14T14:20", 60), moment("2026-05-14T13:20", 60))

    told = window(slot, code="out_for_delivery")

    assert (told.since.text, told.until.text, told.zone) == ("Today, 13:20", "14:20", "UTC+1")


def test_two_dates_read_as_a_range():
    told = window(promise(day("2026-05-16"), day("2026-05-15")))

    assert (told.since.text, told.until.text) == ("Fri 15", "Sat 16 May")


def test_dates_of_two_months_are_both_in_full():
    told = window(promise(day("2026-06-01"), day("2026-05-30")))

    assert (told.since.text, told.until.text) == ("Sat 30 May", "Mon 1 Jun")


def test_a_lone_end_reads_as_by_then():
    assert window(promise(day("2026-05-16"))).until.text == "by Sat 16 May"


def test_an_end_with_a_time_is_told_with_its_zone():
    told = window(promise(moment("2026-05-15T21:00", 120)))

    assert (told.until.text, told.zone) == ("Tomorrow by 21:00", "UTC+2")
    assert told.until.machine == "2026-05-15T21:00:00+02:00"


@pytest.mark.parametrize(
    ("given_by", "words"),
    [
        ("carrier", "Date from the carrier, given yesterday"),
        ("merchant", "Date from the shop, given yesterday"),
        ("ours", "Our estimate, given yesterday"),
    ],
)
def test_a_window_names_its_source(given_by, words):
    assert window(promise(day("2026-05-16"), given_by=given_by)).source == words


def test_a_missed_window_was_due():
    told = window(promise(day("2026-05-13")))

    assert (told.label, told.until.text) == ("Was due", "Yesterday, Wed 13 May")
    assert told.is_overdue


def test_a_date_is_not_missed_before_its_day_is_over():
    assert not window(promise(day("2026-05-14"))).is_overdue


def test_a_time_is_missed_when_it_has_passed():
    until = moment("2026-05-14T12:00")

    assert window(promise(until)).is_overdue
    assert not window(promise(until), now=NOW - timedelta(minutes=1)).is_overdue


def test_a_moved_window_keeps_the_former_one_and_the_reason():
    held = promise(day("2026-05-16"), reason="Storm")

    told = window(held, promise(day("2026-05-13"), said="2026-05-10T09:00"))

    assert (told.former, told.reason) == ("Wed 13 May", "Storm")


def test_a_moved_window_says_when_it_changed():
    held = promise(day("2026-05-16"), said="2026-05-14T10:00")

    told = window(held, promise(day("2026-05-13"), said="2026-05-10T09:00"))

    assert told.source == "Date from the carrier, changed 2 hours ago"


def test_a_window_that_has_begun_names_no_day_in_the_past():
    told = window(promise(day("2026-05-16"), day("2026-05-13")))

    assert (told.since, told.until.text) == (None, "by Sat 16 May")


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (day("2026-05-14"), "Today, Thu 14 May"),
        (day("2026-05-15"), "by Fri 15 May"),
        (moment("2026-05-14T21:00"), "Today by 21:00"),
        (moment("2026-05-18T21:00"), "by Mon 18 May, 21:00"),
    ],
)
def test_a_lone_end_reads_by_how_near_it_is(until, words):
    assert window(promise(until)).until.text == words


def van(at="2026-05-14T08:14", **fields):
    return event("out_for_delivery", at, 60, **fields)


def test_a_van_that_is_out_comes_today():
    told = window(code="out_for_delivery", events=[van()])

    assert (told.label, told.until.text) == ("Expected", "Today, Thu 14 May")
    assert told.until.machine == "2026-05-14"
    assert told.source == "The carrier has it out for delivery"


def test_a_van_of_yesterday_was_due_then():
    told = window(code="out_for_delivery", events=[van("2026-05-13T08:14")])

    assert (told.label, told.until.text) == ("Was due", "Yesterday, Wed 13 May")


def test_today_is_the_vans_day():
    told = window(
        code="out_for_delivery", events=[event("out_for_delivery", "2026-05-15T01:00", 840)]
    )

    assert told.until.machine == "2026-05-15"


def test_a_van_that_is_out_beats_an_older_date():
    told = window(promise(day("2026-05-16")), code="out_for_delivery", events=[van()])

    assert (told.until.text, told.former) == ("Today, Thu 14 May", "Sat 16 May")


def test_a_date_given_after_the_van_went_out_holds():
    moved = promise(day("2026-05-15"), said="2026-05-14T11:00")

    told = window(moved, code="out_for_delivery", events=[van()])

    assert told.until.text == "by Fri 15 May"


def test_a_slot_on_the_vans_day_holds():
    slot = promise(moment("2026-05-14T14:20", 60), moment("2026-05-14T13:20", 60))

    told = window(slot, code="out_for_delivery", events=[van()])

    assert (told.since.text, told.former) == ("Today, 13:20", "")


def test_a_window_said_again_has_no_former_one():
    assert window(promise(day("2026-05-16")), promise(day("2026-05-16"))).former == ""


@pytest.mark.parametrize(
    "code",
    ["delivered", "delivered.neighbour", "returning", "returned", "cancelled", "exception.lost"]
    + ["available_for_pickup", "exception.seized"],
)
def test_a_window_that_no_longer_matters_is_gone(code):
    assert window(promise(day("2026-05-16")), code=code) is None


@pytest.mark.parametrize("code", ["attempted.no_answer", "exception.address"])
def test_a_window_from_before_a_problem_does_not_hold(code):
    problem = event(code, "2026-05-14T09:00")

    before = window(promise(day("2026-05-16")), code=code, events=[problem])
    after = window(promise(day("2026-05-16"), said="2026-05-14T10:00"), code=code, events=[problem])

    assert before is None
    assert after.until.text == "by Sat 16 May"


def test_no_promise_is_no_window():
    assert window() is None
