"""Real threads on a real database: what two processes do to one shipment at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from apps.shipments import recording, registering
from apps.shipments.models import Event, Item, Outbox, Shipment, TrackingNumber
from apps.shipments.reports import ItemReport, LegReport, NumberReport
from tests.builders import NOW, make_merchant, make_shipment, report, sighting

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

THREADS = 8


def at_once(*jobs):
    """Run the jobs at the same moment, each on a connection of its own."""
    barrier = Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait()
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def history(first, last):
    return [
        sighting("in_transit", (NOW - timedelta(minutes=n)).isoformat(), leg=0, item=0)
        for n in range(first, last)
    ]


def said(sightings):
    return report(
        *sightings,
        legs=(LegReport(carrier_code="ups"),),
        items=(ItemReport(custom_reference="A"),),
        numbers=(NumberReport("1Z1", 0, 0),),
    )


def test_one_report_recorded_by_many_at_once_is_recorded_once():
    shipment = make_shipment()
    job = lambda: recording.record(shipment.pk, said(history(0, 20)), now=NOW)  # noqa: E731

    results = at_once(*[job] * THREADS)

    assert sorted(result.added for result in results) == [0] * (THREADS - 1) + [20]
    assert (Event.objects.count(), Outbox.objects.count()) == (20, 1)
    assert (Item.objects.count(), TrackingNumber.objects.count()) == (1, 1)


def test_overlapping_reports_lose_nothing_and_double_nothing():
    shipment = make_shipment()
    parts = [said(history(5 * n, 5 * n + 10)) for n in range(THREADS)]

    at_once(*[lambda part=part: recording.record(shipment.pk, part, now=NOW) for part in parts])

    shipment.refresh_from_db()
    assert Event.objects.count() == 5 * THREADS + 5
    assert shipment.version == Outbox.objects.count() <= THREADS


def test_opposite_orders_of_the_same_shipments_do_not_deadlock():
    merchant = make_merchant()
    entries = [(make_shipment(merchant).pk, said(history(0, 3))) for _ in range(30)]
    forth = lambda: recording.record_many(entries, now=NOW)  # noqa: E731
    back = lambda: recording.record_many(entries[::-1], now=NOW)  # noqa: E731

    at_once(*[forth, back] * (THREADS // 2))

    assert Event.objects.count() == 90


def test_one_number_followed_by_many_at_once_is_registered_once():
    merchant = make_merchant()

    def job():
        return registering.follow(
            merchant.pk, carrier_code="ups", number="1Z 1", is_followed=True, now=NOW
        )

    ids = at_once(*[job] * THREADS)

    assert len(set(ids)) == 1
    assert Shipment.objects.count() == 1


def test_references_made_at_once_are_unique():
    merchant = make_merchant()

    def job():
        return [registering.register(merchant.pk, now=NOW) for _ in range(20)]

    at_once(*[job] * THREADS)

    shipments = Shipment.objects.all()
    for field in ("reference", "consignment_reference", "token"):
        assert shipments.values(field).distinct().count() == 20 * THREADS


def test_one_given_reference_is_given_once():
    merchant = make_merchant()
    reference = "sp_00076976827069691057723959934976"

    def job():
        try:
            return registering.register(merchant.pk, reference=reference, now=NOW)
        except registering.ReferenceTaken:
            return None

    ids = at_once(*[job] * THREADS)

    assert ids.count(None) == THREADS - 1


def test_one_sources_event_id_pushed_to_many_shipments_at_once_stays_unique():
    merchant = make_merchant()
    one = report(sighting("delivered", reference="tr_00076982052571118537797193957408"))
    shipments = [make_shipment(merchant).pk for _ in range(THREADS)]

    at_once(*[lambda pk=pk: recording.record(pk, one, now=NOW) for pk in shipments])

    assert Event.objects.count() == THREADS
    assert Event.objects.exclude(source_reference=None).count() == 1
