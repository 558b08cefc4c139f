"""A merchant's own reference is looked up in an index, and not among all its shipments."""

import pytest
from django.db import connection

from apps.api import lookups
from apps.api.models import ApiKey
from apps.shipments.models import TrackingNumber
from tests.shipments.crowd import crowd, plan_of, read_whole

pytestmark = pytest.mark.django_db

__all__ = ["crowd"]


@pytest.mark.parametrize("most", [None, 100])
def test_a_shipment_is_looked_up_by_the_merchants_own_reference(crowd, most):
    found = lookups.by_custom_reference(ApiKey(merchant=crowd[0]), "C-77")[:most]

    assert "shipment_custom_reference" in plan_of(found)
    assert not read_whole(found)


@pytest.mark.parametrize("most", [None, 1])
def test_a_shipment_is_looked_up_by_our_references(crowd, most):
    found = lookups.by_reference(ApiKey(merchant=crowd[0]), "sp_1")[:most]

    assert "shipment_newest" not in plan_of(found)
    assert not read_whole(found)


def test_contents_are_looked_up_by_the_merchants_own_reference(crowd):
    found = lookups.by_contents_reference(ApiKey(merchant=crowd[0]), "SKU-77")

    plan = plan_of(found)
    assert "shipment_custom_reference" in plan
    assert "item_custom_reference" in plan
    assert not read_whole(found, "shipments_item")


def test_no_reference_is_nobodys_reference(crowd):
    key = ApiKey(merchant=crowd[0])

    assert not lookups.by_custom_reference(key, "").exists()
    assert not lookups.by_contents_reference(key, "").exists()


def test_a_number_has_one_index_to_be_found_by(crowd):
    with connection.cursor() as cursor:
        table = TrackingNumber._meta.db_table
        found = connection.introspection.get_constraints(cursor, table)

    of_folded = [name for name, one in found.items() if one["columns"] == ["folded"]]
    assert of_folded == ["number_folded"]
