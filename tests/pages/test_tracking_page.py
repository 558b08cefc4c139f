"""What the tracking page shows of journeys, rendered without a request or a database."""

import pytest
from msgspec.structs import replace

from apps.pages.guidance import guidance_for
from apps.shipments.reports import Certainty
from apps.shipments.status import STATUSES
from tests.pages.journeys import (
    day,
    event,
    item,
    journey,
    leg,
    moment,
    number,
    promise,
)
from tests.pages.markup import page, rendered

TWO = (leg(1, "DHL"), leg(2, "Royal Mail"))


@pytest.mark.parametrize("code", STATUSES)
def test_every_code_is_shown_in_words(code):
    shown = page(journey(event(code), event("pre_transit", "2026-05-12T10:00"), code=code))

    words = str(STATUSES[code].words)
    assert shown.one("h1").text == words
    assert shown.all("p", class_="sentence")[0].text == words


@pytest.mark.parametrize("code", STATUSES)
def test_every_code_shows_its_guidance(code):
    shown = page(journey(event(code), code=code))

    guidance = guidance_for(code)
    assert bool(guidance) == bool(shown.all("section", id="guide"))
    assert not guidance or str(guidance.advice.then) in shown.one(id="guide").text


@pytest.mark.parametrize("code", STATUSES)
def test_at_most_one_step_is_current(code):
    shown = page(journey(event(code), code=code))

    rails = shown.all("ol", class_="rail")
    assert [len(rail.all("li", **{"aria-current": "step"})) for rail in rails] in ([], [1])


def test_a_code_we_do_not_know_is_an_update():
    shown = page(journey(event("moon.landed", description="Mondlandung"), code="in_transit"))

    assert shown.one("p", class_="sentence").text == "Update received"
    assert shown.one("q").text == "Mondlandung"


def test_events_stand_in_the_journeys_order():
    events = [event("in_transit", leg=n % 2 + 1, place=f"Place {n}") for n in range(9)]
    events = [replace(e, moment=moment(f"2026-05-13T{20 - n}:00")) for n, e in enumerate(events)]

    shown = page(journey(*events, legs=TWO))

    assert [
        scan["data-reference"] for scan in shown.one(id="journey").all("li", class_="scan")
    ] == [event.reference for event in events]


def test_older_scans_are_on_the_page_behind_a_disclosure():
    shown = page(journey(*(event("in_transit", place=f"Place {n}") for n in range(14))))

    scans = shown.one(id="journey").all("li", class_="scan")
    assert [scan.within("details") for scan in scans] == [False] * 6 + [True] * 8
    (summary, *_) = shown.all("summary")
    assert summary.text == "Show 8 earlier scans of all 14"


def test_a_scan_shows_its_time_zone_place_and_words():
    told = event(
        "in_transit.arrived", "2026-05-13T17:42", 120, place="Leipzig", description="Ankunft"
    )

    scan = page(journey(told)).one(id="journey").one("li", class_="scan")

    assert scan.one("time")["datetime"] == "2026-05-13T17:42:00+02:00"
    assert scan.one("time").text == "17:42"
    assert scan.one("span", class_="zone").text == "UTC+2"
    assert scan.one("p", class_="sentence").text == "Reached a facility"
    assert scan.one("p", class_="place").text == "Leipzig"
    assert scan.one("q").text == "Ankunft"


def test_the_carriers_words_keep_their_own_language_and_direction():
    words = page(journey(event("in_transit", description="تم التسليم"))).one("q")

    assert (words["lang"], words["dir"]) == ("", "auto")


def test_a_date_alone_shows_no_midnight():
    shown = page(journey(event("accepted", moment=day("2026-05-12"))))

    scan = shown.one(id="journey").one("li", class_="scan")
    assert scan.one("time").text == "Tue 12 May"
    assert scan.one("time")["datetime"] == "2026-05-12"
    assert "00:00" not in shown.text


def test_an_assumed_clock_says_so():
    clock = moment("2026-05-13T17:42", certainty=Certainty.ASSUMED)

    assert (
        "time zone unknown" in page(journey(event("accepted", moment=clock))).one(id="journey").text
    )


def test_a_hand_over_shows_both_carriers_and_numbers():
    events = [event("in_transit", leg=2), event("in_transit", "2026-05-13T10:00", leg=1)]

    shown = page(journey(*events, legs=TWO, numbers=(number("JD01", 1), number("RM02", 2))))

    card = shown.one("div", class_="hand-over")
    assert [part.text for part in card.all("bdi")] == ["DHL", "JD01", "Royal Mail", "RM02"]


def test_an_items_events_are_listed_under_that_item_only():
    items = (item(1, "Jumper", "delivered"), item(2, "Mug"))
    events = [event("delivered", item=1, place="Porch"), event("in_transit", "2026-05-13T10:00")]

    shown = page(journey(*events, items=items, code="delivered.partial"))

    jumper, mug = shown.one(id="items").all("li", class_="item")
    assert [scan["data-reference"] for scan in jumper.all("li", class_="scan")] == [
        events[0].reference
    ]
    assert mug.all("li", class_="scan") == []
    assert [
        scan["data-reference"] for scan in shown.one(id="journey").all("li", class_="scan")
    ] == [events[1].reference]


def test_items_show_quantity_and_a_state_that_differs():
    items = (item(1, "Jumper", "delivered"), item(2, "Mug", "in_transit", quantity=3))

    jumper, mug = page(journey(items=items)).one(id="items").all("li", class_="item")

    assert jumper.one("p", class_="item-state").text == "Delivered"
    assert mug.one("p", class_="item-name").text == "Mug × 3"
    assert mug.all("p", class_="item-state") == []


def test_pictures_come_from_this_site_only():
    items = (
        item(1, picture_url="https://cdn.example/a.png"),
        item(2, picture_url="/media/b.png"),
    )

    assert [image["src"] for image in page(journey(items=items)).all("img")] == ["/media/b.png"]


def test_all_parcels_of_an_order_are_in_sight():
    parcels = [
        journey(event("in_transit"), items=(item(1, "Mug"),), order_reference="10432"),
        journey(event("delivered"), code="delivered", items=(item(1, "Lamp"),), reference="sp_2"),
        journey(
            code="pre_transit",
            items=(item(1, "Candle"),),
            numbers=(number("JD03"),),
            reference="sp_3",
        ),
    ]

    others = page(*parcels).one(id="parcels").all("li", class_="parcel")

    assert [other["data-code"] for other in others] == ["delivered", "pre_transit"]
    assert "Lamp" in others[0].text and "Candle" in others[1].text
    assert not any(part.within("details") for other in others for part in other.all("h3")[:1])


def test_the_scans_of_another_parcel_open_in_place():
    other = journey(event("delivered", place="Hull"), code="delivered", reference="sp_2")

    (scan,) = page(journey(), other).one(id="parcels").all("li", class_="scan")

    assert scan.one("p", class_="place").text == "Hull"


def test_a_missed_date_reads_was_due():
    shown = page(journey(event("in_transit"), promises=(promise(day("2026-05-12")),)))

    assert shown.one("p", class_="when").text == "Was due Tue 12 May"


def test_a_moved_date_strikes_the_former_one_out():
    promises = (promise(day("2026-05-16"), reason="Storm"), promise(day("2026-05-15")))

    shown = page(journey(promises=promises))

    assert shown.one("del").text == "Fri 15 May"
    assert "Storm" in shown.one("p", class_="former").text


def test_a_carriers_page_is_a_link_that_tells_nothing():
    numbers = (number("JD01", tracking_url="https://www.dhl.example/JD01"),)

    link = page(journey(numbers=numbers)).one(id="details").one("a")

    assert link["href"] == "https://www.dhl.example/JD01"
    assert {"noopener", "noreferrer"} <= set(link["rel"].split())


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", "data:text/html,x"])
def test_no_other_address_becomes_a_link(url):
    legs = (leg(1, "DHL", contact_url=url), leg(2, "Royal Mail", contact_url=url))
    events = [event("attempted", leg=2), event("in_transit", "2026-05-13T10:00")]
    numbers = (number("JD01", 1, tracking_url=url), number("RM02", 2, tracking_url=url))

    html = rendered(journey(*events, legs=legs, numbers=numbers, code="attempted"))

    assert url not in html


def test_the_words_of_the_page_stand_in_order():
    shown = page(
        journey(event("exception.address"), code="exception.address", items=(item(1, "Mug"),)),
        journey(reference="sp_2"),
    )

    named = [part["id"] for part in shown.one("main").all("section")]
    assert named == ["status", "guide", "parcels", "items", "journey", "details", "help"]


def test_headings_never_skip_a_level():
    items = (item(1, "Jumper", "delivered"), item(2, "Mug"))
    shown = page(journey(event("delivered", item=1), items=items), journey(reference="sp_2"))

    levels = [int(e.tag[1]) for e in shown.elements if e.tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_the_page_says_who_can_see_it():
    assert "Everybody who has this link" in page(journey()).one("footer").text


def test_the_page_asks_not_to_be_listed():
    shown = page(journey())

    assert shown.one("meta", name="robots")["content"] == "noindex, nofollow"
    assert shown.one("meta", name="referrer")["content"] == "no-referrer"


def test_scripts_and_styles_are_files_of_ours():
    shown = page(journey(event("in_transit"), numbers=(number("JD01"),), items=(item(1),)))

    scripts = [one for one in shown.all("script") if one.get("type") != "application/ld+json"]
    assert [one["src"].split("/")[-1] for one in scripts] == ["live.js"]
    assert (scripts[0].text, shown.all("style")) == ("", [])
    assert [e.tag for e in shown.elements if "style" in e.attributes] == []
    assert all(e["href"].startswith(("/static/", "data:")) for e in shown.all("link"))


def test_a_runaway_parcel_stays_a_small_page():
    events = [
        event("in_transit", description=f"Scan {n} at a facility", place="Leeds, GB")
        for n in range(10_000)
    ]

    html = rendered(journey(*events))

    assert len(html.encode()) < 150_000
    assert "9850 older scans are not shown here." in html
