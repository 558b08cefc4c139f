"""Times in and out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import moments
from apps.shipments.reports import Certainty, Moment

ATHENS = ZoneInfo("Europe/Athens")
NEW_YORK = ZoneInfo("America/New_York")


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-07-23T17:42:00+01:00", "2019-07-23T17:42:00+01:00"),
        ("2019-07-23T17:42:00Z", "2019-07-23T17:42:00+00:00"),
        ("2019-07-23t17:42:00z", "2019-07-23T17:42:00+00:00"),
        ("20190723T174200Z", "2019-07-23T17:42:00+00:00"),
        ("20190723T1742+0100", "2019-07-23T17:42:00+01:00"),
        ("20190723T174200.25+01", "2019-07-23T17:42:00.25+01:00"),
        ("2019-07-23T17:42:00+0100", "2019-07-23T17:42:00+01:00"),
        ("2019-07-23T17:42:00+01", "2019-07-23T17:42:00+01:00"),
        ("2019-07-23T17:42:00-04.00", "2019-07-23T17:42:00-04:00"),
        ("2019-07-23T17:42:00-7:00", "2019-07-23T17:42:00-07:00"),
        ("2019-07-23T17:42:00-7", "2019-07-23T17:42:00-07:00"),
        ("2019-07-23T17:42:00-730", "2019-07-23T17:42:00-07:30"),
        ("2019-07-23T17:42:00-00:00", "2019-07-23T17:42:00+00:00"),
        ("2019-07-23T12:00.00+01:00", "2019-07-23T12:00:00+01:00"),
        ("2019-07-23T12:00.42Z", "2019-07-23T12:00:42+00:00"),
        ("2015-09-30T12:00+00:00", "2015-09-30T12:00:00+00:00"),
        ("2019-07-23 17:42:00 +01:00", "2019-07-23T17:42:00+01:00"),
        ("2019-07-23T8:05+01:00", "2019-07-23T08:05:00+01:00"),
        ("2019-07-23T8:5:9Z", "2019-07-23T08:05:09+00:00"),
        ("2019-07-23T17:42:00,5Z", "2019-07-23T17:42:00.5+00:00"),
        (" 2019-07-23T17:42:00Z\n", "2019-07-23T17:42:00+00:00"),
        ("23.07.2019 17:42 CEST", "2019-07-23T17:42:00+02:00"),
        ("/Date(1581404891786)/", "2020-02-11T07:08:11.786+00:00"),
        ("/Date(1581404891786+0100)/", "2020-02-11T08:08:11.786+01:00"),
        ("/Date(1581404891000)/", "2020-02-11T07:08:11+00:00"),
        ("/Date(-86400000)/", "1969-12-31T00:00:00+00:00"),
        ("1581404891786", "2020-02-11T07:08:11.786+00:00"),
        ("1581404891", "2020-02-11T07:08:11+00:00"),
        ("1900-01-01T00:00:00+14:00", "1900-01-01T00:00:00+14:00"),
        ("9998-12-31T23:59:59-14:00", "9998-12-31T23:59:59-14:00"),
    ],
)
def test_a_time_with_a_zone_is_read_whatever_its_form(text, expected):
    moment = moments.read(text, home=ATHENS)

    assert moments.iso(moment) == expected
    assert moment.certainty is Certainty.GIVEN


@pytest.mark.parametrize(
    ("letters", "offset"),
    [
        ("UTC", 0),
        ("GMT", 0),
        ("BST", 60),
        ("CET", 60),
        ("CEST", 120),
        ("EET", 120),
        ("EEST", 180),
        ("EST", -300),
        ("EDT", -240),
        ("CST", -360),
        ("CDT", -300),
        ("MST", -420),
        ("MDT", -360),
        ("PST", -480),
        ("PDT", -420),
    ],
)
def test_zone_letters_are_offsets(letters, offset):
    assert moments.read(f"2019-07-23 17:42:00 {letters}").offset == offset
    assert moments.read(f"2019-07-23T17:42{letters.lower()}").offset == offset


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2019-07-23T17:42:00 XYZ",
        "2019-W30-2",
        "2019-W30-2T17:42:00Z",
        "2019-204",
        "2019-07",
        "2019-07-23+01:00",
        "2019-07-23-04",
        "2019-07-23T17",
        "2019-07-23T12:00.5+01:00",
        "2019-07-23T12:00.000+01:00",
        "2019-07-23T12:00.00.5+01:00",
        "2019-07-23x17:42:00Z",
        "2019-07-23T17:42:00+01:00:30",
        "2019-07-23T17:42:00+01:60",
        "2019-07-23T17:42:00+14:01",
        "2019-07-23T17:42:00-15:00",
        "2019-07-23T17:42:00.Z",
        "2019-07-23T17:42:00.1234567890Z",
        "2019-02-30T17:42:00Z",
        "2019-07-23T24:00:00Z",
        "2019-07-23T17:60:00Z",
        "2019-07-23T17:42:61Z",
        "1899-12-31T23:59:59Z",
        "9999-01-01T00:00:00Z",
        "0001-01-01T00:00:00",
        "/Date(-62135596800000)/",
        "/Date(999999999999999)/",
        "/Date(1581404891786+9900)/",
        "31.02.2019 10:00",
        "07/23/2019",
        "20190723174200",
        "12345",
        "99999999999",
        "NaN",
        "2019-07-23\x0017:42:00Z",
        "\ud800",
        "٢٠١٩-07-23T17:42:00Z",
        "2019-07-23T17:42:0٠Z",
        "2019-07-23T17:42:00Z" + " " * 50,
        "1" * 1_000_000,
    ],
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="is not a time we can read"):
        moments.read(text)


def test_the_refusal_does_not_repeat_the_text():
    with pytest.raises(ValueError, match="^is not a time we can read$"):
        moments.read("<script>alert(1)</script>")


@pytest.mark.parametrize("digits", range(1, 10))
def test_fraction_digits_go_out_as_they_came_in(digits):
    text = f"2020-02-11T07:08:11.{'739857301'[:digits]}+00:00"

    moment = moments.read(text)

    assert moment.digits == digits
    assert moments.iso(moment) == text


def test_zeros_at_the_end_of_a_fraction_are_kept():
    assert moments.iso(moments.read("2020-02-11T07:08:11.500+00:00")).endswith("11.500+00:00")


def test_what_lies_below_the_microsecond_is_kept_beside_the_instant():
    moment = moments.read("2020-02-11T07:08:11.7398573+00:00")

    assert moment.instant == at(2020, 2, 11, 7, 8, 11, 739857)
    assert moment.nanos == 300


@pytest.mark.parametrize("text", ["2019-07-23", "20190723", "23.07.2019"])
def test_a_date_is_midnight_on_the_places_clock(text):
    moment = moments.read(text, home=ATHENS)

    assert moment.is_date_only
    assert moments.wall(moment) == "2019-07-23T00:00:00"
    assert moment.instant == at(2019, 7, 22, 21)
    assert moment.certainty is Certainty.INFERRED


def test_midnight_is_a_time():
    assert not moments.read("2019-07-23T00:00:00Z").is_date_only


def test_a_wall_clock_without_a_zone_is_read_at_home():
    moment = moments.read("2019-07-23T17:42:00.5", home=ATHENS)

    assert moments.iso(moment) == "2019-07-23T17:42:00.5+03:00"
    assert moment.certainty is Certainty.INFERRED


def test_a_wall_clock_without_zone_or_home_is_assumed_to_be_utc():
    moment = moments.read("2019-07-23 8:05")

    assert moment == Moment(at(2019, 7, 23, 8, 5), 0, Certainty.ASSUMED)


def test_a_clock_that_reads_the_same_twice_is_taken_the_first_time():
    moment = moments.read("2019-11-03T01:30:00", home=NEW_YORK)

    assert moments.iso(moment) == "2019-11-03T01:30:00-04:00"


def test_a_clock_reading_that_was_skipped_keeps_the_offset_before_the_jump():
    moment = moments.read("2019-03-10T02:30:00", home=NEW_YORK)

    assert moments.iso(moment) == "2019-03-10T02:30:00-05:00"
    assert moment.instant == at(2019, 3, 10, 7, 30)


def test_an_old_zone_with_seconds_in_its_offset_keeps_the_wall_clock():
    moment = moments.read("1905-06-01T12:00:00", home=ZoneInfo("Europe/Amsterdam"))

    assert moments.wall(moment) == "1905-06-01T12:00:00"


def test_two_clocks_tell_the_offset():
    moment = moments.pair("2021-09-20T19:03:00Z", "2021-09-20T14:03:00")

    assert moment == Moment(at(2021, 9, 20, 19, 3), -300, Certainty.INFERRED)
    assert moments.utc_z(moment) == "2021-09-20T19:03:00Z"
    assert moments.wall(moment) == "2021-09-20T14:03:00"


def test_a_place_half_an_hour_off_keeps_both_clocks():
    moment = moments.pair("2021-09-20T19:03:00Z", "2021-09-21T00:33:00")

    assert moment.offset == 330


def test_a_wall_clock_wrongly_marked_as_utc_still_tells_the_offset():
    assert moments.pair("2021-09-20T19:03:00Z", "2021-09-20T14:03:00Z").offset == -300


def test_utc_alone_is_enough_for_a_pair():
    assert moments.pair("2021-09-20T19:03:00Z", "") == moments.read("2021-09-20T19:03:00Z")


def test_a_wall_clock_days_away_from_utc_is_left_out():
    moment = moments.pair("2021-09-20T19:03:00Z", "2021-09-25T19:03:00")

    assert moment == moments.read("2021-09-20T19:03:00Z")


def test_a_pair_with_an_unreadable_clock_is_refused():
    with pytest.raises(ValueError, match="is not a time we can read"):
        moments.pair("2021-09-20T19:03:00Z", "noon")


def test_the_other_forms_out():
    moment = moments.read("2020-02-11T08:08:11.7398573+01:00")

    assert moments.utc_z(moment) == "2020-02-11T07:08:11.7398573Z"
    assert moments.wall(moment) == "2020-02-11T08:08:11.7398573"
    assert moments.milliseconds_z(moment) == "2020-02-11T07:08:11.739Z"


def test_milliseconds_are_written_when_there_are_none():
    moment = moments.read("2020-02-11T08:08:11+01:00")

    assert moments.milliseconds_z(moment) == "2020-02-11T07:08:11.000Z"


def test_a_receipt_time_is_written_in_utc_with_whole_seconds():
    assert moments.iso_utc(at(2019, 7, 23, 16, 45, 44)) == "2019-07-23T16:45:44+00:00"


def test_a_receipt_time_keeps_the_fraction_it_has():
    assert moments.iso_utc(at(2019, 7, 23, 16, 45, 44, 500_000)) == "2019-07-23T16:45:44.5+00:00"


offsets = st.integers(-14 * 60, 14 * 60)
clocks = st.datetimes(
    datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("9998-12-31T23:59:59")
)
fractions = st.one_of(st.just(""), st.from_regex(r"\A\.[0-9]{1,9}\Z"))


@given(clocks, fractions, offsets)
def test_a_canonical_time_comes_back_as_it_was(clock, fraction, offset):
    hours, minutes = divmod(abs(offset), 60)
    sign = "-" if offset < 0 else "+"
    text = f"{clock.isoformat()[:19]}{fraction}{sign}{hours:02d}:{minutes:02d}"

    moment = moments.read(text)

    assert moments.iso(moment) == text
    assert moment.instant.microsecond == int(fraction[1:7].ljust(6, "0"))
    assert moment.wall_clock.replace(microsecond=0) == clock.replace(microsecond=0)


@given(clocks, offsets)
def test_common_and_odd_forms_of_a_time_mean_the_same(clock, offset):
    common = moments.iso(Moment(clock.replace(tzinfo=UTC, microsecond=0), offset))
    odd = common.replace("T", " ", 1)

    assert moments.read(odd) == moments.read(common)


@given(clocks, st.sampled_from([ATHENS, NEW_YORK, ZoneInfo("Asia/Kathmandu"), None]))
def test_a_wall_clock_keeps_its_reading_in_any_zone(clock, home):
    text = clock.isoformat()[:19]

    moment = moments.read(text, home=home)

    assert moments.wall(moment) == text


@given(st.text(max_size=80))
def test_any_text_is_a_time_or_a_refusal(text):
    try:
        moment = moments.read(text, home=ATHENS)
    except ValueError:
        return
    assert moment.instant.utcoffset() == timedelta(0)


@given(st.from_regex(r"[0-9TZ:.+/()Date -]{1,40}", fullmatch=True))
def test_what_is_read_can_be_written_and_read_again(text):
    try:
        moment = moments.read(text)
    except ValueError:
        return
    assert moments.read(moments.iso(moment)).instant == moment.instant
