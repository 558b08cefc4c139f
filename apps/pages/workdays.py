"""Business days: the weekends and public holidays of a country do not count."""

from datetime import date, timedelta
from functools import lru_cache

from apps.shipments.journey import Journey

DAY = timedelta(days=1)
SATURDAY = 5
# Nobody waits for longer; no setting makes a page count for ever.
MOST = 99


def workday_after(day: date, count: int, country: str) -> date:
    """Return the `count`-th business day after a day, the day itself for 0.

    `country` is the ISO code of two letters. Of a country that nobody knows only Saturdays
    and Sundays are free.
    """
    left = min(count, MOST)
    while left > 0:
        day += DAY
        left -= day not in _days_off(country, day.year)
    return day


def workday_for(journey: Journey, day: date, count: int) -> date:
    """Return the `count`-th business day after a day where the parcel goes to."""
    return workday_after(day, count, journey.destination_country)


@lru_cache(maxsize=500)
def _days_off(country: str, year: int) -> frozenset[date]:
    # Loading it takes longer than a page, and most pages have nothing to count.
    import holidays

    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    days = [first + n * DAY for n in range((after - first).days)]
    try:
        known = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return frozenset(day for day in days if day.weekday() >= SATURDAY)
    return frozenset(day for day in days if not known.is_working_day(day))
