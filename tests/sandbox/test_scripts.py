"""Scripts are tables: what has happened follows from the seconds alone."""

from datetime import timedelta

import pytest

from apps.sandbox.faults import FAULTS
from apps.sandbox.numbers import parse
from apps.sandbox.scripts import SCRIPTS, SPOTS, newest_second
from apps.sandbox.telling import Playing, journey_of
from apps.shipments.status import STATUSES, milestone_of
from tests.sandbox.callers import START

ENDS = {
    "DELIVERED": "delivered",
    "EXPRESS": "delivered.signed",
    "CUSTOMS": "delivered.signed",
    "PICKUP": "delivered.collected",
    "LOST": "exception.lost",
    "RETURNED": "returned",
    "SILENCE": "accepted.received",
    "UNSCANNED": "unknown.no_scans",
    "SPLIT": "delivered",
    "HANDOVER": "delivered",
    "PROMISE": "delivered.signed",
}
AGES = 10_000


def played(word, elapsed, *, speed=1, name="1"):
    number = parse(f"SBX-{word}-{name}")
    return journey_of(Playing(number, START, speed, newest_second(SCRIPTS[word], elapsed * speed)))


def milestones(word, *seconds):
    return [milestone_of(played(word, second).code) for second in seconds]


@pytest.mark.parametrize("word", SCRIPTS)
def test_every_step_can_be_told(word):
    script = SCRIPTS[word]

    assert {step.code for step in script.steps} <= set(STATUSES)
    assert {step.city for step in script.steps} <= set(SPOTS)
    assert {step.leg for step in script.steps} <= set(range(len(script.legs)))
    assert {step.item for step in script.steps} <= {None, *range(len(script.items))}
    assert [s.second for s in script.steps] == sorted(s.second for s in script.steps)


@pytest.mark.parametrize("word", SCRIPTS)
def test_a_step_shows_when_its_second_has_come_and_not_before(word):
    steps = SCRIPTS[word].steps
    for second in {step.second for step in steps}:
        due = sum(step.second <= second for step in steps)

        assert len(played(word, second).events) == due
        assert len(played(word, second - 0.001).events) < due


@pytest.mark.parametrize("word", SCRIPTS)
def test_a_script_ends_as_it_should(word):
    assert played(word, AGES).code == ENDS[word]


@pytest.mark.parametrize("word", SCRIPTS)
def test_what_was_told_once_is_told_alike_later(word):
    last = played(word, AGES)
    for second in (0, 20, 40):
        early = played(word, second).events

        assert early == last.events[len(last.events) - len(early) :]


def test_no_word_is_both_a_script_and_a_fault():
    assert not set(SCRIPTS) & set(FAULTS)


def test_a_parcel_is_delivered_within_a_minute():
    assert milestones("DELIVERED", 0, 8, 16, 34, 49, 50) == [
        "pre_transit",
        "accepted",
        "in_transit",
        "out_for_delivery",
        "out_for_delivery",
        "delivered",
    ]


def test_customs_hold_a_parcel_and_let_it_go():
    assert milestones("CUSTOMS", 30, 38, 60, 90) == [
        "in_transit",
        "exception",
        "in_transit",
        "delivered",
    ]


def test_a_failed_attempt_leads_to_a_pickup_point():
    assert milestones("PICKUP", 44, 60, 90) == ["attempted", "available_for_pickup", "delivered"]


def test_a_refused_parcel_goes_back():
    assert milestones("RETURNED", 44, 52, 70) == ["exception", "returning", "returned"]


def test_items_go_different_ways():
    codes = [[milestone_of(item.code) for item in played("SPLIT", s).items] for s in (30, 56, 80)]

    assert codes == [
        ["delivered", "in_transit", "pre_transit"],
        ["delivered", "delivered", "accepted"],
        ["delivered", "delivered", "delivered"],
    ]
    assert played("SPLIT", 30).code == "delivered.partial"


def test_each_item_has_a_number_of_its_own():
    numbers = {number.number: number.item for number in played("SPLIT", 0).numbers}

    assert numbers == {
        "SBX-SPLIT-1": None,
        "SBX-SPLIT-1-P1": 1,
        "SBX-SPLIT-1-P2": 2,
        "SBX-SPLIT-1-P3": 3,
    }


def test_the_next_carrier_is_unknown_until_it_has_the_parcel():
    before, after = played("HANDOVER", 27), played("HANDOVER", 28)

    assert [leg.carrier_code for leg in before.legs] == ["usps"]
    assert [number.number for number in before.numbers] == ["SBX-HANDOVER-1"]
    assert [leg.carrier_code for leg in after.legs] == ["usps", "canada_post"]
    assert [(n.number, n.leg) for n in after.numbers][1:] == [("SBX-HANDOVER-1-L2", 2)]


def test_a_promise_moves():
    untils = [played("PROMISE", second).promise.until.instant for second in (0, 24, 70)]

    assert untils == [START + timedelta(seconds=s) for s in (60, 140, 100)]


def test_a_clock_is_that_of_the_place():
    newest = played("EXPRESS", 3).events[0]

    assert newest.place.city == "Leipzig"
    assert newest.moment.offset == 60


def test_speed_shortens_a_journey_in_real_time():
    fast = played("DELIVERED", 5, speed=10)

    assert fast.code == "delivered"
    assert fast.events[0].moment.instant == START + timedelta(seconds=5)


def test_two_numbers_of_one_script_share_no_reference():
    one, other = played("SPLIT", AGES), played("SPLIT", AGES, name="2")

    assert one.reference != other.reference
    assert not {e.reference for e in one.events} & {e.reference for e in other.events}
    assert not {item.reference for item in one.items} & {item.reference for item in other.items}
