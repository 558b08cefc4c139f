"""How a parcel without news is told of, at each threshold, on a clock that the test sets."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from apps.pages import silence
from apps.pages.guides import guide_of
from apps.pages.presenting import present
from apps.pages.readers import PLAIN, Reader
from apps.pages.silence import Part, Stage, silence_of
from apps.pages.situations import situation_of
from apps.shipments.reports import Certainty, Place
from tests.pages.journeys import NOW, day, event, journey, leg, moment, number

# A Thursday; the scans below are from a Monday and days count in Britain.
MONDAY = "2026-05-11T15:00"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def parcel(*events, code="in_transit", **fields):
    known = {"origin_country": "GB", "destination_country": "GB"}
    return journey(*events, code=code, **(known | fields))


def quiet(now, *events, look=PLAIN, **fields):
    return silence_of(parcel(*events, **fields), look, at(now))


def scanned(now, **fields):
    return quiet(now, event("in_transit", MONDAY), **fields)


def announced(now, **fields):
    label = event("pre_transit.label_created", MONDAY)
    return quiet(now, label, code="pre_transit.label_created", **fields)


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        ("2026-05-11T23:59", Stage.FRESH),
        ("2026-05-12T23:59", Stage.FRESH),
        ("2026-05-13T00:00", Stage.QUIET),  # Tuesday has passed without a scan
        ("2026-05-14T23:59", Stage.QUIET),
        ("2026-05-15T00:00", Stage.LONG),  # three business days have passed
        ("2026-05-17T23:59", Stage.LONG),  # a weekend
        ("2026-05-18T00:00", Stage.ASK),
    ],
)
def test_a_parcel_at_home_is_quiet_by_steps(now, stage):
    assert scanned(now).stage == stage


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        ("2026-05-13T23:59", Stage.FRESH),
        ("2026-05-14T00:00", Stage.QUIET),  # two business days have passed
        ("2026-05-15T23:59", Stage.QUIET),
        ("2026-05-16T00:00", Stage.LONG),  # four business days have passed
        ("2026-05-18T00:00", Stage.ASK),
    ],
)
def test_a_first_scan_is_awaited_by_steps(now, stage):
    told = announced(now)

    assert (told.part, told.stage) == (Part.FIRST, stage)


def test_a_bank_holiday_does_not_count():
    before = event("in_transit", "2026-05-21T15:00")

    assert quiet("2026-05-27T12:00", before).stage == Stage.QUIET
    assert quiet("2026-05-28T12:00", before).stage == Stage.LONG
    assert quiet("2026-05-27T12:00", before, destination_country="").stage == Stage.LONG


def test_the_holidays_are_those_of_the_country_it_goes_to():
    # Ascension Day, a Thursday, is free in Germany and not in Britain.
    german = scanned("2026-05-15T12:00", origin_country="DE", destination_country="DE")

    assert german.stage == Stage.QUIET
    assert scanned("2026-05-15T12:00").stage == Stage.LONG


def test_an_unknown_country_has_weekends_only():
    unknown = {"origin_country": "", "destination_country": ""}

    assert scanned("2026-05-15T12:00", **unknown).stage == Stage.LONG
    assert scanned("2026-05-17T12:00", **unknown).stage == Stage.LONG


@pytest.mark.parametrize(("offset", "stage"), [(-480, Stage.QUIET), (0, Stage.LONG)])
def test_a_day_ends_on_the_clock_of_the_last_scan(offset, stage):
    last = event("in_transit", MONDAY, offset)

    assert quiet("2026-05-15T04:00", last).stage == stage


def test_a_date_without_a_time_counts_by_days():
    last = event("in_transit", moment=day("2026-05-11"))

    assert quiet("2026-05-14T23:00", last).stage == Stage.QUIET
    assert quiet("2026-05-15T01:00", last).stage == Stage.LONG


def test_a_time_without_a_zone_counts_by_its_own_day():
    last = event("in_transit", moment=moment(MONDAY, certainty=Certainty.ASSUMED))

    assert quiet("2026-05-15T01:00", last).stage == Stage.LONG


@pytest.mark.parametrize(
    ("here", "code", "part", "usual"),
    [
        ("GB", "in_transit", Part.HOME, 3),  # it has come to the country it goes to
        ("CN", "in_transit", Part.ABROAD, 5),
        ("", "in_transit", Part.ABROAD, 5),
        ("CN", "in_transit.departed", Part.EXPORT, 8),
        ("NL", "in_transit.departed", Part.ABROAD, 5),
    ],
)
def test_what_is_usual_depends_on_the_part_of_the_way(here, code, part, usual):
    last = replace(event(code, MONDAY), place=Place(country=here))

    told = quiet("2026-05-14T12:00", last, origin_country="CN", code=code)

    assert (told.part, told.usual) == (part, usual)


def test_a_merchant_sets_what_is_usual():
    look = replace(PLAIN, quiet_days_home=1, quiet_days_first=1)

    assert scanned("2026-05-13T12:00", look=look).stage == Stage.LONG
    assert announced("2026-05-13T12:00", look=look).stage == Stage.ASK


def test_a_carrier_can_have_its_own_figure():
    look = replace(PLAIN, quiet_days_by_carrier={"dhl": 1})

    assert scanned("2026-05-13T12:00", look=look).stage == Stage.LONG
    assert scanned("2026-05-13T12:00", look=look, legs=(leg(1, "UPS"),)).stage == Stage.QUIET


@pytest.mark.parametrize("figure", ["2", None, -1, [], 1.5])
def test_a_figure_that_is_none_is_left_out(figure):
    look = replace(PLAIN, quiet_days_by_carrier={"dhl": figure})

    assert scanned("2026-05-13T12:00", look=look).usual == PLAIN.quiet_days_home


@pytest.mark.parametrize(
    "code",
    ["delivered", "exception.address", "available_for_pickup", "attempted", "returning"]
    + ["cancelled", "unknown.not_found", "delivered.partial"],
)
def test_nobody_waits_for_a_scan_in_other_states(code):
    assert quiet("2026-06-14T12:00", event(code, MONDAY), code=code) is None


def test_a_parcel_without_an_event_is_quiet_since_we_know_it():
    told = quiet("2026-05-14T12:00", code="unknown.no_scans", created_at=at(MONDAY))

    assert (told.part, told.days) == (Part.FIRST, 2)


def test_a_scan_of_next_week_does_not_hide_the_silence():
    ahead, last = event("in_transit", "2026-06-20T10:00"), event("in_transit", MONDAY)

    assert quiet("2026-05-18T12:00", ahead, last).stage == Stage.ASK


def test_a_scan_of_long_ago_is_counted_all_the_same():
    told = quiet("2026-05-14T12:00", event("in_transit", "0001-01-01T10:00"))

    assert told.stage == Stage.ASK


def test_while_a_carrier_does_not_answer_nothing_is_said_of_the_parcel():
    told = parcel(event("in_transit", MONDAY))

    assert silence_of(told, PLAIN, at("2026-05-28T12:00"), at("2026-05-12T10:00")).stage == (
        Stage.FRESH
    )


def test_while_all_is_usual_a_note_says_so_and_until_when():
    assert silence.note_of(scanned("2026-05-12T12:00")) == ""
    assert silence.note_of(scanned("2026-05-13T12:00")) == (
        "No scan for 1 day. Up to 3 working days without a scan are usual here."
        " The next scan is likely by Thu 14 May."
    )
    assert silence.note_of(scanned("2026-05-15T12:00")) == ""


def test_a_first_scan_is_told_to_be_due():
    assert silence.note_of(announced("2026-05-12T12:00")) == (
        "The carrier scans it next, often by Fri 15 May."
    )
    assert silence.note_of(announced("2026-05-14T12:00")) == (
        "The carrier has not scanned this parcel yet. A first scan within 4 working days is"
        " usual. The next scan is likely by Fri 15 May."
    )


def guided(now, *events, **fields):
    told = parcel(*events, **fields)
    situation = situation_of(told, None, PLAIN, at(now), is_shared=False)
    return guide_of(told, situation, (), Reader(), at(now))


def test_a_long_silence_says_since_when_and_what_to_do_when():
    last = event("in_transit", MONDAY)

    early, later = guided("2026-05-15T12:00", last), guided("2026-05-18T12:00", last)

    assert early.means == (
        "The last news is from Mon 11 May. Up to 3 working days without a scan are usual here."
        " This is longer than usual."
    )
    assert early.then == (
        "We show news as soon as it comes. If there is no scan by Mon 18 May, ask the shop."
    )
    assert later.then == (
        "We show news as soon as it comes."
        " Ask the shop now: it can have the carrier look for the parcel."
    )


def test_a_parcel_that_was_never_scanned_may_not_have_been_sent():
    label = event("pre_transit", MONDAY)

    early, later = (guided(f"2026-05-{d}T12:00", label, code="pre_transit") for d in (16, 18))

    assert "Announced on Mon 11 May and not scanned by the carrier since." in early.means
    assert "If there is no scan by Mon 18 May, ask the shop whether" in early.then
    assert later.then.endswith("Ask the shop whether the parcel was sent.")


def test_only_who_asks_says_so():
    asked = (number("JD01", asked_at=NOW),)

    told = guided("2026-05-15T12:00", event("in_transit", MONDAY), numbers=asked)

    assert told.then.startswith("We keep asking the carrier.")


def test_a_silent_parcel_is_headed_by_its_silence():
    told = parcel(event("in_transit.arrived", MONDAY), code="in_transit.arrived")

    page = present([told], at("2026-05-15T12:00"), Reader())

    assert (page.heading, page.parcel.tone) == ("No news for 3 days", "warning")
    assert [step.name for step in page.parcel.rail.steps if step.is_current] == ["moving"]


def test_silence_never_claims_movement():
    for days in range(40):
        now = NOW + timedelta(days=days)
        page = present([parcel(event("in_transit", MONDAY))], now, Reader())
        guide = page.guide
        words = " ".join((page.parcel.situation.note, guide.means + guide.then if guide else ""))
        assert not any(claim in words for claim in ("is moving", "on its way", "will arrive"))
