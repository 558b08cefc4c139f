"""A shipment is found by any one of its names, at the cost of a look into each index."""

import pytest
from django.db.models import Q

from apps.shipments.finding import ids_of, named
from apps.shipments.models import Recipient, Shipment
from apps.shipments.reports import ItemReport, LegReport, NumberReport
from tests.builders import make_merchant, make_shipment, report
from tests.shipments.crowd import crowd, plan_of, read_whole

pytestmark = pytest.mark.django_db

__all__ = ["crowd"]

SAID = report(
    legs=(LegReport("ups"),),
    items=(ItemReport(custom_reference="SKU-7"), ItemReport(custom_reference="SKU-8")),
    numbers=(NumberReport("1Z 999-aa", 0, 0),),
)


def found(term):
    return [shipment.pk for shipment in Shipment.objects.filter(named(term))]


def known_shipment():
    shipment = make_shipment(
        make_merchant("Known"), SAID, custom_reference="A 1", order_reference="10432"
    )
    Recipient.objects.create(shipment=shipment, email="P.Jones@Example.com")
    return shipment


def test_each_of_its_names_finds_a_shipment():
    make_shipment(make_merchant("Other"), report(legs=(LegReport("ups"),)))
    shipment = known_shipment()
    item = shipment.items.first()
    names = [
        shipment.reference.upper(),
        shipment.consignment_reference.lower(),
        shipment.token,
        f"https://track.example/t/{shipment.token}/",
        "A 1",
        "10432",
        item.reference,
        item.package_reference.lower(),
        "SKU-8",
        "1z999aa",
        "1Z 999 AA",
        "p.jones@EXAMPLE.com",
        "  10432\t",
    ]

    assert [found(name) for name in names] == [[shipment.pk]] * len(names)


@pytest.mark.parametrize(
    "name", ["", " ", "\0", "a 1", "1043", "%", "p.jones", "\ud800", "x" * 9999]
)
def test_nothing_less_than_a_whole_name_finds_anything(name):
    known_shipment()
    make_shipment(make_merchant("Without names"))

    assert found(name) == []


def test_one_that_has_a_name_twice_is_found_once():
    shipment = make_shipment(custom_reference="7", order_reference="7")

    assert found("7") == [shipment.pk]


def test_all_parcels_of_an_order_are_found():
    merchant = make_merchant()
    parcels = [make_shipment(merchant, order_reference="10432").pk for _ in range(3)]

    assert sorted(found("10432")) == parcels


def test_a_search_stays_within_what_it_is_asked_of():
    shipment = known_shipment()
    others = Shipment.objects.exclude(merchant=shipment.merchant_id)

    assert not others.filter(named("10432")).exists()


@pytest.mark.parametrize("term", ["O-77", "C-77", "N77", "P77@EXAMPLE.COM", "SKU-77", "nobody"])
def test_no_table_is_read_whole_for_a_name(crowd, term):
    found = ids_of(term)

    tables = ("shipment", "item", "leg", "trackingnumber", "recipient")
    assert [table for table in tables if read_whole(found, f"shipments_{table}")] == []


@pytest.mark.parametrize("whose", [None, 0, 2])
@pytest.mark.parametrize("order", ["-pk", "-created_at"])
def test_what_is_named_is_looked_up_and_not_sought_in_a_list(crowd, whose, order):
    mine = Q() if whose is None else Q(merchant_id=crowd[whose].pk)

    page = Shipment.objects.filter(mine).filter(named("O-77")).order_by(order)[:50]

    assert any(key in plan_of(page) for key in ("shipments_shipment_pkey", "INTEGER PRIMARY KEY"))


def test_a_search_takes_one_statement_and_the_list_another(crowd, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(found("O-77")) == 2


INDEXES = [
    "shipment_reference",
    "shipment_consignment",
    "shipment_token",
    "shipment_custom_reference",
    "shipment_order_reference",
    "item_reference",
    "item_package",
    "item_custom_reference",
    "number_folded",
    "recipient_email",
]


def test_every_kind_of_name_has_its_index(crowd):
    plan = plan_of(ids_of("O-77"))

    # SQLite names no index of its own making, which unique columns have.
    made = [name for name in INDEXES if name in plan]
    unnamed = plan.count("sqlite_autoindex")
    assert len(made) + unnamed == len(INDEXES), plan
