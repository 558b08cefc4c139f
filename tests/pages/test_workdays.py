"""Business days, with the holidays of real years."""

from datetime import date

import pytest

from apps.pages.workdays import MOST, workday_after

THURSDAY = date(2026, 5, 14)


@pytest.mark.parametrize(
    ("country", "count", "day"),
    [
        ("GB", 1, date(2026, 5, 15)),
        ("GB", 2, date(2026, 5, 18)),  # after the weekend
        ("GB", 7, date(2026, 5, 26)),  # after the bank holiday of 25 May
        ("FR", 7, date(2026, 5, 26)),  # Whit Monday is free too
        ("DE", 0, THURSDAY),
        ("IL", 1, date(2026, 5, 17)),  # Friday and Saturday are free, Sunday is not
        ("", 2, date(2026, 5, 18)),
        ("XX", 2, date(2026, 5, 18)),
        ("g", 2, date(2026, 5, 18)),
    ],
)
def test_weekends_and_holidays_do_not_count(country, count, day):
    assert workday_after(THURSDAY, count, country) == day


def test_a_holiday_of_one_country_is_a_business_day_of_another():
    before_ascension = date(2026, 5, 13)

    assert workday_after(before_ascension, 1, "DE") == date(2026, 5, 15)
    assert workday_after(before_ascension, 1, "GB") == date(2026, 5, 14)


def test_days_are_counted_over_the_turn_of_the_year():
    assert workday_after(date(2025, 12, 24), 3, "GB") == date(2025, 12, 31)
    assert workday_after(date(2025, 12, 24), 4, "GB") == date(2026, 1, 2)


def test_no_count_goes_on_for_ever():
    assert workday_after(THURSDAY, 30_000, "GB") == workday_after(THURSDAY, MOST, "GB")


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1971, 1, 1), date(9998, 12, 30)])
def test_any_year_can_be_counted_in(day):
    assert (workday_after(day, 1, "CN") - day).days <= 4
