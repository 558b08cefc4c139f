"""Orders item by item: what is in which parcel, and what is still to be sent."""

from itertools import permutations

import pytest

from apps.pages.presenting import present
from tests.pages.journeys import NOW, event, item, journey, leg, number
from tests.pages.markup import page
from tests.pages.states import all_states

SENT = journey(
    event("in_transit"), items=(item(1, "Jumper"), item(2, "Mug")), numbers=(number("JD01"),)
)


def waiting(code="unknown.no_scans", **fields):
    known = {"reference": "sp_2", "items": (item(1, "Candle", code),), "legs": ()}
    return journey(code=code, **(known | fields))


def names(rows):
    return [row.name for row in rows]


def test_an_order_lists_every_item_once_with_its_state():
    case = all_states()["partly_delivered"]

    told = present(case.journeys, case.now, case.reader)

    parcels = (told.parcel, *told.others)
    rows = [(row.name, row.heading) for parcel in parcels for row in parcel.rows]
    assert rows == [
        ("Blue jumper", "In the mailbox"),
        ("Mug", "In the mailbox"),
        ("Desk lamp", "At the local depot"),
    ]
    assert names(told.unsent) == ["Candle"]


@pytest.mark.parametrize(
    "code", ["unknown", "unknown.no_scans", "pre_transit", "pre_transit.dispatched"]
)
def test_what_no_parcel_is_known_of_is_still_to_be_sent(code):
    told = present([SENT, waiting(code)], NOW)

    assert (names(told.unsent), told.others) == (["Candle"], ())
    assert told.parcel.place_in_order == ""  # what has no parcel is not counted as one


@pytest.mark.parametrize(
    "fields",
    [{"code": "in_transit"}, {"numbers": (number("JD02"),)}, {"items": ()}, {"code": "cancelled"}],
)
def test_what_has_a_parcel_is_one(fields):
    told = present([SENT, waiting(**fields)], NOW)

    assert (told.unsent, len(told.others)) == ((), 1)


def test_what_was_asked_for_is_a_parcel_before_it_is_sent():
    told = present([waiting(), SENT], NOW)

    assert (names(told.parcel.rows), told.unsent) == (["Candle"], ())


def test_an_item_that_stayed_behind_is_not_in_the_parcel():
    items = (item(1, "Jumper", "in_transit"), item(2, "Mug", "unknown.no_scans"))
    numbers = (number("JD01", item=1),)

    told = present([journey(event("in_transit", item=1), items=items, numbers=numbers)], NOW)

    assert (names(told.parcel.rows), names(told.unsent)) == (["Jumper"], ["Mug"])


@pytest.mark.parametrize(
    ("events", "numbers"), [([event("pre_transit", item=2)], ()), ([], (number("JD02", item=2),))]
)
def test_an_item_with_a_number_or_a_scan_is_in_the_parcel(events, numbers):
    items = (item(1, "Jumper", "in_transit"), item(2, "Mug", "pre_transit"))

    told = present(
        [journey(event("in_transit", item=1), *events, items=items, numbers=numbers)], NOW
    )

    assert (names(told.parcel.rows), told.unsent) == (["Jumper", "Mug"], ())


def test_what_is_still_to_be_sent_stands_under_its_own_heading():
    shown = page(SENT, waiting()).one(id="unsent")

    assert shown.one("h2").text == "Still to be sent"
    assert shown.one("p", class_="item-name").text == "Candle"


MIXED = (
    event("delivered", "2026-05-14T09:00", item=1, leg=2),
    event("in_transit.arrived", "2026-05-13T20:00", leg=2),
    event("in_transit.handed_over", "2026-05-13T18:00", leg=1),
    event("in_transit", "2026-05-12T10:00", item=2, leg=1),
    event("accepted", "2026-05-11T10:00", leg=1),
)
TWO = (leg(1, "DHL"), leg(2, "Royal Mail"))
PAIR = (item(1, "Jumper", "delivered"), item(2, "Mug", "in_transit.arrived"))


def test_each_scan_stands_under_its_item_and_its_leg_once():
    shown = page(journey(*MIXED, code="delivered.partial", legs=TWO, items=PAIR))

    jumper, mug = shown.one(id="items").all("li", class_="item")
    story = shown.one(id="journey")
    found = [
        [scan["data-reference"] for scan in part.all("li", class_="scan")]
        for part in (jumper, mug, story)
    ]
    whole = [one.reference for one in MIXED if one.item is None]
    assert found == [[MIXED[0].reference], [MIXED[3].reference], whole]
    stretches = [(s.one("p", class_="stretch-carrier").text, len(s.all("li", class_="scan")))
                 for s in story.all("div", class_="stretch")]  # fmt: skip
    assert stretches == [("With Royal Mail", 1), ("With DHL", 2)]


def test_one_scan_from_two_carriers_shows_once_with_both_texts():
    both = (
        event("in_transit.arrived", leg=2, description="Item received"),
        event("in_transit.arrived", leg=1, description="Handed over"),
    )

    (scan,) = page(journey(*both, legs=TWO)).one(id="journey").all("li", class_="scan")

    assert [voice.text for voice in scan.all("q")] == ["Item received", "Handed over"]


def test_parcels_stand_in_the_same_order_however_they_are_read():
    parcels = [
        journey(event("in_transit"), reference=f"sp_{n}", numbers=(number(f"JD{n}"),))
        for n in range(1, 4)
    ]

    found = {
        tuple((p.key, p.place_in_order) for p in present([parcels[0], *others], NOW).others)
        for others in permutations(parcels[1:])
    }

    assert found == {(("sp_2", "Parcel 2 of 3"), ("sp_3", "Parcel 3 of 3"))}
