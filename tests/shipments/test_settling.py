from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.shipments.settling import Fact, Settled, Summary, settle
from apps.shipments.status import MILESTONES, STATUSES

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = START + timedelta(days=30)


def at(hours):
    return START + timedelta(hours=hours)


def story(*codes, **fields):
    return [Fact(at(hour), code, **fields) for hour, code in enumerate(codes)]


def code_of(facts, summaries=(), **fields):
    return settle(facts, summaries, now=NOW, **fields)[0].code


def test_there_are_87_codes_and_13_milestones():
    assert (len(STATUSES), len(MILESTONES)) == (87, 13)


def test_nothing_known_waits_for_the_first_scan():
    assert settle([], now=NOW) == (Settled(code="unknown.no_scans"), {})


def test_the_newest_event_decides():
    assert code_of(story("accepted", "in_transit.departed", "out_for_delivery")) == (
        "out_for_delivery"
    )


@pytest.mark.parametrize("late", ["in_transit", "out_for_delivery", "attempted", "accepted"])
def test_late_scans_never_undo_delivered(late):
    assert code_of(story("delivered", late)) == "delivered"


@pytest.mark.parametrize(
    "after", ["exception.damaged", "exception.missing", "returning", "returned"]
)
def test_some_news_does_follow_a_delivery(after):
    assert code_of(story("delivered", after)) == after


def test_the_richer_word_for_delivered_stays():
    assert code_of(story("delivered.neighbour", "delivered")) == "delivered.neighbour"
    assert code_of(story("delivered", "delivered.signed")) == "delivered.signed"


def test_partly_delivered_is_not_final():
    assert code_of(story("delivered.partial", "out_for_delivery")) == "out_for_delivery"


@pytest.mark.parametrize("code", [code for code in STATUSES if code.startswith("info")])
def test_information_never_moves_a_parcel(code):
    assert code_of(story("in_transit", code)) == "in_transit"


def test_an_unmapped_word_never_moves_a_parcel():
    assert code_of(story("in_transit", "unknown.unmapped")) == "in_transit"


def test_data_sent_again_does_not_undo_a_scan():
    assert code_of(story("in_transit", "pre_transit.label_created")) == "in_transit"


def test_a_return_turns_later_scans_round():
    assert code_of(story("returning", "in_transit")) == "returning"
    assert code_of(story("returning", "in_transit", "delivered")) == "returned"


def test_a_lost_parcel_that_moves_a_day_later_was_found():
    found = [Fact(at(0), "exception.lost"), Fact(at(25), "in_transit")]
    soon = [Fact(at(0), "exception.lost"), Fact(at(23), "in_transit")]

    assert (code_of(found), code_of(soon)) == ("in_transit", "exception.lost")


def test_a_voided_label_that_is_used_is_no_longer_cancelled():
    assert code_of(story("cancelled", "in_transit")) == "in_transit"
    assert code_of(story("cancelled", "pre_transit")) == "cancelled"


def test_a_first_carriers_delivery_is_a_hand_over():
    facts = [Fact(at(5), "delivered", leg=1), Fact(at(1), "accepted", leg=1)]

    assert code_of(facts, last_leg=2) == "in_transit.handed_over"
    assert code_of(facts, last_leg=1) == "delivered"


def test_a_later_legs_scan_leads_after_a_hand_over():
    facts = [Fact(at(5), "delivered", leg=1), Fact(at(6), "out_for_delivery", leg=2)]

    assert code_of(facts, last_leg=2) == "out_for_delivery"


def test_one_of_two_items_delivered_is_partly_delivered():
    facts = [Fact(at(1), "delivered", item=1), Fact(at(2), "in_transit", item=2)]

    settled, codes = settle(facts, items=(1, 2), now=NOW)

    assert settled.code == "delivered.partial"
    assert codes == {1: "delivered", 2: "in_transit"}


def test_both_items_delivered_is_delivered():
    facts = [Fact(at(1), "delivered", item=1), Fact(at(2), "delivered.signed", item=2)]

    assert settle(facts, items=(1, 2), now=NOW)[0].code == "delivered"


def test_the_most_urgent_item_speaks_for_the_shipment():
    facts = [Fact(at(1), "exception.address", item=1), Fact(at(2), "in_transit", item=2)]

    assert code_of(facts, items=(1, 2)) == "exception.address"


def test_an_item_without_news_does_not_hide_the_others():
    assert code_of([Fact(at(1), "in_transit", item=1)], items=(1, 2)) == "in_transit"


def test_an_event_of_the_whole_shipment_is_every_items():
    _, codes = settle([Fact(at(1), "delivered")], items=(1, 2), now=NOW)

    assert codes == {1: "delivered", 2: "delivered"}


def test_the_headline_speaks_when_events_are_silent():
    facts = story("unknown.unmapped")

    assert code_of(facts, [Summary("delivered")]) == "delivered"


def test_events_lead_when_a_headline_disagrees():
    assert code_of(story("in_transit"), [Summary("delivered")]) == "in_transit"


def test_a_final_headline_newer_than_the_last_event_is_taken():
    later = Summary("delivered.signed", said_at=at(9))

    assert code_of(story("in_transit"), [later]) == "delivered.signed"


def test_a_source_that_gave_up_overwrites_nothing():
    assert code_of(story("in_transit", "unknown.expired")) == "in_transit"


def test_an_event_of_the_day_after_tomorrow_waits():
    facts = [Fact(at(0), "in_transit"), Fact(NOW + timedelta(days=2), "delivered")]

    assert code_of(facts) == "in_transit"


def test_a_date_of_1970_never_leads():
    filler = Fact(datetime(1970, 1, 1, tzinfo=UTC), "accepted")

    assert code_of([Fact(at(0), "in_transit"), filler]) == "in_transit"


def test_attempts_and_delay_are_remembered():
    settled, _ = settle(
        story("attempted", "in_transit.delayed", "attempted.no_answer", "delivered"), now=NOW
    )

    assert (settled.attempts, settled.was_delayed) == (2, True)
    assert settled.delivered_at == at(3)


facts = st.builds(
    Fact,
    instant=st.integers(0, 60).map(at),
    code=st.sampled_from(sorted(STATUSES)),
    position=st.integers(0, 2),
    leg=st.sampled_from([None, 1, 2]),
    item=st.sampled_from([None, 1, 2]),
)


@given(st.lists(facts, max_size=12).flatmap(lambda f: st.tuples(st.just(f), st.permutations(f))))
def test_the_order_of_arrival_never_matters(pair):
    one, other = pair

    assert settle(one, items=(1, 2), last_leg=2, now=NOW) == settle(
        other, items=(1, 2), last_leg=2, now=NOW
    )


@given(st.lists(facts, max_size=12))
def test_repeats_never_matter(some):
    assert settle(some, items=(1, 2), last_leg=2, now=NOW) == settle(
        some + some, items=(1, 2), last_leg=2, now=NOW
    )


@given(st.lists(facts, max_size=12))
def test_what_is_settled_is_always_a_code_of_ours(some):
    settled, codes = settle(some, items=(1, 2), now=NOW)

    assert {settled.code, *codes.values()} <= set(STATUSES)
