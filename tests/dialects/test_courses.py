from apps.dialects import courses
from tests.builders import report, sighting

DAY = "2026-03-0{}T10:00:00+00:00"


def journey(*codes):
    """Return sightings of a day each, newest first as carriers list them."""
    seen = [sighting(code, DAY.format(day), leg=0) for day, code in enumerate(codes, 1)]
    return seen[::-1]


def codes_of(sightings):
    return [seen.code for seen in sightings[::-1]]


def legs_of(*codes):
    return [seen.leg for seen in courses.on_two_legs(journey(*codes))[::-1]]


def test_what_follows_the_hand_over_is_the_partners():
    assert legs_of("accepted", "in_transit.handed_over", "in_transit") == [0, 0, 1]


def test_a_second_hand_over_changes_nothing():
    assert legs_of("in_transit.handed_over", "in_transit.handed_over", "in_transit") == [0, 1, 1]


def test_a_delivery_is_the_partners_even_without_a_hand_over():
    assert legs_of("in_transit", "delivered.mailbox") == [0, 1]


def test_scans_at_one_instant_go_by_the_carriers_order():
    handed = sighting("in_transit.handed_over", position=1)
    before, after = sighting("in_transit", position=0), sighting("in_transit", position=2)

    legs = [seen.leg for seen in courses.on_two_legs([after, handed, before])]

    assert legs == [1, 0, 0]


def test_a_parcel_turns_back_at_its_first_failure():
    turned = courses.turned_back(journey("in_transit", "attempted", "in_transit", "delivered"))

    assert codes_of(turned) == ["in_transit", "attempted", "returning", "returned"]


def test_an_event_that_tells_of_the_way_back_leaves_the_rest_to_settling():
    told = journey("in_transit", "returning", "in_transit", "delivered")

    assert courses.turned_back(told) == told


def test_a_signee_stands_at_the_newest_delivery_only():
    told = courses.signed(journey("delivered.partial", "delivered", "info.proof"), "Mira")

    assert [seen.signee for seen in told] == ["", "Mira", ""]


def test_nobody_signed_for_what_is_on_its_way():
    assert [seen.signee for seen in courses.signed(journey("in_transit"), "Mira")] == [""]


def test_a_push_leaves_its_legs_open():
    told = courses.left_open(report(*journey("in_transit", "delivered")))

    assert [seen.leg for seen in told.sightings] == [None, None]
