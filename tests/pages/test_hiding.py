"""A brand that does not name its carriers, or where its parcels come from."""

import re

import pytest
from msgspec.structs import replace

from apps.pages import showing
from apps.pages.hiding import hidden
from apps.pages.readers import PLAIN, Frame, Reader
from apps.shipments.reports import Headline, Place
from tests.pages.journeys import NOW, event, journey, leg, number, promise
from tests.pages.journeys import day as on
from tests.pages.states import READER, all_states

ALL = all_states()


def hiding(*parts):
    return replace(READER, look=replace(READER.look, hidden=frozenset(parts)))


@pytest.mark.parametrize("case", ALL.values(), ids=list(ALL))
def test_no_page_names_a_hidden_carrier(case):
    html = showing.render("pages/tracking.html", case.journeys, hiding("carrier"), case.now)

    found = [
        word
        for word in ("dhl", "royal mail", "royalmail", "parcel connect")
        if re.search(rf"\b{word}\b", html.lower())  # a random address may hold the letters
    ]
    assert found == []


def test_a_carriers_name_goes_from_texts_of_any_kind():
    told = journey(
        replace(
            event("in_transit", description="Arrived at DHL Hub. dhl express!"),
            place=Place(label="DHL Hub Leipzig", company="DHL"),
            carrier_code="DHL-77",
        ),
        legs=(leg(1, "DHL Express", service_name="Worldwide"),),
        numbers=(
            number(
                "JD01",
                tracking_url="https://dhl.example/JD01",
                headline=Headline("in_transit", description="With DHL", problem="DHL strike"),
            ),
        ),
        promises=(promise(on("2026-05-16"), reason="DHL strike"),),
    )

    seen = hidden(told, hiding("carrier"))

    assert "dhl" not in str(seen).lower()
    assert seen.events[0].description == "Arrived at … Hub. …!"
    assert seen.numbers[0].number == "JD01"


def test_words_that_only_look_like_a_carrier_stay():
    told = journey(
        event("in_transit", description="Left a facility, an update follows"),
        legs=(leg(1, "An Post", service_name=""),),
    )

    assert hidden(told, hiding("carrier")).events[0].description == told.events[0].description


def test_a_hand_over_between_hidden_carriers_is_not_told():
    (told,) = ALL["several_carriers"].journeys

    html = showing.render("pages/tracking.html", [told], hiding("carrier"), NOW)

    assert "Passed to another carrier" not in html


def test_what_is_not_hidden_stays():
    (told,) = ALL["several_carriers"].journeys

    assert hidden(told, Reader(look=PLAIN)) is told


def test_a_frame_can_hide_as_well():
    (told,) = ALL["in_transit"].journeys
    framed = Reader(look=PLAIN, frame=Frame(hidden=frozenset(("carrier",))))

    assert hidden(told, framed).legs[0].carrier_name == ""


def seen(code, country="", place="Somewhere"):
    return replace(event(code, description="Words"), place=Place(label=place, country=country))


def places(*events, **fields):
    known = {"origin_country": "CN", "destination_country": "GB"}
    told = hidden(journey(*events, **(known | fields)), hiding("origin"))
    return [one.place.label for one in told.events]


def test_places_before_the_border_are_hidden():
    found = places(
        seen("in_transit.arrived", "GB", "Coventry"),
        seen("in_transit", "", "Somewhere else"),
        seen("in_transit.departed", "CN", "Shenzhen"),
        seen("accepted", "", "Shenzhen"),
    )

    assert found == ["Coventry", "", "", ""]


def test_places_that_may_lie_before_the_border_are_hidden():
    assert places(seen("in_transit", "", "Shenzhen"), seen("accepted", "", "Shenzhen")) == ["", ""]


def test_places_after_a_known_arrival_are_shown():
    found = places(
        seen("out_for_delivery", "", "Leeds"),
        seen("in_transit", "", "Coventry"),
        seen("in_transit.arrived_country", "", "Dover"),
        seen("in_transit", "", "Shenzhen"),
    )

    assert found == ["Leeds", "Coventry", "Dover", ""]


def test_the_way_back_is_hidden_too():
    assert places(seen("returned", "CN", "Shenzhen"), seen("returning", "", "Sea")) == ["", ""]


def test_at_home_only_the_beginning_is_hidden():
    found = places(
        seen("in_transit", "", "Birmingham"),
        seen("accepted", "", "Bristol"),
        origin_country="GB",
    )

    assert found == ["Birmingham", ""]


def test_a_hidden_origin_is_named_nowhere_and_still_is_abroad():
    told = journey(
        seen("in_transit", "CN", "Shenzhen"), origin_country="CN", destination_country="GB"
    )

    one = hidden(told, hiding("origin"))

    assert one.origin_country not in ("", "CN", "GB")
    assert (one.events[0].description, "Shenzhen" in str(one)) == ("", False)


@pytest.mark.parametrize(
    ("part", "section"),
    [("items", "items"), ("journey", "journey"), ("details", "details"), ("help", "help")],
)
def test_a_brand_can_leave_parts_out(part, section):
    case = ALL["in_transit"]

    shown, without = (
        showing.render("pages/tracking.html", case.journeys, reader, case.now)
        for reader in (READER, hiding(part))
    )

    assert f'id="{section}"' in shown
    assert f'id="{section}"' not in without
