"""Every state of a page: its own words, its own way on, and nothing personal."""

import pytest

from apps.pages import showing
from apps.pages.presenting import present
from apps.pages.states import State, told_by
from apps.shipments.privacy import Level, seen_at
from apps.shipments.status import STATUSES, milestone_of
from tests.pages.journeys import event, journey, leg, number
from tests.pages.markup import read
from tests.pages.states import LOOK, PERSONAL, READER, WITHOUT_PARCEL, all_states

ALL = all_states()
CASES = pytest.mark.parametrize("case", ALL.values(), ids=list(ALL))


def page(case):
    return present(
        [seen_at(one, case.reader.level) for one in case.journeys], case.now, case.reader
    )


def html(case, template="pages/tracking.html"):
    return showing.render(template, case.journeys, case.reader, case.now)


def test_there_are_21_states():
    assert {*ALL, *WITHOUT_PARCEL} == {*State}
    assert len(State) == 21


@CASES
def test_a_page_knows_its_state(case):
    shown = read(html(case))

    assert page(case).state == case.state
    assert shown.one(id="status")["data-state"] == case.state


@pytest.mark.parametrize("part", ["heading", "guide", "actions", "help"])
def test_each_state_has_its_own(part):
    told = [page(case) for case in ALL.values()]
    words = {
        "heading": [one.heading for one in told],
        "guide": [one.guide.means for one in told if one.guide],
        "actions": [(one.state, one.actions[0].name) for one in told],
        "help": [one.help.answers for one in told],
    }[part]

    assert len(set(words)) == len(words) > 10


# Those of the same group may look alike on the rail: it says where a parcel is, not why.
RAILS = {
    "no_scan": ("label", "current"),
    "in_transit": ("moving", "current"),
    "customs": ("customs", "current"),
    "out_for_delivery": ("last_mile", "current"),
    "ready_to_collect": ("collect", "current"),
    "attempted": ("last_mile", "current"),
    "delivered": ("arrived", "done"),
    "problem": ("last_mile", "current"),
    "silent": ("moving", "current"),
    "late": ("moving", "current"),
    "carrier_down": ("moving", "current"),
    "partly_delivered": ("arrived", "done"),
    "several_carriers": ("moving", "current"),
    "coming_back": ("going_back", "current"),
    "returned": ("back", "done"),
    "lost": ("moving", "current"),
    "cancelled": None,
}


@CASES
def test_each_state_has_its_progress(case):
    rail = page(case).parcel.rail
    here = [(step.name, step.state) for step in rail.steps if step.is_current] if rail else [None]

    assert here == [RAILS[case.state]]


@CASES
def test_a_page_offers_one_main_action_and_two_others_at_most(case):
    shown = read(html(case)).one("ul", class_="actions")

    assert 1 <= len(shown.all("a")) <= 3
    assert len(shown.all("a", class_="button")) == 1


@CASES
def test_a_link_to_a_part_of_the_page_leads_there(case):
    shown = read(html(case))
    anchors = [link["href"][1:] for link in shown.all("a") if link["href"].startswith("#")]

    assert [anchor for anchor in anchors if not shown.all(id=anchor)] == []


@CASES
def test_names_of_elements_are_unique(case):
    names = [one["id"] for one in read(html(case)).elements if one.get("id")]

    assert len(names) == len(set(names))


@CASES
@pytest.mark.parametrize("level", [Level.NUMBER, Level.LINK])
def test_nothing_personal_is_on_a_page(case, level):
    written = html(case._replace(reader=READER.__class__(level=level, look=LOOK)))

    assert [text for text in PERSONAL if text.casefold() in written.casefold()] == []


@CASES
def test_a_calm_state_is_the_only_one_with_an_offer(case):
    calm = ("no_scan", "in_transit", "out_for_delivery", "ready_to_collect", "delivered")
    calm += ("partly_delivered", "several_carriers")

    assert bool(page(case).slot) == (case.state in calm)


@CASES
def test_help_stands_last_and_leads_to_the_shop(case):
    shown = read(html(case))
    sections = [one["id"] for one in shown.one("main").all("section") if one.get("id")]

    assert sections.index("help") > sections.index("details")
    links = [link["href"] for link in shown.one(id="help").one("ul", class_="contacts").all("a")]
    assert links == [LOOK.support_url, LOOK.returns_url, LOOK.faq_url]


@pytest.mark.parametrize("code", STATUSES)
def test_every_code_means_a_state_with_help_and_a_way_on(code):
    told = present([journey(event(code), code=code)], ALL["late"].now, READER)

    assert told.state not in WITHOUT_PARCEL
    assert told.help.answers and told.actions


def test_words_that_are_no_state_mean_a_parcel_on_its_way():
    assert told_by("moon.landed") == State.IN_TRANSIT
    assert {told_by(c) for c in STATUSES if milestone_of(c) == "unknown"} == {
        State.NO_SCAN,
        State.SILENT,
    }


def test_a_carrier_that_missed_one_question_is_not_down():
    case = ALL["carrier_down"]
    (told,) = case.journeys
    since = told.numbers[0].failing_since

    soon = present([told], since.replace(minute=16), case.reader)

    assert soon.state == State.IN_TRANSIT
    assert soon.parcel.freshness[0].is_failing


def test_a_carrier_that_is_down_is_told_with_the_time():
    shown = read(html(ALL["carrier_down"]))

    assert "DHL: no answer from its system since 09:02 UTC." in shown.one(id="guide").text
    assert shown.one("h1").text == "On its way"


def test_only_the_carrier_that_has_the_parcel_can_be_down():
    case = ALL["several_carriers"]
    (told,) = case.journeys
    down = ALL["carrier_down"].journeys[0].numbers[0]

    told = journey(*told.events, legs=told.legs, numbers=(down, told.numbers[1]))

    assert present([told], case.now).state == State.SEVERAL_CARRIERS


def test_several_carriers_say_who_has_the_parcel_now():
    shown = read(html(ALL["several_carriers"]))

    assert "Now with Royal Mail" in shown.one(id="status").text


def test_a_lone_carrier_of_two_that_nobody_names_is_not_several():
    legs = (leg(1, ""), leg(2, ""))

    assert present([journey(event("in_transit"), legs=legs)], ALL["late"].now).state == (
        State.IN_TRANSIT
    )


def test_an_order_in_part_delivered_says_what_is_still_to_come():
    shown = read(html(ALL["partly_delivered"]))

    assert shown.one("h1").text == "1 of 2 parcels delivered"
    assert shown.one("p", class_="this").text == "Parcel 1 of 2: In the mailbox"
    assert "Parcel 2 of 2: At the local depot. Expected by Sat 16 May." in (
        shown.one(id="guide").text
    )


def test_a_problem_of_the_parcel_that_was_asked_for_is_not_hidden_by_the_count():
    arrived = journey(event("delivered"), code="delivered", reference="sp_2")
    stuck = journey(event("exception.address"), code="exception.address")

    assert present([stuck, arrived], ALL["late"].now).state == State.PROBLEM


def test_a_problem_of_another_parcel_leads_those_in_an_order():
    arrived = journey(event("delivered"), code="delivered")
    others = [
        journey(event(code), code=code, reference=code, numbers=(number(code),))
        for code in ("in_transit", "exception.address")
    ]

    told = present([arrived, *others], ALL["late"].now, READER)

    assert [other.code for other in told.others] == ["exception.address", "in_transit"]
    assert (told.state, told.guide.tone, told.slot) == (State.PARTLY_DELIVERED, "problem", None)
