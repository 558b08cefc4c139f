from datetime import UTC, datetime, timedelta

import pytest

from apps.pages import clocks
from apps.shipments.reports import Certainty, Moment
from tests.pages.journeys import NOW, day, moment


def test_a_time_is_told_on_the_places_own_clock():
    clock = clocks.read(moment("2026-05-13T17:42", 120), NOW)

    assert (clock.time, clock.zone) == ("17:42", "UTC+2")
    assert clock.machine == "2026-05-13T17:42:00+02:00"


@pytest.mark.parametrize(
    ("offset", "words"), [(0, "UTC"), (330, "UTC+5:30"), (-210, "UTC−3:30"), (-480, "UTC−8")]
)
def test_a_zone_is_named(offset, words):
    assert clocks.zone_words(moment("2026-05-13T17:42", offset)) == words


def test_a_date_without_a_time_never_gets_one():
    clock = clocks.read(day("2026-05-12"), NOW)

    assert (clock.machine, clock.time, clock.zone) == ("2026-05-12", "", "")
    assert clock.day == "Tuesday 12 May"


def test_an_assumed_clock_says_that_its_zone_is_unknown():
    clock = clocks.read(moment("2026-05-13T17:42", certainty=Certainty.ASSUMED), NOW)

    assert clock.zone == "time zone unknown"
    assert clock.machine == "2026-05-13T17:42:00"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-05-14T12:00", "just now"),
        ("2026-05-14T11:57", "3 min ago"),
        ("2026-05-14T11:00", "1 hour ago"),
        ("2026-05-13T13:00", "23 hours ago"),
        ("2026-05-13T12:00", "yesterday"),
        ("2026-05-10T12:00", "4 days ago"),
        ("2026-02-10T12:00", "3 months ago"),
        ("2020-05-10T12:00", "6 years ago"),
        ("2026-05-14T12:30", ""),
    ],
)
def test_how_long_ago(text, words):
    assert clocks.ago(moment(text), NOW) == words


def test_a_dates_age_counts_in_days():
    assert clocks.ago(day("2026-05-14"), NOW) == "today"
    assert clocks.ago(day("2026-05-13"), NOW) == "yesterday"


def test_an_assumed_clock_claims_no_hours():
    assert clocks.ago(moment("2026-05-14T09:00", certainty=Certainty.ASSUMED), NOW) == ""
    assert clocks.ago(moment("2026-05-11T09:00", certainty=Certainty.ASSUMED), NOW) == "3 days ago"


def test_today_is_the_places_day():
    late = datetime(2026, 5, 14, 23, 0, tzinfo=UTC)

    assert clocks.read(moment("2026-05-15T00:30", 120), late).day == "Today, Friday 15 May"


def test_another_year_is_named():
    assert clocks.read(moment("2025-12-31T10:00"), NOW).day == "Wednesday 31 December 2025"


@pytest.mark.parametrize("offset", [-720, 840])
@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_are_readable(year, offset):
    instant = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 12, tzinfo=UTC)

    assert clocks.read(Moment(instant, offset), NOW).time


def test_a_scan_told_six_hours_later_is_late():
    scan = moment("2026-05-14T10:00")

    assert clocks.lateness(scan, scan.instant + timedelta(hours=6)) == (
        "Reported late, 6 hours after the scan"
    )
    assert clocks.lateness(scan, scan.instant + timedelta(hours=5, minutes=59)) == ""


def test_a_scan_told_days_later_counts_days():
    scan = moment("2026-05-10T10:00")

    assert clocks.lateness(scan, scan.instant + timedelta(days=3)) == (
        "Reported late, 3 days after the scan"
    )


def test_a_date_is_not_late_on_its_own_day():
    scan = day("2026-05-14")

    assert clocks.lateness(scan, scan.instant + timedelta(hours=23)) == ""
