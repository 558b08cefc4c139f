"""A merchant's list costs the same at any number of shipments, whatever it is narrowed down by."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models import Q

from apps.shipments import shelves
from apps.shipments.listing import Mark, Wanted, page, statement_of
from apps.shipments.models import Recipient, Shipment
from apps.shipments.reports import LegReport, NumberReport
from apps.shipments.status import STATUSES
from tests.builders import NOW, make_merchant, make_shipment, report
from tests.shipments.crowd import HOUR, crowd

pytestmark = pytest.mark.django_db

__all__ = ["crowd"]

# As it is in the crowd: registered so many hours ago, one each hour.
MIDDLE = Mark(NOW - 3_000 * HOUR, 3_000)
OLD, RECENT = NOW - 5_000 * HOUR, NOW - 700 * HOUR


def ids_of(merchant, wanted, limit=10_000, after=None):
    return page(merchant.pk, wanted, after=after, limit=limit)


def expected(merchant, *conditions):
    found = Shipment.objects.filter(*conditions, merchant=merchant)
    return list(found.order_by("-created_at", "-pk").values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("wanted", "condition"),
    [
        (Wanted(), Q()),
        (Wanted(code="in_transit"), Q(code="in_transit")),
        (Wanted(code="exception"), Q(code__startswith="exception")),
        (Wanted(code="delivered"), Q(code__startswith="delivered")),
        (Wanted(code="delivered.neighbour"), Q(code="delivered.neighbour")),
        (Wanted(is_open=True), Q(is_open=True)),
        (Wanted(is_open=False), Q(is_open=False)),
        (Wanted(code="exception", is_open=True), Q(code="exception.address")),
        (Wanted(code="returned", is_open=True), Q(pk=0)),
        (Wanted(since=OLD, before=RECENT), Q(created_at__gte=OLD, created_at__lt=RECENT)),
        (
            Wanted(code="in_transit", since=OLD, before=RECENT),
            Q(code="in_transit", created_at__gte=OLD, created_at__lt=RECENT),
        ),
        (
            Wanted(carrier_code="elta", since=OLD),
            Q(legs__carrier__code="elta", created_at__gte=OLD),
        ),
        (Wanted(order_reference="O-77"), Q(order_reference="O-77")),
        (Wanted(custom_reference="C-77"), Q(custom_reference="C-77")),
        (Wanted(custom_reference="C-77", code="attempted"), Q(pk=0)),
        (Wanted(number="n 77"), Q(legs__numbers__folded="N77")),
        (Wanted(email="p77@EXAMPLE.com"), Q(recipient__email="P77@example.com")),
        (Wanted(number="N77", email="P79@example.com"), Q(pk=0)),
    ],
)
def test_the_list_holds_what_was_asked_for_the_newest_first(crowd, wanted, condition):
    for merchant in crowd:
        assert ids_of(merchant, wanted) == expected(merchant, condition)


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(code="delivered"), Wanted(is_open=True)])
def test_pages_join_without_a_gap(crowd, wanted):
    merchant, found, after = crowd[2], [], None
    made = dict(Shipment.objects.filter(merchant=merchant).values_list("pk", "created_at"))

    while ids := ids_of(merchant, wanted, limit=7, after=after):
        found += ids
        after = Mark(made[ids[-1]], ids[-1])

    assert found == ids_of(merchant, wanted)


def test_shipments_of_the_same_moment_are_told_apart_by_their_rows():
    merchant = make_merchant()
    ids = [make_shipment(merchant).pk for _ in range(5)]
    Shipment.objects.update(created_at=NOW)

    first = ids_of(merchant, Wanted(), limit=2)
    rest = ids_of(merchant, Wanted(), after=Mark(NOW, first[-1]))

    assert first + rest == ids[::-1]


WITHOUT_NAMES = {
    "all": Wanted(),
    "an age": Wanted(before=OLD),
    "a rare status": Wanted(code="attempted"),
    "a milestone": Wanted(code="exception"),
    "the common milestone": Wanted(code="delivered"),
    "what is open": Wanted(is_open=True),
    "what is over": Wanted(is_open=False),
    "a status long ago": Wanted(code="in_transit", before=OLD),
    "a channel of a month": Wanted(channel="de", since=RECENT),
    "a carrier of a month": Wanted(carrier_code="elta", since=RECENT),
    "a carrier and a status of a month": Wanted(
        carrier_code="ups", code="in_transit", since=RECENT
    ),
}


def plan_of(merchant, wanted, after=None):
    sql, values = statement_of(merchant.pk, wanted, after, 26)
    word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {sql}", values)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def is_read_whole(plan):
    if connection.vendor == "postgresql":
        return "Seq Scan on shipments_shipment" in plan
    lines = plan.splitlines()
    return any("SCAN shipments_shipment" in one and "INDEX" not in one for one in lines)


@pytest.mark.parametrize("after", [None, MIDDLE])
@pytest.mark.parametrize("name", WITHOUT_NAMES)
def test_no_page_reads_all_shipments(crowd, name, after):
    for merchant in crowd:
        plan = plan_of(merchant, WITHOUT_NAMES[name], after)
        assert not is_read_whole(plan), plan


@pytest.mark.parametrize("after", [None, MIDDLE])
@pytest.mark.parametrize("name", [name for name in WITHOUT_NAMES if "month" not in name])
def test_a_page_is_read_in_order_along_indexes_and_merged(crowd, name, after):
    plan = plan_of(crowd[0], WITHOUT_NAMES[name], after)

    assert "shipment_newest" in plan or "shipment_status" in plan
    if connection.vendor == "sqlite":
        lines = plan.splitlines()
        # Parts are sorted when they are merged, a page of each, and not while they are read.
        sorted_after = {one for one, then in pairwise(lines) if "TEMP B-TREE" in then}
        assert not any("INDEX" in one for one in sorted_after)


def test_a_page_by_status_is_merged_from_the_index_of_each(crowd):
    codes = [code for code in STATUSES if code.startswith("exception")]

    plan = plan_of(crowd[0], Wanted(code="exception"), MIDDLE)

    if connection.vendor == "sqlite":
        assert plan.count("shipment_status") == len(codes)
    assert "shipment_status" in plan


NAMED = {
    "shipment_custom_reference": Wanted(custom_reference="C-77"),
    "shipment_order_reference": Wanted(order_reference="O-77", is_open=False),
}


@pytest.mark.parametrize("index", NAMED)
def test_a_shops_own_name_is_looked_up(crowd, index):
    assert index in plan_of(crowd[0], NAMED[index])


@pytest.mark.parametrize(
    "wanted", [Wanted(number="N77"), Wanted(email="P77@example.com", code="delivered")]
)
def test_a_number_or_address_is_looked_up_first(crowd, wanted, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(ids_of(crowd[0], wanted)) == 1


def test_a_page_by_many_statuses_is_one_statement(crowd, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(ids_of(crowd[0], Wanted(is_open=True), limit=26)) == 26


def test_carrier_and_channel_are_sifted_from_a_month_only():
    day = timedelta(days=1)
    bounded = [
        Wanted(),
        Wanted(code="delivered"),
        Wanted(carrier_code="ups", order_reference="1"),
        Wanted(channel="de", email="a@b.example"),
        Wanted(channel="de", since=NOW - 31 * day),
        Wanted(carrier_code="ups", since=NOW - 99 * day, before=NOW - 70 * day),
    ]
    unbounded = [
        Wanted(carrier_code="ups"),
        Wanted(channel="de", code="exception"),
        Wanted(channel="de", since=NOW - 32 * day),
        Wanted(carrier_code="ups", since=NOW - 99 * day, before=NOW - 60 * day),
        Wanted(carrier_code="ups", since=NOW - 99 * day, before=NOW + 9999 * day),
    ]

    assert [one.is_bounded(NOW) for one in bounded] == [True] * len(bounded)
    assert [one.is_bounded(NOW) for one in unbounded] == [False] * len(unbounded)


def test_what_others_have_and_what_was_united_is_not_listed():
    ours, theirs = make_merchant("Ours"), make_merchant("Theirs")
    said = report(legs=(LegReport("ups"),), numbers=(NumberReport("AB1", 0),))
    mine, other = make_shipment(ours, said), make_shipment(theirs, said)
    for shipment in (mine, other):
        Recipient.objects.create(shipment=shipment, email="a@example.com")
    make_shipment(ours, merged_into=mine)

    for wanted in (Wanted(), Wanted(number="AB1"), Wanted(email="a@example.com")):
        assert ids_of(ours, wanted) == [mine.pk]


def test_the_statuses_that_are_open_are_those_of_open_parcels(crowd):
    open_ones = shelves.newest().filter(merchant=crowd[0], is_open=True)

    assert len(ids_of(crowd[0], Wanted(is_open=True))) == open_ones.count() > 0
