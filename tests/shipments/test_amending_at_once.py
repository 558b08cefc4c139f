"""What staff put right while news come in: real threads, nothing lost and nothing twice."""

from datetime import timedelta

import pytest

from apps.shipments import recording
from apps.shipments.correcting import NothingWrong, renumber
from apps.shipments.models import Event, Outbox, Shipment, TrackingNumber
from apps.shipments.reading import journey_of
from apps.shipments.reports import LegReport, NumberReport
from apps.shipments.uniting import AlreadyUnited, unite
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.shipments.test_concurrency import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def said(number):
    time = (NOW - timedelta(minutes=number)).isoformat()
    return report(
        sighting("in_transit", time, leg=0),
        legs=(LegReport(carrier_code="ups"),),
        numbers=(NumberReport("1Z1", 0),),
    )


def attempt(work, *refusals):
    """Return a job that does the work and tells whether it was refused."""

    def job():
        try:
            work()
        except refusals:
            return False
        return True

    return job


def versions_match():
    """Tell whether versions and outbox rows say the same of every shipment."""
    last = {}
    for shipment, version in Outbox.objects.order_by("version").values_list("shipment", "version"):
        last[shipment] = version
    return last == dict(Shipment.objects.filter(version__gt=0).values_list("pk", "version"))


def test_news_of_both_that_come_while_they_are_united_are_all_there_once():
    merchant = make_merchant()
    first, other = make_shipment(merchant, said(0)), make_shipment(merchant, said(0))

    def told(number):
        pair = [(other.pk, said(number)), (first.pk, said(number))]
        return lambda: recording.record_many(pair, now=NOW)

    def told_of_other(number):
        return lambda: recording.record(other.pk, said(number), now=NOW)

    news = [told(n) for n in range(1, 4)] + [told_of_other(n) for n in range(4, 7)]
    at_once(lambda: unite(first.pk, other.pk, now=NOW), *news)

    times = [event.moment.instant for event in journey_of(first.pk).events]
    assert len(times) == len(set(times)) == 7
    assert versions_match()


def test_a_duplicate_is_united_once_however_often_it_is_asked_for():
    merchant = make_merchant()
    one, two = make_shipment(merchant, said(1)), make_shipment(merchant, said(2))
    there = attempt(lambda: unite(one.pk, two.pk, now=NOW), AlreadyUnited)
    back = attempt(lambda: unite(two.pk, one.pk, now=NOW), AlreadyUnited)

    done = at_once(*[there, back] * (THREADS // 2))

    assert done.count(True) == 1
    assert Shipment.objects.exclude(merged_into=None).count() == 1
    assert versions_match()


def test_a_number_is_put_right_once_while_news_of_the_wrong_one_come():
    shipment = make_shipment(report=said(0))
    number = TrackingNumber.objects.get()

    def correct():
        renumber(number.pk, number="1Z2", carrier_code="ups", now=NOW)

    news = [lambda n=n: recording.record(shipment.pk, said(n), now=NOW) for n in range(1, 4)]
    done = at_once(*[attempt(correct, NothingWrong)] * 3, *news)

    assert done[:3].count(True) == 1
    assert journey_of(shipment.pk).events == ()
    assert not Event.objects.filter(superseded_at=None).exists()
    assert TrackingNumber.objects.get().number == "1Z2"
