"""All four APIs tell the same story: our readers read the script out of every answer."""

import json
from datetime import timedelta

import pytest

from apps.sandbox.scripts import SCRIPTS
from apps.shipments.settling import Fact, settle
from apps.shipments.status import milestone_of
from tests.sandbox.callers import ASKED, START, read
from tests.sandbox.test_scripts import AGES, ENDS

# Where an API has no word for how a script ends, what it says in its place.
OTHER_WORDS = {
    ("RETURNED", "sorted_v1"): "returning",
    ("RETURNED", "sorted_v1 flattened"): "returning",
    ("RETURNED", "sorted_v1 by client reference"): "returning",
    ("RETURNED", "shipstation"): "exception",
    ("RETURNED", "shiplemon"): "exception",
    ("SILENCE", "shiplemon"): "in_transit",
}


def answers(caller, api, word, name="1"):
    """Return the reports on a script: ShipStation has one for each carrier's number."""
    parts = ("", "-L2") if word == "HANDOVER" and api == "shipstation" else ("",)
    for part in parts:
        status, _, body = caller.ask(ASKED[api].format(f"SBX-{word}-{name}{part}"))
        assert status == 200
        yield read(api, body)


def told(reports):
    """Return what reports say happened when, and to which item where there are several."""
    return {
        (said.moment.instant, said.description, said.item if len(report.items) > 1 else None)
        for report in reports
        for said in report.sightings
    }


def scripted(word, *, has_items):
    return {
        (START + timedelta(seconds=step.second), step.words, step.item if has_items else None)
        for step in SCRIPTS[word].steps
    }


def settled(report):
    facts = [
        Fact(
            said.moment.instant,
            said.code,
            said.position,
            None if said.leg is None else said.leg + 1,
            None if said.item is None else said.item + 1,
        )
        for said in report.sightings
    ]
    items = range(1, len(report.items) + 1)
    whole, _ = settle(facts, items=items, last_leg=len(report.legs), now=START + timedelta(days=1))
    return milestone_of(whole.code)


@pytest.mark.parametrize("api", ASKED)
@pytest.mark.parametrize("word", SCRIPTS)
def test_an_answer_says_what_the_script_says(api, word, caller, clock):
    caller.ask(ASKED[api].format(f"SBX-{word}-1"))
    clock.pass_(AGES)

    reports = list(answers(caller, api, word))

    has_items = any(len(report.items) > 1 for report in reports)
    assert [report.faults for report in reports] == [()] * len(reports)
    assert all(report.is_whole_history for report in reports)
    assert told(reports) == scripted(word, has_items=has_items)


@pytest.mark.parametrize("api", ASKED)
@pytest.mark.parametrize("word", SCRIPTS)
def test_an_answer_settles_as_the_script_ends(api, word, caller, clock):
    caller.ask(ASKED[api].format(f"SBX-{word}-1"))
    clock.pass_(AGES)

    *_, last = answers(caller, api, word)

    assert settled(last) == OTHER_WORDS.get((word, api), milestone_of(ENDS[word]))


@pytest.mark.parametrize("api", ["sorted_v2 contents", "sorted_v1", "sorted_v1 flattened"])
def test_items_of_a_split_shipment_are_told_apart(api, caller, clock):
    caller.ask(ASKED[api].format("SBX-SPLIT-1"))
    clock.pass_(30)

    (report,) = answers(caller, api, "SPLIT")

    newest = {said.item: said.description for said in in_time(report.sightings)}
    assert newest == {
        0: "Left with a neighbour",
        1: "Delayed, missed the flight",
        2: "Shipment announced",
    }


def in_time(sightings):
    return sorted(sightings, key=lambda said: said.moment.instant)


def test_both_legs_of_a_handover_are_told(caller, clock):
    caller.ask(ASKED["sorted_v1"].format("SBX-HANDOVER-1"))
    clock.pass_(AGES)

    (report,) = answers(caller, "sorted_v1", "HANDOVER")

    assert [leg.service_name for leg in report.legs] == [
        "Priority Mail International",
        "Expedited Parcel",
    ]
    assert [said.leg for said in in_time(report.sightings)] == [0, 0, 0, 1, 1, 1, 1]


def test_the_next_carriers_number_is_named_and_can_be_asked_about(caller, clock):
    caller.ask(ASKED["sorted_v2"].format("SBX-HANDOVER-1"))
    early = caller.ask(ASKED["shipstation"].format("SBX-HANDOVER-1-L2"))
    clock.pass_(28)

    (report,) = answers(caller, "sorted_v2", "HANDOVER")
    late = caller.ask(ASKED["shipstation"].format("SBX-HANDOVER-1-L2"))

    assert [n.number for n in report.numbers] == ["SBX-HANDOVER-1", "SBX-HANDOVER-1-L2"]
    assert (early[0], late[0]) == (404, 200)
    assert read("shipstation", late[2]).legs[0].carrier_code == "canada_post"


@pytest.mark.parametrize("api", ["sorted_v2", "sorted_v2 contents", "shipstation"])
def test_a_promise_moves_in_the_answers(api, caller, clock):
    untils = []
    for seconds in (0, 24, 46):
        clock.pass_(seconds)
        (report,) = answers(caller, api, "PROMISE")
        untils.append(report.promise.until.instant)

    assert untils == [START + timedelta(seconds=s) for s in (60, 140, 100)]


@pytest.mark.parametrize("api", ["sorted_v2", "sorted_v1", "shipstation"])
def test_clocks_and_places_come_along(api, caller, clock):
    caller.ask(ASKED[api].format("SBX-EXPRESS-1"))
    clock.pass_(3)

    (report,) = answers(caller, api, "EXPRESS")

    newest = in_time(report.sightings)[-1]
    assert newest.moment.offset == 60
    assert "Leipzig" in newest.place.label + newest.place.city


def test_all_apis_tell_one_story_of_one_number(caller, clock):
    caller.ask(ASKED["shiplemon"].format("SBX-LOST-1"))
    clock.pass_(30)

    stories = [told(answers(caller, api, "LOST")) for api in ASKED]

    assert stories == [stories[0]] * len(ASKED)
    assert len(stories[0]) == 4


def test_two_numbers_have_journeys_of_their_own(caller, clock):
    first = list(answers(caller, "shipstation", "DELIVERED", "1"))
    clock.pass_(50)

    second = list(answers(caller, "shipstation", "DELIVERED", "2"))

    assert (len(first[0].sightings), len(second[0].sightings)) == (1, 1)
    assert len(told(answers(caller, "shipstation", "DELIVERED", "1"))) == 6


def test_a_start_in_the_number_counts(caller):
    past = int(START.timestamp()) - 36
    future = int(START.timestamp()) + 3600

    (begun,) = answers(caller, "shipstation", "DELIVERED", f"1-@{past}")
    (waiting,) = answers(caller, "shipstation", "DELIVERED", f"1-@{future}")

    assert len(begun.sightings) == 5
    assert waiting.sightings == ()


@pytest.mark.parametrize(
    ("api", "path"),
    [
        ("sorted_v2", "/pro/tracking/{}"),
        ("sorted_v2", "/pro/tracking/{}/shipment_contents"),
        ("sorted_v1", "/tracking/{}"),
        ("sorted_v1", "/tracking/flattened/{}"),
    ],
)
def test_a_reference_given_out_can_be_asked_about(api, path, caller):
    (report,) = answers(caller, api, "DELIVERED")

    status, _, body = caller.ask(path.format(report.reference))

    assert status == 200
    assert read(api, body).reference == report.reference


def test_links_lead_back_to_the_sandbox(caller, sandbox):
    _, _, body = caller.ask("/pro/tracking/SBX-DELIVERED-1")

    link = json.loads(body)["_links"][0]["href"]
    assert link.startswith(f"{sandbox.url}/pro/tracking/sp_")
    assert caller.ask(link.removeprefix(sandbox.url))[0] == 200
