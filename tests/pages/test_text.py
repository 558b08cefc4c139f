"""The page in plain text."""

import pytest

from apps.branding.looks import Look
from apps.pages.presenting import present
from apps.pages.readers import Reader
from apps.pages.text import COLUMNS, text_of
from apps.shipments.status import STATUSES
from tests.pages.journeys import (
    NOW,
    day,
    event,
    item,
    journey,
    leg,
    moment,
    number,
    promise,
)
from tests.pages.test_hostile_texts import HOSTILE, everything_says

ADDRESS = "https://parcels.example/t/aaaaaaaaaaaaaaaaaaaaaa/"


def written(*journeys, reader=None, now=NOW):
    return text_of(present(journeys, now, reader), ADDRESS)


def test_a_text_tells_all_that_a_page_does():
    told = [
        event("in_transit.arrived", place="Leipzig", description="Ankunft"),
        event("accepted", "2026-05-13T17:42", 120),
    ]
    window = promise(moment("2026-05-15T14:20"), moment("2026-05-15T13:20"))
    one = journey(
        *told,
        legs=(leg(service_name="Express"),),
        items=(item(1, "Jumper"), item(2, "Mug", quantity=2)),
        numbers=(number("JD01"),),
        promises=(window,),
        order_reference="10432",
    )

    lines = written(one).splitlines()

    assert lines[:3] == ["On its way", "Harbour & Pine", "Order 10432"]
    assert "Expected: Tomorrow, 13:20 – 14:20 UTC" in lines
    assert "- Jumper: On its way" in lines and "- Mug × 2: On its way" in lines
    assert "- Thu 14 May 10:00 UTC: Reached a facility, Leipzig. “Ankunft”" in lines
    assert "- Wed 13 May 17:42 UTC+2: With the carrier" in lines
    assert "- DHL, Express. Tracking number: JD01" in lines
    assert lines[-1] == ADDRESS


def test_a_delivery_tells_when():
    arrived = journey(event("delivered", "2026-05-14T10:42"), code="delivered")

    assert "Thu 14 May 10:42 UTC" in written(arrived).splitlines()


def test_a_moved_date_tells_the_former_one_and_why():
    promises = (promise(day("2026-05-16"), reason="Storm"), promise(day("2026-05-15")))

    assert "Before: Fri 15 May. Storm" in written(journey(promises=promises)).splitlines()


def test_the_scans_of_an_item_name_it():
    items = (item(1, "Jumper", "delivered"), item(2, "Mug"))

    text = written(journey(event("delivered", item=1), items=items, code="delivered.partial"))

    assert "- Thu 14 May 10:00 UTC: Delivered. Jumper" in text.splitlines()


def test_all_parcels_are_in_the_text():
    parcels = [journey(event("in_transit")), journey(event("delivered"), reference="sp_2")]

    text = written(*parcels)

    assert "Parcel 1 of 2:" in text and "Parcel 2 of 2:" in text


def test_guidance_is_in_the_text():
    text = written(journey(event("exception.address"), code="exception.address"))

    assert "What you can do" in text.splitlines()


def test_what_a_brand_hides_is_not_in_its_texts():
    look = Look("harbour", "Harbour", "harbour", hidden=frozenset(("items", "journey", "details")))
    one = journey(
        event("in_transit", place="Leipzig"), items=(item(1, "Mug"),), numbers=(number("JD01"),)
    )

    text = written(one, reader=Reader(look=look))

    assert [told for told in ("Mug", "Leipzig", "JD01") if told in text] == []


@pytest.mark.parametrize("code", STATUSES)
def test_every_state_is_told_in_lines_that_fit(code):
    text = written(journey(event(code), code=code))

    assert str(STATUSES[code].words) in text
    assert max(map(len, text.splitlines())) <= COLUMNS


@pytest.mark.parametrize(
    "text", [*HOSTILE, "x" * 400, "word " * 80, "a\r\nJourney\n- b\x1b[2J\x00"]
)
def test_text_from_outside_stays_in_its_line(text):
    shown = written(everything_says(text))

    assert max(map(len, shown.splitlines())) <= COLUMNS
    assert shown.count("\nJourney\n") == 1
    assert all(c.isprintable() for c in shown.replace("\n", ""))


def test_numbers_are_not_cut_at_their_hyphens():
    numbers = (number("PREFIX-OF-A-NUMBER-" + "1234567890-" * 3),)

    assert numbers[0].number in written(journey(numbers=numbers))
