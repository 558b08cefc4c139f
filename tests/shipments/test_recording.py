from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from apps.shipments import recording
from apps.shipments.models import Event, Item, Leg, Outbox, Shipment, TrackingNumber, UnknownWord
from apps.shipments.reading import journey_of
from apps.shipments.reports import (
    Headline,
    ItemReport,
    LegReport,
    NumberReport,
    Place,
    PromiseReport,
    Sighting,
)
from tests.builders import NOW, at, make_merchant, make_shipment, report, sighting

pytestmark = pytest.mark.django_db

TR = "tr_00076982052571118537797193957408"


def record(shipment, *sightings, **fields):
    return recording.record(shipment.pk, report(*sightings, **fields), now=NOW)


def codes(shipment):
    return [event.code for event in journey_of(shipment.pk).events]


def test_a_first_report_is_recorded():
    shipment = make_shipment()

    result = record(shipment, sighting("accepted"), sighting("delivered", "2026-03-01T12:00:00Z"))

    shipment.refresh_from_db()
    assert (result.added, result.version, shipment.code) == (2, 1, "delivered")
    assert codes(shipment) == ["delivered", "accepted"]


def test_the_same_report_twice_writes_nothing():
    shipment = make_shipment()
    whole = report(
        sighting("accepted", reference=TR),
        sighting("delivered", "2026-03-01T12:00:00Z", item=0, leg=0),
        legs=(LegReport(carrier_code="stamps_com", service_name="Priority"),),
        items=(ItemReport(custom_reference="A1"),),
        numbers=(NumberReport("9405", 0, 0, headline=Headline("delivered", "DE")),),
        promise=PromiseReport(until=at("2026-03-04T00:00:00Z")),
    )
    recording.record(shipment.pk, whole, now=NOW)

    with CaptureQueriesContext(connection) as queries:
        again = recording.record(shipment.pk, whole, now=NOW + timedelta(hours=1))

    statements = [query["sql"].split()[0] for query in queries]
    assert set(statements) <= {"SELECT", "SAVEPOINT", "RELEASE"}
    assert (again.is_changed, again.version, Outbox.objects.count()) == (False, 1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"description": "Handed to the resident"},
        {"place": Place(city="Wilmslow")},
        {"signee": "P. Jones"},
        {"code": "delivered.signed"},
    ],
)
def test_a_reworded_event_is_updated_in_place(change):
    shipment = make_shipment()
    first = sighting("delivered", word="delivered", description="Delivered")
    record(shipment, first)

    result = record(shipment, replace(first, **change))

    assert (result.added, result.changed, result.version) == (0, 1, 2)
    assert Event.objects.count() == 1


def test_a_sources_event_id_survives_a_corrected_time():
    shipment = make_shipment()
    record(shipment, sighting("delivered", "2026-03-01T12:00:00Z", reference=TR))

    record(shipment, sighting("delivered", "2026-03-01T11:00:00Z", reference=TR))

    assert [e.occurred_at.hour for e in Event.objects.all()] == [11]


def test_a_shorter_answer_deletes_nothing():
    shipment = make_shipment()
    record(shipment, sighting("accepted"), sighting("delivered", "2026-03-01T12:00:00Z"))

    result = record(shipment, sighting("delivered", "2026-03-01T12:00:00Z"))

    assert not result.is_changed
    assert len(codes(shipment)) == 2


def test_two_scans_in_one_second_at_two_places_are_two_events():
    shipment = make_shipment()
    here = sighting("in_transit", word="X", place=Place(city="Lyon"))
    there = sighting("in_transit", word="X", place=Place(city="Paris"))

    record(shipment, here, there)
    result = record(shipment, there, here)

    assert Event.objects.count() == 2
    assert not result.is_changed


def test_a_twin_that_is_reworded_leaves_the_other_alone():
    shipment = make_shipment()
    here = sighting("in_transit", word="X", place=Place(city="Lyon"))
    there = sighting("in_transit", word="X", place=Place(city="Paris"))
    record(shipment, here, there)

    record(shipment, here, replace(there, place=Place(city="Paris, France")))

    assert sorted(Event.objects.values_list("city", flat=True)) == ["Lyon", "Paris, France"]


def test_the_same_entry_listed_twice_is_one_event():
    shipment = make_shipment()

    record(shipment, sighting("accepted"), sighting("accepted"))

    assert Event.objects.count() == 1


def test_an_answer_without_items_does_not_forget_an_events_item():
    shipment = make_shipment()
    items = (ItemReport(reference="sc_00076982052497331561502355750928"),)
    record(shipment, sighting("delivered", reference=TR, item=0), items=items)

    result = record(shipment, sighting("delivered", reference=TR))

    assert not result.is_changed
    assert Event.objects.get().item == 1


def test_an_events_item_is_learned_later():
    shipment = make_shipment()
    record(shipment, sighting("delivered", reference=TR))

    record(shipment, sighting("delivered", reference=TR, item=0), items=(ItemReport(),))

    assert Event.objects.get().item == 1


def test_every_carrier_may_tell_the_same_scan():
    shipment = make_shipment()
    legs = (LegReport(carrier_code="a"), LegReport(carrier_code="b"))

    record(shipment, sighting("in_transit", leg=0), sighting("in_transit", leg=1), legs=legs)

    assert Event.objects.count() == 2


def test_a_new_first_leg_goes_before_the_one_we_knew():
    shipment = make_shipment()
    record(shipment, sighting("delivered", leg=0), legs=(LegReport(service_name="B"),))

    record(
        shipment,
        sighting("accepted", leg=0),
        legs=(LegReport(service_name="A"), LegReport(service_name="B")),
    )

    assert [leg.service_name for leg in journey_of(shipment.pk).legs] == ["A", "B"]
    assert journey_of(shipment.pk).events[0].code in ("delivered", "accepted")


def test_two_legs_of_one_carrier_are_two_legs():
    shipment = make_shipment()
    legs = (LegReport(service_name="A"), LegReport(service_name="A"))

    record(shipment, legs=legs)
    again = record(shipment, legs=legs)

    assert Leg.objects.count() == 2
    assert not again.is_changed


def test_a_registration_without_a_carrier_learns_it():
    shipment = make_shipment()
    record(shipment, legs=(LegReport(),), numbers=(NumberReport("1", 0),))

    record(shipment, legs=(LegReport(carrier_code="ups"),), numbers=(NumberReport("1", 0),))

    leg = Leg.objects.get()
    assert (leg.carrier_code, leg.carrier.number) == ("ups", 3)


def test_stamps_com_is_usps():
    shipment = make_shipment()
    said = {"legs": (LegReport(carrier_code="stamps_com"),), "numbers": (NumberReport("94", 0),)}

    record(shipment, **said)
    again = record(shipment, **said)

    assert Leg.objects.get().carrier_code == "usps"
    assert not again.is_changed


def test_two_items_in_one_box_share_a_number():
    shipment = make_shipment()
    items = (ItemReport(custom_reference="A"), ItemReport(custom_reference="B"))
    numbers = (NumberReport("1", 0, 0), NumberReport("1", 0, 1))

    record(shipment, legs=(LegReport(),), items=items, numbers=numbers)
    again = record(shipment, legs=(LegReport(),), items=items[::-1], numbers=numbers)

    assert (Item.objects.count(), TrackingNumber.objects.count()) == (2, 2)
    assert not again.is_changed


def test_an_item_is_recognised_by_its_number():
    shipment = make_shipment()
    numbers = (NumberReport("1", 0, 0),)
    record(shipment, legs=(LegReport(),), items=(ItemReport(),), numbers=numbers)

    record(shipment, legs=(LegReport(),), items=(ItemReport(),), numbers=numbers)

    assert Item.objects.count() == 1


def test_another_shipments_item_reference_is_not_taken_over():
    items = (ItemReport(reference="sc_00076982052497331561502355750928"),)
    mine = make_shipment(make_merchant("Mine"), report(items=items))

    other = make_shipment(make_merchant("Other"), report(items=items))

    assert mine.items.get().reference == items[0].reference
    assert other.items.get().reference != items[0].reference


def test_another_shipments_event_reference_is_not_taken_over():
    mine = make_shipment(make_merchant("Mine"), report(sighting("delivered", reference=TR)))

    other = make_shipment(make_merchant("Other"), report(sighting("delivered", reference=TR)))

    assert journey_of(mine.pk).events[0].reference == TR
    assert journey_of(other.pk).events[0].reference != TR


def test_a_sources_small_event_reference_cannot_collide_with_ours():
    small = f"tr_{1:032d}"
    shipment = make_shipment(report=report(sighting("accepted", reference=small)))

    assert Event.objects.get().source_reference is None
    assert journey_of(shipment.pk).events[0].reference.startswith("tr_")


def test_status_facts_are_stored():
    shipment = make_shipment(
        report=report(sighting("attempted"), sighting("delivered", "2026-03-01T12:00:00Z"))
    )

    assert (shipment.attempts, shipment.delivered_at.hour) == (1, 12)


def test_an_event_of_the_future_counts_once_it_is_due():
    shipment = make_shipment()
    ahead = report(
        sighting("in_transit", NOW.isoformat()),
        sighting("delivered", (NOW + timedelta(days=3)).isoformat()),
    )
    recording.record(shipment.pk, ahead, now=NOW)
    before = Shipment.objects.get().code

    due = recording.record(shipment.pk, ahead, now=NOW + timedelta(days=3))
    again = recording.record(shipment.pk, ahead, now=NOW + timedelta(days=4))

    assert (before, Shipment.objects.get().code) == ("in_transit", "delivered")
    assert (due.version, again.version, Event.objects.count()) == (2, 2, 2)
    assert (due.is_changed, again.is_changed) == (True, False)


def test_items_have_their_own_status():
    items = (ItemReport(custom_reference="A"), ItemReport(custom_reference="B"))

    shipment = make_shipment(report=report(sighting("delivered", item=0), items=items))

    assert [item.code for item in shipment.items.order_by("position")] == [
        "delivered",
        "unknown.no_scans",
    ]
    assert shipment.code == "delivered.partial"


def test_a_moved_promise_keeps_the_former_one():
    shipment = make_shipment()
    first, second = at("2026-03-04T18:00:00Z"), at("2026-03-05T18:00:00Z")

    record(shipment, promise=PromiseReport(until=first))
    record(shipment, promise=PromiseReport(until=second, reason="Weather"))

    promises = journey_of(shipment.pk).promises
    assert [promise.until for promise in promises] == [second, first]


def test_a_changed_headline_is_a_change():
    shipment = make_shipment()
    legs = (LegReport(carrier_code="ups"),)

    record(shipment, legs=legs, numbers=(NumberReport("1", 0, headline=Headline("in_transit")),))
    result = record(
        shipment, legs=legs, numbers=(NumberReport("1", 0, headline=Headline("delivered")),)
    )

    assert (result.version, Shipment.objects.get().code) == (2, "delivered")


def test_every_change_leaves_one_outbox_row():
    shipment = make_shipment()
    record(shipment, sighting("accepted"))

    record(shipment, sighting("delivered", "2026-03-01T12:00:00Z"))

    rows = Outbox.objects.order_by("version").values_list("version", "code_before", "code")
    assert list(rows) == [(1, "unknown.no_scans", "accepted"), (2, "accepted", "delivered")]


def test_unknown_words_are_counted_once_an_event():
    shipment = make_shipment()
    odd = [sighting("unknown.unmapped", f"2026-03-01T1{n}:00:00Z", word="ZZ") for n in range(3)]

    record(shipment, *odd[:2])
    record(shipment, *odd)

    assert UnknownWord.objects.values_list("source", "word", "times").get() == ("test", "ZZ", 3)


def test_a_replaced_history_supersedes_what_it_leaves_out():
    shipment = make_shipment()
    first, second = sighting("accepted"), sighting("in_transit", "2026-03-01T12:00:00Z")
    recording.replace_history(shipment.pk, report(first, second), now=NOW)

    result = recording.replace_history(shipment.pk, report(first), now=NOW)

    assert codes(shipment) == ["accepted"]
    assert (result.changed, Event.objects.count()) == (1, 2)
    assert Shipment.objects.get().code == "accepted"


def test_a_superseded_event_comes_back():
    shipment = make_shipment()
    first, second = sighting("accepted"), sighting("in_transit", "2026-03-01T12:00:00Z")
    for history in ((first, second), (first,), (first, second)):
        recording.replace_history(shipment.pk, report(*history), now=NOW)

    assert codes(shipment) == ["in_transit", "accepted"]


def test_a_replaced_history_leaves_other_sources_alone():
    shipment = make_shipment(report=report(sighting("accepted"), source="carrier"))

    recording.replace_history(shipment.pk, report(), now=NOW)

    assert codes(shipment) == ["accepted"]


def test_many_shipments_are_recorded_all_or_nothing():
    shipment = make_shipment()
    entries = [(shipment.pk, report(sighting("accepted"))), (0, report(sighting("accepted")))]

    with pytest.raises(Shipment.DoesNotExist):
        recording.record_many(entries, now=NOW)

    assert Event.objects.count() == 0


def test_two_reports_of_one_shipment_are_one_change():
    shipment = make_shipment()
    later = sighting("delivered", "2026-03-01T12:00:00Z")

    recording.record_many(
        [(shipment.pk, report(sighting("accepted"))), (shipment.pk, report(later, later))], now=NOW
    )

    assert Shipment.objects.get().version == 1
    assert len(codes(shipment)) == 2


def test_a_second_report_of_one_change_knows_what_the_first_brought():
    shipment = make_shipment()
    first = report(
        sighting("delivered", reference=TR, leg=0, item=0),
        legs=(LegReport(carrier_code="ups"),),
        items=(ItemReport(custom_reference="A"),),
    )
    second = report(
        sighting("delivered", reference=TR),
        legs=(LegReport(carrier_code="ups", service_name="Standard"),),
    )

    recording.record_many([(shipment.pk, first), (shipment.pk, second)], now=NOW)

    event, leg = Event.objects.get(), Leg.objects.get()
    assert (event.leg, event.item, leg.service_name) == (1, 1, "Standard")


def test_a_moment_is_kept_to_the_last_digit():
    moment = at("2020-02-11T07:08:11.739857+00:00", digits=7, nanos=300, offset=60)
    shipment = make_shipment(report=report(Sighting("delivered", moment)))

    assert journey_of(shipment.pk).events[0].moment == moment


def statements_for(count):
    shipment = make_shipment(make_merchant(f"M{count}"))
    many = [
        sighting("in_transit", (NOW - timedelta(seconds=n)).isoformat(), leg=0, item=0)
        for n in range(count)
    ]
    with CaptureQueriesContext(connection) as queries:
        record(shipment, *many, legs=(LegReport(),), items=(ItemReport(),))
    return len(queries)


def test_recording_takes_the_same_number_of_statements_for_1_100_and_10000_events():
    assert statements_for(1) == statements_for(100) == statements_for(10_000) <= 16


events = st.builds(
    sighting,
    st.sampled_from(["accepted", "in_transit", "delivered", "attempted", "info", "returning"]),
    st.integers(0, 5).map(lambda hour: f"2026-03-01T1{hour}:00:00Z"),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events, min_size=1, max_size=8), st.randoms(), st.integers(1, 4))
def test_any_order_and_batching_of_the_same_events_ends_the_same(some, random, size):
    merchant = make_merchant(f"M{datetime.now(UTC).timestamp()}")
    straight = make_shipment(merchant, report(*some))
    shuffled = make_shipment(merchant)
    mixed = [*some, *some]
    random.shuffle(mixed)

    for start in range(0, len(mixed), size):
        record(shuffled, *mixed[start : start + size])

    shuffled.refresh_from_db()
    assert shuffled.code == straight.code
    assert sorted(codes(shuffled)) == sorted(codes(straight))
