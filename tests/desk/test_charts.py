"""Pictures of numbers: within their drawing, readable as text."""

from datetime import date

from apps.desk import charts


def test_bars_are_as_long_as_their_share_of_the_longest():
    drawn = charts.bars([("a", 200, "ok", ""), ("b", 50, "ok", ""), ("c", 0, "ok", "")])

    assert [bar.length for bar in drawn] == [100.0, 25.0, 0.0]


def test_what_is_there_can_be_seen_however_small():
    drawn = charts.bars([("a", 1_000_000, "ok", ""), ("b", 1, "ok", "")])

    assert drawn[1].length == charts.LEAST
    assert drawn[0].text == "1,000,000"


def test_columns_stand_within_their_drawing_one_for_each_day():
    counts = {date(2026, 3, 1): 5, date(2026, 2, 20): 10, date(2020, 1, 1): 99}

    drawn = charts.columns(counts, date(2026, 3, 2), 30, ("delivery", "deliveries"))

    assert len(drawn.columns) == 30
    assert all(0 <= c.y <= drawn.height and c.y + c.height <= drawn.height for c in drawn.columns)
    assert max(c.x + c.width for c in drawn.columns) <= drawn.width
    assert drawn.summary == "15 deliveries in 30 days, at most 10 on one day."


def test_a_drawing_of_nothing_says_that_it_is_empty():
    assert charts.columns({}, date(2026, 3, 2), 30, ("delivery", "deliveries")).is_empty
