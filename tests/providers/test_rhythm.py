"""When to ask next: a table of gaps, and what stretches or ends them."""

from datetime import timedelta

import pytest

from apps.providers.asking import Trouble
from apps.providers.models import Ending, Urgency
from apps.providers.rhythm import PACES, Next, Standing, after, is_on_minute, on_minute
from apps.shipments.status import STATUSES, milestone_of
from tests.builders import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def following(code="in_transit", seen=timedelta(0), *, now=NOW, seed=0, **fields):
    """Return what follows an answer about a parcel last seen so long ago."""
    rules = {name: fields.pop(name) for name in ("minutes", "looks_again", "scale") & fields.keys()}
    standing = Standing(code, now - seen, now - seen, **fields)
    return after(standing, now, seed=seed, **rules)


def gap(*args, **fields):
    return following(*args, **fields).due_at - NOW


def ending(*args, **fields):
    found = following(*args, **fields)
    assert (found.due_at is None) == (found.ended is not None)
    return found.ended


@pytest.mark.parametrize(
    ("code", "expected", "urgency"),
    [
        ("unknown.no_scans", 3 * HOUR, Urgency.SLOW),
        ("pre_transit", 6 * HOUR, Urgency.SLOW),
        ("accepted", HOUR, Urgency.MOVING),
        ("in_transit.departed", HOUR, Urgency.MOVING),
        ("attempted", HOUR, Urgency.MOVING),
        ("out_for_delivery", 10 * MINUTE, Urgency.TODAY),
        ("available_for_pickup", 4 * HOUR, Urgency.SLOW),
        ("exception.customs_hold", 2 * HOUR, Urgency.MOVING),
        ("returning", 6 * HOUR, Urgency.SLOW),
        ("delivered.partial", 6 * HOUR, Urgency.SLOW),
        ("info", 3 * HOUR, Urgency.SLOW),
    ],
)
def test_each_milestone_has_its_gap(code, expected, urgency):
    assert following(code) == Next(NOW + expected, urgency)


@pytest.mark.parametrize("code", STATUSES)
def test_every_status_is_asked_about_again_or_ends_for_a_reason(code):
    found = following(code)

    assert (found.due_at is None) == (found.ended is not None)
    assert found.ended in (None, Ending.SILENT)
    assert (found.ended is None) == (code != "unknown.expired")


def test_every_milestone_but_that_of_mere_notes_has_a_pace():
    assert {milestone_of(code) for code in STATUSES} - {"info"} == set(PACES)


@pytest.mark.parametrize(
    ("seen", "expected", "urgency"),
    [
        (DAY, HOUR, Urgency.MOVING),
        (2 * DAY, HOUR, Urgency.MOVING),
        (2 * DAY + HOUR, 2 * HOUR + 2.5 * MINUTE, Urgency.QUIET),
        (10 * DAY, 10 * HOUR, Urgency.QUIET),
        (24 * DAY, DAY, Urgency.QUIET),
        (90 * DAY, DAY, Urgency.QUIET),
    ],
)
def test_a_silent_parcel_is_asked_about_ever_more_rarely(seen, expected, urgency):
    assert following(seen=seen) == Next(NOW + expected, urgency)


@pytest.mark.parametrize(
    ("away", "is_close"),
    [
        (12 * HOUR, False),
        (12 * HOUR - MINUTE, True),
        (timedelta(0), True),
        (-6 * HOUR + MINUTE, True),
        (-6 * HOUR, False),
    ],
)
def test_a_promised_window_is_watched_closely(away, is_close):
    found = following(promised_until=NOW + away)

    assert (found.due_at - NOW, found.urgency) == (
        (15 * MINUTE, Urgency.TODAY) if is_close else (HOUR, Urgency.MOVING)
    )


def test_a_label_with_a_promise_is_no_delivery_day():
    assert gap("pre_transit", promised_until=NOW) == 6 * HOUR


def test_what_is_over_is_looked_at_once_more_and_is_then_final():
    look = following("delivered")

    assert look == Next(NOW + 12 * HOUR, Urgency.QUIET)
    assert ending("delivered", 12 * HOUR - MINUTE) is None
    assert ending("delivered", 12 * HOUR) == Ending.FINAL


@pytest.mark.parametrize("code", ["delivered", "returned", "cancelled", "exception.lost"])
def test_where_a_last_look_brings_nothing_there_is_none(code):
    assert ending(code, looks_again=False) == Ending.FINAL


def test_a_partly_delivered_parcel_is_not_over():
    assert ending("delivered.partial", 12 * HOUR) is None


@pytest.mark.parametrize(
    ("code", "days"), [("unknown.no_scans", 30), ("pre_transit", 60), ("in_transit", 90)]
)
def test_silence_ends_it_at_last(code, days):
    assert ending(code, days * DAY) is None
    assert ending(code, days * DAY + MINUTE) == Ending.SILENT


def test_without_a_scan_silence_counts_from_the_watchs_beginning():
    standing = Standing("in_transit", since=NOW - 91 * DAY)

    assert after(standing, NOW, seed=0).ended == Ending.SILENT


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 24), (32000, 24)]
)
def test_a_number_that_is_not_found_is_asked_about_half_as_often_each_time(failures, hours):
    found = following("unknown", trouble=Trouble.NOT_FOUND, failures=failures)

    assert found == Next(NOW + hours * HOUR, Urgency.SLOW)


@pytest.mark.parametrize(
    ("trouble", "first"),
    [(Trouble.TRANSIENT, 5 * MINUTE), (Trouble.PARTIAL, 15 * MINUTE), (Trouble.MALFORMED, HOUR)],
)
def test_other_trouble_begins_with_its_own_gap(trouble, first):
    assert gap(trouble=trouble, failures=1) == first
    assert gap(trouble=trouble, failures=2) == 2 * first


@pytest.mark.parametrize("trouble", [Trouble.INVALID_NUMBER, Trouble.ACCESS_DENIED])
def test_what_can_never_be_asked_ends_at_once(trouble):
    assert ending(trouble=trouble, failures=1) == Ending.REFUSED


def test_gaps_are_spread_by_a_tenth_at_most_and_differ():
    gaps = {gap(seed=seed) for seed in range(1, 500)}

    assert min(gaps) >= HOUR and max(gaps) <= 66 * MINUTE
    assert len(gaps) > 400
    assert max(gaps) - min(gaps) > 5 * MINUTE


def test_a_demonstration_runs_faster():
    assert gap(scale=0.01) == 0.01 * HOUR
    assert ending("delivered", HOUR, scale=0.01) == Ending.FINAL


@pytest.mark.parametrize("seen", [timedelta(0), 10 * DAY])
def test_a_provider_is_asked_at_its_minutes_only(seen):
    for seed in range(50):
        due_at = following(seen=seen, seed=seed, minutes=(5, 35)).due_at
        assert due_at.minute in (5, 35)
        assert due_at - NOW >= HOUR


@pytest.mark.parametrize(
    ("seconds", "minute"), [(0, 5), (300, 5), (301, 35), (2100, 35), (2101, 65), (3599, 65)]
)
def test_the_next_such_minute_is_never_in_the_past(seconds, minute):
    found = on_minute(NOW + timedelta(seconds=seconds), (5, 35))

    assert found == NOW + minute * MINUTE


@pytest.mark.parametrize(
    ("minute", "is_right"),
    [(4, False), (5, True), (7, True), (8, False), (35, True), (59, False)],
)
def test_a_job_may_come_two_minutes_late(minute, is_right):
    assert is_on_minute(NOW + minute * MINUTE, (5, 35)) is is_right


def test_lateness_goes_over_the_hour():
    assert is_on_minute(NOW + HOUR, (59,))
