"""No mail comes at night, whatever clock its reader's night keeps."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.mails.quiet import clocks_of, goes_at, is_quiet
from apps.pages.sample_parts import journey
from apps.shipments.journey import JourneyRecipient
from tests.mails.sending import look

LONDON, BERLIN = ZoneInfo("Europe/London"), ZoneInfo("Europe/Berlin")
NEW_YORK, HONOLULU = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu")
QUARTER = timedelta(minutes=15)
ZONES = [LONDON, BERLIN, NEW_YORK, HONOLULU, ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Apia")]


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-03-02T20:59", "2026-03-02T20:59"),
        ("2026-03-02T21:00", "2026-03-03T08:00"),
        ("2026-03-03T03:33", "2026-03-03T08:00"),
        ("2026-03-03T07:59", "2026-03-03T08:00"),
        ("2026-03-03T08:00", "2026-03-03T08:00"),
        ("2026-07-02T19:59", "2026-07-02T19:59"),  # summer: an hour ahead of UTC
        ("2026-07-02T20:00", "2026-07-03T07:00"),
        ("2026-03-29T00:30", "2026-03-29T07:00"),  # the clocks go forward in this night
        ("2026-10-25T00:30", "2026-10-25T08:00"),  # and back in this one
    ],
)
def test_what_comes_at_night_waits_for_the_readers_morning(now, goes):
    assert goes_at(look(), (LONDON,), at(now)) == at(goes)


def test_the_same_hour_twice_is_no_night():
    now = at("2026-03-02T23:30")

    assert goes_at(look(quiet_from=8, quiet_until=8), (LONDON,), now) == now


def test_hours_in_the_middle_of_a_day_can_be_quiet():
    siesta = look(quiet_from=12, quiet_until=15)

    assert goes_at(siesta, (LONDON,), at("2026-03-02T13:10")) == at("2026-03-02T15:00")


def test_where_a_country_has_several_clocks_no_one_is_woken():
    # Eight in New York is three at night on Hawaii.
    assert goes_at(look(), (NEW_YORK, HONOLULU), at("2026-03-02T13:00")) == at("2026-03-02T18:00")


def test_where_it_is_night_somewhere_all_day_the_first_clock_counts():
    round_the_globe = tuple(ZoneInfo(f"Etc/GMT{hours:+d}") for hours in range(-12, 13))

    assert goes_at(look(), round_the_globe, at("2026-03-02T12:00")) == at("2026-03-02T20:00")


@settings(max_examples=200)
@given(
    begins=st.integers(0, 23),
    ends=st.integers(0, 23),
    minutes=st.integers(0, 366 * 24 * 60),
    zone=st.sampled_from(ZONES),
)
def test_a_mail_goes_at_the_first_moment_that_is_not_quiet(begins, ends, minutes, zone):
    now = at("2026-01-01T00:00") + timedelta(minutes=minutes)

    goes = goes_at(look(quiet_from=begins, quiet_until=ends), (zone,), now)

    def is_loud(moment):
        return not is_quiet(begins, ends, moment.astimezone(zone).hour)

    assert now <= goes <= now + timedelta(days=1, hours=2)
    assert is_loud(goes)
    between = (goes - now) // QUARTER
    assert not any(is_loud(goes - count * QUARTER) for count in range(1, between + 1))


@settings(max_examples=100)
@given(
    minutes=st.integers(0, 366 * 24 * 60), chosen=st.sets(st.sampled_from(ZONES[:4]), min_size=1)
)
def test_of_several_clocks_none_is_at_night(minutes, chosen):
    now = at("2026-01-01T00:00") + timedelta(minutes=minutes)

    goes = goes_at(look(), tuple(chosen), now)

    assert [8 <= goes.astimezone(zone).hour < 21 for zone in chosen] == [True] * len(chosen)


def person(**fields):
    empty = dict.fromkeys(JourneyRecipient.__struct_fields__, "")
    return JourneyRecipient(**(empty | fields))


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"destination_country": "DE"}, ["Europe/Berlin"]),
        ({"destination_country": ""}, ["UTC"]),
        ({"destination_country": "ZZ"}, ["UTC"]),
        (
            {"destination_country": "US", "recipient": person(country="US", postal_code="96815")},
            ["Pacific/Honolulu"],
        ),
        (
            {"destination_country": "US", "recipient": person(region="CA")},
            ["America/Los_Angeles"],
        ),
    ],
)
def test_the_clock_is_that_of_the_place_the_parcel_goes_to(fields, names):
    assert [str(zone) for zone in clocks_of(journey(**fields))] == names


def test_a_wide_country_without_a_postal_code_has_all_its_clocks():
    names = [str(zone) for zone in clocks_of(journey(destination_country="US"))]

    assert names[0] == "America/New_York"
    assert {"America/Los_Angeles", "Pacific/Honolulu", "America/Anchorage"} <= set(names)
