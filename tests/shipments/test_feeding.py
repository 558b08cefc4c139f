"""Changes are read in the order in which they became visible."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from apps.shipments import feeding
from apps.shipments.models import Outbox
from apps.shipments.recording import record
from tests.builders import NOW, make_merchant, make_shipment, report, sighting


@pytest.fixture
def merchant(db):
    return make_merchant()


def read(position=0, merchant=None, limit=100):
    feeding.number_changes()
    return feeding.changes_after(position, limit, merchant and merchant.pk)


def test_every_change_is_read_once_and_in_order(merchant):
    first = make_shipment(merchant, report(sighting("in_transit")))
    second = make_shipment(merchant, report(sighting("accepted")))
    seen = read()
    record(first.pk, report(sighting("out_for_delivery", "2026-03-02T08:00:00+00:00")), now=NOW)

    later = read(seen[-1].position)

    assert [one.shipment_id for one in seen] == [first.pk, second.pk]
    assert [(one.shipment_id, one.code_before, one.code) for one in later] == [
        (first.pk, "in_transit", "out_for_delivery")
    ]
    assert read(later[-1].position) == []
    assert feeding.last_position() == later[-1].position


def test_a_merchant_reads_its_own_changes_only(db):
    ours, theirs = make_merchant("Ours"), make_merchant("Theirs")
    make_shipment(theirs, report=report(sighting("in_transit")))
    mine = make_shipment(ours, report=report(sighting("in_transit")))
    make_shipment(theirs, report=report(sighting("delivered")))

    assert [one.shipment_id for one in read(merchant=ours)] == [mine.pk]


def test_pages_join_without_a_gap(merchant, monkeypatch):
    monkeypatch.setattr(feeding, "AT_ONCE", 2)
    shipments = [make_shipment(merchant, report(sighting("in_transit"))) for _ in range(5)]

    seen, position = [], 0
    while page := read(position, limit=2):
        seen += [one.shipment_id for one in page]
        position = page[-1].position

    assert seen == [one.pk for one in shipments]


def test_a_time_leads_before_the_first_change_since(merchant):
    for hours in (30, 20, 10):
        record(
            make_shipment(merchant).pk,
            report(sighting("in_transit")),
            now=NOW - timedelta(hours=hours),
        )
    feeding.number_changes()

    since = NOW - timedelta(hours=15)
    start = feeding.position_before(since, merchant.pk)

    assert [one.created_at for one in feeding.changes_after(start, 9, merchant.pk)] == [
        NOW - timedelta(hours=10)
    ]
    assert feeding.position_before(NOW - timedelta(days=9), merchant.pk) == 0


def test_nothing_new_takes_one_query(db, django_assert_num_queries):
    make_shipment(report=report(sighting("in_transit")))
    feeding.number_changes()

    with django_assert_num_queries(1):
        assert feeding.number_changes() == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_change_that_becomes_visible_late_is_behind_nobody():
    if connection.vendor == "sqlite":
        # Writers queue there, so rows become visible in the order of their numbers.
        make_shipment(report=report(sighting("in_transit")))
        assert len(read()) == 1
        return
    merchant = make_merchant()
    slow, quick = make_shipment(merchant), make_shipment(merchant)
    is_written, may_end = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            record(slow.pk, report(sighting("in_transit")), now=NOW)
            is_written.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=write_slowly)
    thread.start()
    is_written.wait(10)
    record(quick.pk, report(sighting("in_transit")), now=NOW)
    seen = read()
    may_end.set()
    thread.join()

    assert [one.shipment_id for one in seen] == [quick.pk]
    assert [one.shipment_id for one in read(seen[-1].position)] == [slow.pk]
    assert Outbox.objects.get(shipment=slow).pk < Outbox.objects.get(shipment=quick).pk


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_who_number_at_once_give_each_change_one_position():
    merchant = make_merchant()
    for _ in range(40):
        make_shipment(merchant, report=report(sighting("in_transit")))

    def number():
        feeding.number_changes()
        connection.close()

    threads = [threading.Thread(target=number) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(Outbox.objects.values_list("position", flat=True)) == list(range(1, 41))


def test_a_time_between_many_changes_leads_close_to_them(merchant, django_assert_max_num_queries):
    hours = range(100, 0, -1)
    for ago in hours:
        said = report(sighting("in_transit"))
        record(make_shipment(merchant).pk, said, now=NOW - timedelta(hours=ago))
    feeding.number_changes()

    for ago in (100, 64, 33, 7, 1):
        with django_assert_max_num_queries(9):
            start = feeding.position_before(NOW - timedelta(hours=ago), merchant.pk)
        [first] = feeding.changes_after(start, 1, merchant.pk)
        assert first.created_at == NOW - timedelta(hours=ago)


def test_who_must_not_wait_numbers_some_only(merchant, monkeypatch):
    monkeypatch.setattr(feeding, "AT_ONCE", 2)
    for _ in range(5):
        make_shipment(merchant, report(sighting("in_transit")))

    assert [feeding.number_changes(most=3) for _ in range(3)] == [4, 1, 0]
