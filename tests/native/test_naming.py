"""What events name is found by indexes, however many shipments a merchant has."""

import pytest

from apps.dialects.native_events import Told
from apps.native.naming import Names
from tests.builders import sighting
from tests.native.plans import plans_of
from tests.shipments.crowd import crowd

pytestmark = pytest.mark.django_db

__all__ = ["crowd"]

SEEN = sighting("delivered")


def test_names_are_looked_up_and_not_looked_through(crowd):
    by_name = [Told("$", SEEN, shipment=f"sp_{n}") for n in range(20)]
    by_number = [Told("$", SEEN, number=f"N{n}") for n in range(20)]

    of_shipments, of_numbers = plans_of(lambda: Names(crowd[0].pk, [*by_name, *by_number]))

    assert "shipment_newest" not in of_shipments
    assert "Seq Scan on shipments_shipment" not in of_shipments
    assert "number_folded" in of_numbers
    assert "shipment_newest" not in of_numbers


def test_a_number_means_the_merchants_own_shipment(crowd):
    big, small, _tiny = crowd
    # Every fifth is the small merchant's.
    row = Told("$", SEEN, number="n-10")

    assert Names(small.pk, [row]).shipment_of(row)
    with pytest.raises(ValueError, match="none of your shipments"):
        Names(big.pk, [row]).shipment_of(row)
