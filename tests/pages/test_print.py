"""The sheet for printing."""

import pytest
import segno

from apps.pages import outputs
from apps.pages.presenting import present
from tests.pages.journeys import NOW, event, item, journey, number
from tests.pages.markup import read
from tests.pages.test_hostile_texts import HOSTILE, everything_says

ADDRESS = "https://parcels.example/t/aaaaaaaaaaaaaaaaaaaaaa/"


def sheet(*journeys):
    return read(outputs.sheet_of(outputs.Order(present(journeys, NOW), journeys, ADDRESS, NOW)))


def test_a_sheet_tells_order_state_numbers_items_and_all_scans():
    told = [
        event("in_transit", f"2026-05-{14 - n:02d}T10:00", place=f"Place {n}") for n in range(14)
    ]
    one = journey(
        *told,
        order_reference="10432",
        items=(item(1, "Mug", quantity=2),),
        numbers=(number("JD01"),),
    )

    shown = sheet(one)

    assert shown.one("h1").text == "On its way"
    assert "Order 10432" in shown.one("header").text
    assert "JD01" in shown.one("main").text and "Mug × 2" in shown.one("main").text
    rows = shown.one("tbody").all("tr")
    assert [row.all("td")[2].text for row in rows] == [f"Place {n}" for n in range(14)]
    assert rows[0].one("time").text == "Thu 14 May 10:00 UTC"


def test_a_sheet_says_when_it_was_printed_and_where_the_page_is():
    shown = sheet(journey())

    assert shown.one("footer").text == f"Printed 2026-05-14 12:00 UTC {ADDRESS}"


def test_a_sheet_leads_to_the_page_by_a_qr_code():
    drawn = sheet(journey()).one("svg", class_="qr").one("path")["d"]

    assert drawn in segno.make(ADDRESS, error="m", micro=False).svg_inline(border=2)
    assert drawn not in segno.make(ADDRESS + "x", error="m", micro=False).svg_inline(border=2)


def test_a_qr_code_is_a_picture_with_words():
    drawing = sheet(journey()).one("svg", class_="qr").parent

    assert drawing["role"] == "img" and drawing["aria-label"]


def test_all_parcels_are_on_the_sheet():
    shown = sheet(journey(event("in_transit")), journey(event("accepted"), reference="sp_2"))

    assert [h.text for h in shown.all("h2")] == ["Parcel 1 of 2", "Parcel 2 of 2: On its way"]
    assert len(shown.all("table")) == 2


def test_a_sheet_has_no_buttons_scripts_or_styles_of_its_own():
    shown = sheet(journey(event("exception.address"), code="exception.address"))

    tags = {element.tag for element in shown.elements}
    assert not tags & {"button", "form", "script", "style", "details", "nav"}
    assert not any("style" in element.attributes for element in shown.elements)


@pytest.mark.parametrize("text", [*HOSTILE, "</table></main>", "]]>", "\u202egp\x00j"])
def test_no_text_makes_elements_on_a_sheet(text):
    harmless, hostile = sheet(everything_says("words")), sheet(everything_says(text))

    assert [e.tag for e in hostile.elements] == [e.tag for e in harmless.elements]
    assert "\u202e" not in hostile.text
