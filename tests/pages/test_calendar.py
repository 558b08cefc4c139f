"""The calendar of an order: what programs read that follow it."""

from datetime import UTC, date, datetime

import icalendar
import pytest
from msgspec.structs import replace

from apps.branding.looks import Look
from apps.pages.calendar import calendar_of
from apps.pages.presenting import present
from apps.pages.readers import Reader
from apps.shipments.reports import Certainty, Moment
from apps.shipments.status import STATUSES
from tests.pages.journeys import NOW, day, event, item, journey, moment, number, promise
from tests.pages.test_hostile_texts import HOSTILE, everything_says

ADDRESS = "https://parcels.example/t/aaaaaaaaaaaaaaaaaaaaaa/"
SLOT = promise(moment("2026-05-15T14:20", 120), moment("2026-05-15T13:20", 120))


def written(*journeys, now=NOW, reader=None):
    return calendar_of(present(journeys, now, reader), journeys, ADDRESS)


def read(*journeys, **more):
    return icalendar.Calendar.from_ical(written(*journeys, **more))


def only_event(*journeys, **more):
    (found,) = read(*journeys, **more).walk("VEVENT")
    return found


def test_a_slot_is_an_event_in_utc():
    told = only_event(journey(promises=(SLOT,)))

    assert told.decoded("dtstart") == datetime(2026, 5, 15, 11, 20, tzinfo=UTC)
    assert told.decoded("dtend") == datetime(2026, 5, 15, 12, 20, tzinfo=UTC)
    assert told["status"] == "CONFIRMED"
    assert told["transp"] == "TRANSPARENT"


def test_a_day_is_an_event_of_the_whole_day():
    told = only_event(journey(promises=(promise(day("2026-05-16")),)))

    assert (told.decoded("dtstart"), told.decoded("dtend")) == (
        date(2026, 5, 16),
        date(2026, 5, 17),
    )


def test_days_last_until_the_day_after():
    told = only_event(journey(promises=(promise(day("2026-05-18"), day("2026-05-16")),)))

    assert (told.decoded("dtstart"), told.decoded("dtend")) == (
        date(2026, 5, 16),
        date(2026, 5, 19),
    )


def test_an_event_keeps_its_first_day_when_that_is_gone():
    range_of_days = promise(day("2026-05-18"), day("2026-05-13"))

    assert only_event(journey(promises=(range_of_days,))).decoded("dtstart") == date(2026, 5, 13)


def test_a_day_and_a_time_make_days():
    told = only_event(journey(promises=(promise(moment("2026-05-18T17:00"), day("2026-05-16")),)))

    assert (told.decoded("dtstart"), told.decoded("dtend")) == (
        date(2026, 5, 16),
        date(2026, 5, 19),
    )


def test_a_lone_end_is_a_point_in_time():
    told = only_event(journey(promises=(promise(moment("2026-05-15T21:00")),)))

    assert told.decoded("dtstart") == datetime(2026, 5, 15, 21, tzinfo=UTC)
    assert "dtend" not in told


def test_a_clock_that_nobody_knows_stays_unknown():
    window = promise(moment("2026-05-15T21:00", certainty=Certainty.ASSUMED), SLOT.since)

    told = only_event(journey(promises=(window,)))

    assert told.decoded("dtstart") == datetime(2026, 5, 15, 13, 20)  # noqa: DTZ001
    assert told.decoded("dtend") == datetime(2026, 5, 15, 21)  # noqa: DTZ001


def test_a_window_that_ends_before_it_begins_is_still_read():
    told = only_event(journey(promises=(promise(SLOT.since, SLOT.until),)))

    assert told.decoded("dtstart") == datetime(2026, 5, 15, 11, 20, tzinfo=UTC)


def test_an_event_keeps_its_name_and_its_sequence_rises_when_the_window_moves():
    before = journey(promises=(SLOT,), version=3)
    moved = replace(before, promises=(promise(day("2026-05-20")), SLOT), version=4)

    first, second = only_event(before), only_event(moved)

    assert first["uid"] == second["uid"]
    assert first["sequence"] < second["sequence"]
    assert second.decoded("dtstart") == date(2026, 5, 20)


def test_an_event_is_named_after_the_parcel_not_after_the_secret():
    one = journey(promises=(SLOT,))
    renewed = replace(one, token="b" * 22)

    assert only_event(one)["uid"] == f"{one.reference}@parcels.example"
    assert only_event(renewed)["uid"] == only_event(one)["uid"]


def test_parcels_have_an_event_each():
    parcels = [journey(promises=(SLOT,), reference=f"sp_{n}") for n in range(3)]

    found = read(*parcels).walk("VEVENT")

    assert len({told["uid"] for told in found}) == 3
    assert "Parcel 2 of 3" in str(found[1]["summary"])


def test_a_parcel_without_a_date_leaves_a_calendar_without_events():
    found = read(journey(event("in_transit")))

    assert found.walk("VEVENT") == []
    assert found.subcomponents, "RFC 5545 wants one component at least"
    assert found.errors == []


def test_a_delivered_parcels_event_is_its_delivery():
    arrived = event("delivered", "2026-05-14T10:42", 60)

    told = only_event(journey(arrived, code="delivered", promises=(SLOT,)))

    assert told.decoded("dtstart") == datetime(2026, 5, 14, 9, 42, tzinfo=UTC)
    assert "dtend" not in told
    assert "Delivered" in str(told["summary"])


CANCELLED = ["returning", "returned", "cancelled", "exception.lost", "exception.destroyed"]


@pytest.mark.parametrize("code", CANCELLED)
def test_what_will_not_come_is_cancelled(code):
    told = only_event(journey(event(code), code=code, promises=(SLOT,)))

    assert told["status"] == "CANCELLED"
    assert told.decoded("dtstart") == datetime(2026, 5, 15, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("code", STATUSES)
def test_every_state_makes_a_valid_calendar(code):
    found = read(journey(event(code), code=code, promises=(SLOT,)))

    assert not any(part.errors for part in found.walk())
    assert all(told["dtstamp"] for told in found.walk("VEVENT"))


@pytest.mark.parametrize(("code", "ttl"), [("in_transit", "PT1H"), ("delivered", "P1D")])
def test_a_calendar_says_when_to_look_again(code, ttl):
    text = written(journey(event(code), code=code))

    assert f"REFRESH-INTERVAL;VALUE=DURATION:{ttl}\r\n" in text
    assert f"X-PUBLISHED-TTL:{ttl}\r\n" in text


def test_a_calendar_is_stamped_with_the_time_of_its_news():
    told = only_event(journey(promises=(SLOT,)))

    assert told.decoded("dtstamp") == NOW
    assert written(journey(promises=(SLOT,))) == written(journey(promises=(SLOT,)))


def test_an_event_tells_items_and_numbers_and_leads_to_the_page():
    one = journey(promises=(SLOT,), items=(item(1, "Mug"),), numbers=(number("JD01"),))

    told = only_event(one)

    assert "Mug" in str(told["description"]) and "JD01" in str(told["description"])
    assert told["url"] == ADDRESS


def test_what_a_brand_hides_is_not_in_its_calendars():
    look = Look("harbour", "Harbour", "harbour", hidden=frozenset(("items", "details")))
    one = journey(promises=(SLOT,), items=(item(1, "Mug"),), numbers=(number("JD01"),))

    text = written(one, reader=Reader(look=look))

    assert "Mug" not in text and "JD01" not in text


LAST, FIRST = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
ENDS = [day("9999-12-31"), day("0001-01-01"), Moment(LAST, 60), Moment(LAST, -60)]
ENDS += [Moment(FIRST, 60), Moment(FIRST, -60)]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("code", ["in_transit", "returning"])
def test_the_ends_of_the_calendar_break_nothing(end, code):
    found = read(journey(event(code), code=code, promises=(promise(end),)))

    assert not any(part.errors for part in found.walk())


TRICKS = [*HOSTILE, "a\r\nEND:VEVENT\r\nATTENDEE:mailto:x@example.org", "a\rb\x0bc\x85d\u2028e"]
TRICKS += ["\\n;,:\\", "\\", 'X";VALUE=URI:javascript:', "\ud800\x00", "BEGIN:VALARM\nTRIGGER:PT0S"]


@pytest.mark.parametrize("text", TRICKS)
def test_no_text_makes_a_line_of_its_own(text):
    one = replace(everything_says(text), promises=(SLOT,))

    found = read(one)
    (told,) = found.walk("VEVENT")

    plain_one = replace(everything_says("words"), promises=(SLOT,))
    assert set(told) == set(only_event(plain_one))
    assert [part.name for part in found.walk()] == [part.name for part in read(plain_one).walk()]


@pytest.mark.parametrize("text", ["a, b; c\\d", "Größe 42 😀" * 30, "%(name)s {0}"])
def test_text_is_read_as_it_was_meant(text):
    told = only_event(journey(promises=(SLOT,), items=(item(1, text),)))

    assert text in str(told["description"])


@pytest.mark.parametrize("text", ["x" * 500, "ä" * 500, "😀" * 500, "語" * 500])
def test_lines_are_75_octets_at_most_and_cut_between_characters(text):
    raw = written(journey(promises=(SLOT,), items=(item(1, text),))).encode()

    assert raw.endswith(b"\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    assert all(line.decode() is not None for line in raw.split(b"\r\n"))
