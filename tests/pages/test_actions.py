"""What a page offers to do, whom it says to ask, and what a merchant may add."""

import pytest
from msgspec.structs import replace

from apps.pages.presenting import present
from apps.pages.readers import PLAIN, Frame, Reader
from apps.shipments.status import STATUSES
from tests.pages.journeys import NOW, day, event, journey, number, promise
from tests.pages.markup import page
from tests.pages.states import LOOK, READER, all_states

ALL = all_states()
AT_DHL = (number("JD01", tracking_url="https://dhl.example/JD01"),)


def told(code, reader=READER, **fields):
    return present([journey(event(code), code=code, **fields)], NOW, reader)


def offered(code, reader=READER, **fields):
    return [action.name for action in told(code, reader, **fields).actions]


@pytest.mark.parametrize(
    ("state", "main"),
    [
        ("in_transit", "calendar"),
        ("customs", "carrier"),
        ("out_for_delivery", "carrier"),
        ("attempted", "carrier"),
        ("delivered", "missing"),
        ("problem", "support"),
        ("silent", "support"),
        ("late", "calendar"),
        ("carrier_down", "refresh"),
        ("partly_delivered", "others"),
        ("several_carriers", "numbers"),
        ("coming_back", "support"),
        ("lost", "support"),
        ("cancelled", "shop"),
    ],
)
def test_a_state_offers_first_what_helps_most(state, main):
    case = ALL[state]

    assert present(case.journeys, case.now, case.reader).actions[0].name == main


@pytest.mark.parametrize("code", STATUSES)
def test_nothing_is_offered_that_a_merchant_did_not_give(code):
    names = {*offered(code, Reader(look=PLAIN))}

    assert names.isdisjoint({"support", "returns", "shop", "carrier"})


def test_a_charge_is_paid_at_the_carrier():
    assert offered("exception.payment", numbers=AT_DHL)[0] == "carrier"


def test_an_overdue_parcel_is_to_be_asked_for():
    overdue = (promise(day("2026-05-12")),)

    assert offered("in_transit", promises=overdue, numbers=AT_DHL)[:2] == ["support", "carrier"]


def test_the_carriers_page_is_named():
    (action, *_) = told("attempted", numbers=AT_DHL).actions

    assert (action.words, action.url) == (
        "Arrange a new delivery at DHL",
        "https://dhl.example/JD01",
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", "https://a@evil.example"])
def test_no_unsafe_address_is_offered(url):
    look = replace(LOOK, support_url=url, shop_url=url, returns_url=url, faq_url=url, slot_url=url)
    unsafe = (number("JD01", tracking_url=url),)

    page = told("exception", replace(READER, look=look), numbers=unsafe)

    assert url not in str(page.actions) + str(page.help) + str(page.slot)


@pytest.mark.parametrize(
    ("email", "url"),
    [
        ("help@shop.example", "mailto:help@shop.example"),
        ("a?cc=all@shop.example", "mailto:a%3Fcc%3Dall@shop.example"),
        ("nobody", ""),
        ("a@b@c", ""),
    ],
)
def test_support_can_be_an_address_of_mail(email, url):
    look = replace(LOOK, support_url="", support_email=email)

    found = {
        action.name: action.url for action in told("exception", replace(READER, look=look)).actions
    }

    assert found.get("support", "") == url


def test_a_calendar_is_for_who_holds_the_link():
    window = (promise(day("2026-05-16")),)

    assert offered("in_transit", promises=window)[0] == "calendar"
    for guest in (replace(READER, is_guest=True), replace(READER, look=PLAIN, is_guest=True)):
        assert "calendar" not in offered("in_transit", guest, promises=window)
    assert "calendar" not in offered("in_transit", promises=window, token="")


def test_directions_need_the_place_itself():
    waits = event("available_for_pickup.shop", place="Corner News, 5 High St & Co")
    told = journey(waits, code=waits.code)

    near, exact = (present([told], NOW, replace(READER, level=level)) for level in (1, 2))

    assert "directions" not in [action.name for action in near.actions]
    assert exact.actions[0].url.endswith("query=Corner%20News%2C%205%20High%20St%20%26%20Co")


def test_a_delivered_parcel_that_is_not_there_has_a_list_in_order():
    case = ALL["delivered"]

    (missing, *_) = present(case.journeys, case.now, case.reader).help.answers

    assert missing.anchor == "not-here"
    assert "mailbox" in missing.steps[0]
    assert (
        missing.steps[-2] == "Wait until the end of Fri 15 May: some parcels are scanned too early."
    )
    assert "tell the shop" in missing.steps[-1]


def test_without_a_day_of_delivery_nobody_is_told_to_wait():
    (missing, *_) = present([journey(code="delivered")], NOW, READER).help.answers

    assert not any("Wait until" in step for step in missing.steps)


def test_at_customs_the_only_rightful_payee_is_named():
    case = ALL["customs"]

    answers = present(case.journeys, case.now, case.reader).help.answers

    assert "Nobody but DHL or the customs office" in answers[0].words
    assert "never ask for card details" in answers[1].words


def test_without_a_contact_help_says_where_to_find_one():
    shown = page(journey()).one(id="help")

    assert "how to reach the shop" in shown.text


def slot_of(code, **look):
    return told(code, replace(READER, look=replace(LOOK, **look))).slot


@pytest.mark.parametrize("code", ["in_transit", "delivered", "pre_transit", "available_for_pickup"])
def test_a_merchant_may_speak_while_all_is_well(code):
    assert slot_of(code).heading == "New this week"


@pytest.mark.parametrize(
    "code",
    ["exception", "attempted", "returning", "returned", "cancelled", "delivered.damaged"]
    + ["in_transit.misrouted", "in_transit.customs", "available_for_pickup.last_reminder"],
)
def test_a_merchant_is_silent_in_trouble(code):
    assert slot_of(code) is None


def test_a_problem_of_another_parcel_silences_the_merchant_too():
    stuck = journey(code="exception", reference="sp_2")

    assert present([journey(event("in_transit")), stuck], NOW, READER).slot is None


def test_a_merchant_who_says_nothing_has_no_slot():
    assert slot_of("in_transit", slot_heading="", slot_text="") is None
    assert slot_of("in_transit", hidden=frozenset(("slot",))) is None


def test_a_merchants_words_are_text():
    look = replace(LOOK, slot_heading="<b>Sale</b>", slot_text="\u202e<script>", slot_url="x:y")
    reader = replace(READER, look=look)

    slot = page(journey(event("in_transit")), reader=reader).one(id="slot")

    assert slot.text == "<b>Sale</b> <script>"
    assert [one.tag for one in slot.elements if one.tag in ("b", "script", "a")] == []


def test_links_out_of_a_frame_open_beside_it():
    framed = replace(READER, frame=Frame())

    links = (
        page(journey(event("exception"), code="exception"), reader=framed).one(id="help").all("a")
    )

    assert {link["target"] for link in links} == {"_blank"}


def test_links_on_a_page_of_ours_stay_in_it():
    links = (
        page(journey(event("exception"), code="exception"), reader=READER).one(id="help").all("a")
    )

    assert [link for link in links if link.get("target")] == []
