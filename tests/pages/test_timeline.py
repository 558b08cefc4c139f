from datetime import timedelta

from msgspec.structs import replace

from apps.pages.scans import MOST, own_scans, scans_of, shared_scans, unshown
from apps.pages.timeline import timeline_of
from apps.shipments.reports import Certainty, Place
from tests.pages.journeys import NOW, day, event, item, journey, leg, moment, number

TWO = (leg(1, "DHL"), leg(2, "Royal Mail", contact_url="https://royalmail.example/help"))


def story(*events, **fields):
    told = journey(*events, **fields)
    return timeline_of(told, scans_of(told, NOW))


def hourly(*legs, code="in_transit"):
    """Return a scan an hour by the legs given, the newest first."""
    return [event(code, f"2026-05-13T{23 - i:02d}:00", leg=leg) for i, leg in enumerate(legs)]


def references(stretches):
    return [scan.reference for s in stretches for day in s.days for scan in day.scans]


def test_scans_keep_the_journeys_order():
    events = hourly(2, 1, None, 2, 1, 1, None, 2)

    told = story(*events, legs=TWO)

    assert references([*told.newest, *told.earlier]) == [event.reference for event in events]


def test_six_scans_are_in_sight_and_the_rest_is_behind():
    told = story(*(event("in_transit") for _ in range(14)))

    assert len(references(told.newest)) == 6
    assert (len(references(told.earlier)), told.earlier_count, told.total) == (8, 8, 14)


def test_scans_are_grouped_by_the_places_day():
    told = story(
        event("in_transit", "2026-05-14T00:30", 120), event("in_transit", "2026-05-13T23:00", 120)
    )

    (stretch,) = told.newest
    assert [day.heading for day in stretch.days] == [
        "Today, Thursday 14 May",
        "Yesterday, Wednesday 13 May",
    ]


def test_scans_are_grouped_by_carrier():
    told = story(*hourly(2, 1), legs=TWO)

    assert [stretch.carrier for stretch in told.newest] == ["Royal Mail", "DHL"]


def test_a_lone_carrier_is_not_named_over_the_scans():
    assert story(event("in_transit")).newest[0].carrier == ""


def test_a_scan_of_no_leg_stays_with_its_neighbours():
    told = story(*hourly(None, 2, None), legs=TWO)

    assert [stretch.carrier for stretch in told.newest] == ["Royal Mail"]


def test_a_hand_over_names_both_carriers_and_numbers():
    numbers = (number("JD01", 1), number("RM02", 2))

    told = story(*hourly(2, 1), legs=TWO, numbers=numbers)

    hand_over = told.newest[0].hand_over
    assert (hand_over.giver.name, hand_over.giver.numbers) == ("DHL", ("JD01",))
    assert (hand_over.taker.name, hand_over.taker.numbers) == ("Royal Mail", ("RM02",))
    assert hand_over.taker.contact.url == "https://royalmail.example/help"


def test_a_hand_over_is_told_once_where_it_began():
    told = story(*hourly(2, 1, 2, 1), legs=TWO)

    assert [bool(stretch.hand_over) for stretch in told.newest] == [False, False, True, False]


def test_a_hand_over_at_the_fold_is_told_below_it():
    told = story(*hourly(2, 2, 2, 2, 2, 2, 2, 1), legs=TWO)

    assert [bool(stretch.hand_over) for stretch in told.newest] == [False]
    assert [bool(stretch.hand_over) for stretch in told.earlier] == [True, False]


def test_the_order_of_travel_decides_who_took_over():
    legs = (leg(2, "Royal Mail", order=1), leg(1, "DHL", order=2))

    told = story(*hourly(1, 2), legs=legs)

    assert told.newest[0].hand_over.taker.name == "DHL"


def test_one_scan_told_by_two_carriers_is_one():
    told = journey(
        event("in_transit", leg=2, description="Item received"),
        event("in_transit.arrived", leg=1, description="Arrived", place="Bristol"),
        legs=TWO,
    )

    (scan,) = scans_of(told, NOW)

    assert (scan.sentence, scan.place) == ("Reached a facility", "Bristol")
    assert [(voice.speaker, voice.words) for voice in scan.voices] == [
        ("Royal Mail", "Item received"),
        ("DHL", "Arrived"),
    ]


def test_one_scan_told_on_two_clocks_is_one():
    told = journey(
        event("in_transit", "2026-05-14T12:00", 120, leg=2),
        event("in_transit", "2026-05-14T10:00", 0, leg=1),
        legs=TWO,
    )

    assert len(scans_of(told, NOW)) == 1


def test_two_scans_of_one_carrier_in_a_second_are_two():
    told = journey(event("in_transit", place="Hull"), event("in_transit", place="Leeds"))

    assert [scan.place for scan in scans_of(told, NOW)] == ["Hull", "Leeds"]


def test_two_dates_are_the_same_scan_only_at_the_same_place():
    hull, leeds = (
        event("in_transit", moment=day("2026-05-13"), leg=position, place=place)
        for position, place in ((2, "Hull"), (1, "Leeds"))
    )

    assert len(scans_of(journey(hull, leeds, legs=TWO), NOW)) == 2


def test_our_sentence_is_not_repeated_in_the_carriers_words():
    (scan,) = scans_of(journey(event("delivered", description="DELIVERED ")), NOW)

    assert scan.voices == ()


def test_words_added_by_hand_are_the_shops():
    (scan,) = scans_of(journey(event("info", source="manual", description="Hello")), NOW)

    assert scan.voices[0].speaker == "Harbour & Pine"


def test_a_place_is_put_together_from_its_parts():
    told = replace(event("in_transit"), place=Place(city="Wilmslow", country="GB"))

    assert scans_of(journey(told), NOW)[0].place == "Wilmslow, GB"


def test_a_scan_told_much_later_is_marked():
    late = event("in_transit", "2026-05-14T02:00", received=NOW)
    first = event("accepted", "2026-05-13T02:00")

    assert scans_of(journey(late, first), NOW)[0].note == "Reported late, 10 hours after the scan"


def test_a_first_import_is_not_late():
    events = [event("in_transit", f"2026-05-0{n}T10:00", received=NOW) for n in (9, 8, 7)]

    assert {scan.note for scan in scans_of(journey(*events), NOW)} == {""}


def test_a_first_import_that_tells_when_it_was_received_can_be_late():
    told = event(
        "in_transit", "2026-05-10T10:00", received=NOW, recorded_at=NOW + timedelta(days=1)
    )

    assert scans_of(journey(told), NOW)[0].note == "Reported late, 4 days after the scan"


def test_a_clock_that_runs_ahead_is_marked():
    (scan,) = scans_of(journey(event("in_transit", "2026-05-16T10:00")), NOW)

    assert "yet to come" in scan.note


def test_an_assumed_clock_is_late_only_beyond_doubt():
    moved = moment("2026-05-14T00:00", certainty=Certainty.ASSUMED)
    events = [event("in_transit", moment=moved, received=NOW), event("accepted")]

    assert scans_of(journey(*events), NOW)[0].note == ""


def test_items_that_differ_have_their_own_scans():
    blue = event("delivered", item=1)
    both = event("in_transit", "2026-05-13T10:00")
    scans = scans_of(journey(blue, both, items=(item(1), item(2))), NOW)

    own = own_scans(scans, [1, 2])

    assert [s.reference for s in own[1]] == [blue.reference]
    assert own[2] == ()
    assert [s.reference for s in shared_scans(scans, [1, 2], own)] == [both.reference]


def test_items_that_went_the_same_way_have_one_story():
    events = [event("in_transit", item=position) for position in (1, 2)]
    scans = scans_of(journey(*events, items=(item(1), item(2))), NOW)

    own = own_scans(scans, [1, 2])

    assert own == {}
    assert [s.reference for s in shared_scans(scans, [1, 2], own)] == [events[0].reference]


def test_a_lone_items_scans_are_the_parcels():
    scans = scans_of(
        journey(event("delivered", item=1), event("in_transit"), items=(item(1),)), NOW
    )

    assert shared_scans(scans, [1], own_scans(scans, [1])) == scans


def test_a_runaway_parcel_shows_its_newest_scans():
    told = journey(*(event("in_transit") for _ in range(MOST + 7)))

    assert len(scans_of(told, NOW)) == MOST
    assert unshown(told) == 7
