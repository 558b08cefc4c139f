"""Nobody is told of what happened the day before yesterday."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from apps.mails.late import is_news
from apps.pages.sample_parts import NOW, event, journey, moment, number
from apps.shipments.reports import Certainty, Headline, Moment

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(*moments, code="delivered", **fields):
    events = [replace(event(code, "2026-05-12T08:00"), moment=one) for one in moments]
    return journey(*events, code=code, **fields)


def ago(span, **fields):
    return Moment(NOW - span, **fields)


@pytest.mark.parametrize(
    ("span", "is_one"), [(HOUR, True), (DAY - HOUR, True), (DAY, False), (60 * DAY, False)]
)
def test_what_happened_in_the_last_day_is_news(span, is_one):
    assert is_news(told(ago(span)), "delivered", NOW) is is_one


@pytest.mark.parametrize(("span", "is_one"), [(DAY + 13 * HOUR, True), (DAY + 14 * HOUR, False)])
def test_a_clock_nobody_knows_is_given_fourteen_hours_more(span, is_one):
    assert is_news(told(ago(span, certainty=Certainty.ASSUMED)), "delivered", NOW) is is_one


@pytest.mark.parametrize(("days", "is_one"), [(0, True), (1, True), (2, False)])
@pytest.mark.parametrize("offset", [-600, 0, 330, 840])
def test_a_date_alone_is_news_on_that_day_and_the_next(days, is_one, offset):
    local = (NOW + timedelta(minutes=offset)).replace(hour=0, minute=0, second=0, microsecond=0)
    midnight = local - days * DAY - timedelta(minutes=offset)

    told_of = told(Moment(midnight, offset, is_date_only=True))

    assert is_news(told_of, "delivered", NOW) is is_one


def test_the_newest_event_of_the_milestone_counts():
    assert is_news(told(ago(9 * DAY), ago(HOUR)), "delivered", NOW)
    assert not is_news(told(ago(HOUR), code="in_transit"), "delivered", NOW)


def test_what_lies_ahead_is_no_news_yet():
    assert not is_news(told(ago(-2 * DAY)), "delivered", NOW)
    assert is_news(told(ago(-HOUR)), "delivered", NOW)


def test_the_ends_of_the_calendar_are_no_news():
    for year in (1, 9999):
        far = Moment(datetime(year, 12, 31, 23, tzinfo=NOW.tzinfo), 840, is_date_only=True)
        assert not is_news(told(far), "delivered", NOW)


@pytest.mark.parametrize(
    ("headline", "is_one"),
    [
        (Headline("delivered", delivered=ago(HOUR)), True),
        (Headline("delivered", delivered=ago(9 * DAY), said_at=NOW), False),
        (Headline("delivered", said_at=NOW - HOUR), True),
        (Headline("delivered"), False),
        (Headline("in_transit", said_at=NOW), False),
    ],
)
def test_a_headline_without_events_is_news_where_it_says_when(headline, is_one):
    one = replace(number("1Z"), headline=headline)

    assert is_news(journey(code="delivered", numbers=(one,)), "delivered", NOW) is is_one


def test_what_is_known_of_no_time_at_all_is_no_news():
    assert not is_news(journey(code="delivered"), "delivered", NOW)
    assert moment("2026-05-12T08:00").instant < NOW
