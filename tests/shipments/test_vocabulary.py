"""Words no table of ours knows: taught, applied to what comes and to what came before."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from apps.shipments import interpreting, recording
from apps.shipments.models import Event, Meaning, Outbox, Shipment, UnknownEvent, UnknownWord
from apps.shipments.persons import erase
from apps.shipments.reading import journey_of
from apps.shipments.reports import ItemReport, LegReport
from apps.shipments.vocabulary import Unteachable, affected, meanings, remap_some, teach, unlearn
from tests.builders import NOW, make_merchant, make_shipment, report, sighting

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
ODD = sighting("unknown.unmapped", word="ZZ")


def code_of(shipment):
    return Shipment.objects.get(pk=shipment.pk).code


def remap(source="test", word="ZZ", limit=100):
    """Take all the steps; return how many events changed."""
    changed = last_id = 0
    while True:
        step = remap_some(source, word, after_id=last_id, limit=limit, now=LATER)
        changed, last_id = changed + step.changed, step.last_id
        if step.is_done:
            return changed


def test_a_taught_word_is_understood_as_it_comes_in():
    teach("test", "ZZ", "delivered", now=NOW)

    shipment = make_shipment(report=report(ODD))

    assert (code_of(shipment), Event.objects.get().code) == ("delivered", "delivered")
    assert UnknownWord.objects.get().times == 0


def test_a_word_means_something_at_its_source_only():
    teach("other", "ZZ", "delivered", now=NOW)

    shipment = make_shipment(report=report(ODD))

    assert code_of(shipment) == "unknown.no_scans"


def test_a_carriers_code_is_a_word_where_the_source_has_none():
    teach("test", "42", "delivered", now=NOW)

    shipment = make_shipment(report=report(sighting("unknown.unmapped", carrier_code="42")))

    assert code_of(shipment) == "delivered"


def test_what_a_table_of_ours_knows_is_not_taught():
    teach("test", "ZZ", "delivered", now=NOW)

    shipment = make_shipment(report=report(replace(ODD, code="accepted")))

    assert code_of(shipment) == "accepted"


def test_events_of_before_get_the_new_meaning():
    shipment = make_shipment(report=report(sighting("accepted"), ODD))
    teach("test", "ZZ", "delivered", now=NOW)

    changed = remap()

    assert (changed, code_of(shipment)) == (1, "delivered")
    assert Shipment.objects.get().version == Outbox.objects.count() == 2


def test_what_was_taught_can_be_taken_back():
    shipment = make_shipment(report=report(sighting("accepted", "2026-03-01T09:00:00Z"), ODD))
    teach("test", "ZZ", "delivered", now=NOW)
    remap()

    was = unlearn("test", "ZZ")
    remap()

    assert (was, code_of(shipment)) == ("delivered", "accepted")
    assert Event.objects.filter(code="unknown.unmapped").count() == 1


def test_what_came_in_with_its_meaning_is_unlearned_too():
    teach("test", "ZZ", "delivered", now=NOW)
    shipment = make_shipment(report=report(ODD))

    unlearn("test", "ZZ")

    assert (remap(), code_of(shipment)) == (1, "unknown.no_scans")


def test_a_word_can_be_taught_anew():
    shipment = make_shipment(report=report(ODD))

    before = [teach("test", "ZZ", code, now=NOW) for code in ("delivered", "accepted")]

    assert (before, remap(), code_of(shipment)) == (["", "delivered"], 1, "accepted")


def test_a_source_that_repeats_itself_says_nothing_new_before_and_after():
    shipment = make_shipment(report=report(ODD))
    teach("test", "ZZ", "delivered", now=NOW)
    early = recording.record(shipment.pk, report(ODD), now=LATER)
    remap()

    late = recording.record(shipment.pk, report(ODD), now=LATER)

    assert (early.is_changed, late.is_changed, Event.objects.count()) == (False, False, 1)
    assert code_of(shipment) == "delivered"


def test_an_event_that_learns_its_item_keeps_its_meaning():
    teach("test", "ZZ", "delivered", now=NOW)
    named = replace(ODD, reference="1")
    shipment = make_shipment(report=report(named))

    told = report(replace(named, item=0, description="At the door"), items=(ItemReport(),))
    recording.record(shipment.pk, told, now=LATER)

    assert Event.objects.values_list("code", "item").get() == ("delivered", 1)
    unlearn("test", "ZZ")
    assert remap() == 1


def test_what_the_source_says_itself_by_now_is_left_alone():
    shipment = make_shipment(report=report(ODD))
    recording.record(shipment.pk, report(replace(ODD, code="accepted")), now=LATER)
    teach("test", "ZZ", "delivered", now=NOW)

    assert (remap(), code_of(shipment)) == (0, "accepted")


def test_an_event_that_is_reworded_to_an_unknown_word_is_found_by_it():
    told = sighting("accepted", word="A", reference="1")
    shipment = make_shipment(report=report(told))
    odd = replace(told, code="unknown.unmapped", word="ZZ")
    recording.record(shipment.pk, report(odd), now=LATER)
    teach("test", "ZZ", "delivered", now=NOW)

    assert (remap(), code_of(shipment)) == (1, "delivered")


def test_events_of_an_erased_person_can_be_taught_and_unlearned():
    shipment = make_shipment(report=report(replace(ODD, description="Left with Magda")))
    erase([shipment.pk], now=NOW)
    teach("test", "ZZ", "delivered", now=NOW)

    assert (remap(), code_of(shipment)) == (1, "delivered")


def test_a_shipment_changes_once_however_short_the_steps():
    merchant = make_merchant()
    odd = [replace(ODD, moment=sighting("x", f"2026-03-01T1{n}:00:00Z").moment) for n in range(5)]
    shipments = [make_shipment(merchant, report(*odd)) for _ in range(3)]
    teach("test", "ZZ", "accepted", now=NOW)

    changed = remap(limit=2)

    assert changed == 15
    assert [code_of(one) for one in shipments] == ["accepted"] * 3
    assert set(Shipment.objects.values_list("version", flat=True)) == {2}


def test_a_step_that_is_lost_is_done_again():
    shipment = make_shipment(report=report(ODD))
    teach("test", "ZZ", "accepted", now=NOW)
    remap()

    again = remap_some("test", "ZZ", after_id=0, limit=100, now=LATER)

    assert (again.changed, again.is_done) == (0, True)
    assert Shipment.objects.get().version == 2
    assert code_of(shipment) == "accepted"


def test_a_word_nobody_used_changes_nothing():
    step = remap_some("test", "ZZ", after_id=7, limit=100, now=LATER)

    assert (step.last_id, step.changed, step.is_done) == (7, 0, True)
    assert affected("test", "ZZ").events == 0


def test_staff_see_where_a_word_was_used():
    merchant = make_merchant()
    twice = (ODD, replace(ODD, carrier_code="9"))
    first = make_shipment(merchant, report(*twice))
    second = make_shipment(merchant, report(ODD))

    found = affected("test", "ZZ")

    assert (found.events, found.shipments, found.is_more) == (3, 2, False)
    assert found.sample == (second.pk, first.pk)


def test_counting_stops_at_ten_thousand():
    odd = [
        replace(ODD, moment=sighting("x", (NOW - timedelta(minutes=n)).isoformat()).moment)
        for n in range(10_002)
    ]
    make_shipment(report=report(*odd))

    found = affected("test", "ZZ")

    assert (found.events, found.shipments, found.is_more) == (10_000, 1, True)


@pytest.mark.parametrize(
    ("word", "code"),
    [("", "delivered"), ("x" * 101, "delivered"), ("ZZ", "nonsense"), ("ZZ", "unknown.unmapped")],
)
def test_what_cannot_be_taught_is_refused_in_words(word, code):
    with pytest.raises(Unteachable):
        teach("test", word, code, now=NOW)

    assert not Meaning.objects.exists()


def test_events_without_any_word_are_kept_and_not_looked_for():
    make_shipment(report=report(sighting("unknown.unmapped", description="?")))

    assert not UnknownEvent.objects.exists()


def test_recording_known_words_asks_for_no_meanings():
    shipment = make_shipment()

    with CaptureQueriesContext(connection) as queries:
        recording.record(shipment.pk, report(sighting("accepted", word="A")), now=NOW)

    tables = [model._meta.db_table for model in (Meaning, UnknownEvent, UnknownWord)]
    assert not [one for one in queries if any(table in one["sql"] for table in tables)]


def test_meanings_are_asked_for_once_a_second(django_assert_num_queries):
    meanings()

    with django_assert_num_queries(0):
        again = meanings()

    assert again == {}


def test_events_of_before_this_table_are_brought_into_it():
    make_shipment(report=report(ODD, sighting("accepted")))
    UnknownEvent.objects.all().delete()

    fill = import_module("apps.shipments.migrations.0007_corrections").FILL
    with connection.cursor() as cursor:
        cursor.execute(fill)

    teach("test", "ZZ", "delivered", now=NOW)
    assert remap() == 1


def test_a_words_events_are_read_by_an_index():
    shipment = make_shipment(report=report(ODD, sighting("unknown.unmapped", word="YY")))
    rare, common = (UnknownWord.objects.get(word=word) for word in ("ZZ", "YY"))
    rows = [
        UnknownEvent(word=common if key % 50 else rare, shipment=shipment, key=key, fingerprint=0)
        for key in range(3000)
    ]
    UnknownEvent.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE shipments_unknownevent")

    plan = UnknownEvent.objects.filter(word=rare, pk__gt=0).order_by("pk")[:100].explain()

    assert "unknown_event_by_word" in plan
    assert "SCAN" not in plan and "Seq Scan" not in plan


words = st.sampled_from(["ZZ", "YY", "known"])
events = st.builds(
    lambda word, hour: sighting(
        "accepted" if word == "known" else "unknown.unmapped",
        f"2026-03-01T1{hour}:00:00Z",
        word=word,
        leg=0,
    ),
    words,
    st.integers(0, 5),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events, min_size=1, max_size=6), st.integers(0, 6), st.randoms())
def test_whenever_a_word_is_taught_the_journey_ends_the_same(some, when, random):
    """Taught before, amid or after its use, told in any order: the same."""
    interpreting.forget()
    Meaning.objects.all().delete()
    merchant = make_merchant(f"M{Shipment.objects.count()}-{random.random()}")
    legs = (LegReport("ups"),)
    early, late = make_shipment(merchant), make_shipment(merchant)
    mixed = random.sample(some, len(some))
    for number, one in enumerate(mixed):
        if number == when:
            teach("test", "ZZ", "delivered", now=NOW)
        recording.record(late.pk, report(one, legs=legs), now=NOW)
    teach("test", "ZZ", "delivered", now=NOW)
    remap(limit=2)

    recording.record(early.pk, report(*some, legs=legs), now=NOW)

    told = [sorted((e.code, e.word) for e in journey_of(s.pk).events) for s in (early, late)]
    assert told[0] == told[1]
    assert code_of(early) == code_of(late)
