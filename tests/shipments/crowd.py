"""Thousands of shipments, written without recording, to see how they are looked for."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from apps.shipments.models import Carrier, Item, Leg, Recipient, Shipment, TrackingNumber
from apps.shipments.status import GRAVITY, STATUSES
from tests.builders import NOW, make_merchant

HOUR = timedelta(hours=1)
# Of a hundred parcels: most have arrived long ago, some are on their way, few have a problem.
COURSE = [*["delivered"] * 80, *["in_transit"] * 8, *["delivered.neighbour"] * 4]
COURSE += ["pre_transit", "out_for_delivery", "attempted", "exception.address", "returned"]
COURSE += ["cancelled", "exception.lost", "returning"]
COUNT = 6_000


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker):
    """Shipments 1 to `COUNT` of a big, a small and a tiny merchant, for a whole module.

    Each has a leg, a number `N<n>`, an item `SKU-<n>` and a recipient `P<n>@example.com`.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        merchants = [make_merchant(name) for name in ("big", "small", "tiny")]
        fill(merchants)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield merchants
        transaction.set_rollback(True)


def fill(merchants):
    numbers = range(1, COUNT + 1)
    made = Shipment.objects.bulk_create([_shipment(n, _of(n, merchants)) for n in numbers])
    Shipment.objects.update(created_at=F("code_since"))
    Recipient.objects.bulk_create(
        Recipient(shipment=one, email=f"P{n}@example.com" if n % 2 else "")
        for n, one in enumerate(made, 1)
    )
    Item.objects.bulk_create(
        Item(shipment=one, position=1, custom_reference=f"SKU-{n}") for n, one in enumerate(made, 1)
    )
    ups, elta = (Carrier.objects.get(code=code) for code in ("ups", "elta"))
    legs = Leg.objects.bulk_create(_leg(n, one, ups, elta) for n, one in enumerate(made, 1))
    TrackingNumber.objects.bulk_create(
        TrackingNumber(leg=leg, number=f"N{n}", folded=f"N{n}") for n, leg in enumerate(legs, 1)
    )


def _of(n, merchants):
    big, small, tiny = merchants
    if n % 100 == 7:
        return tiny
    return small if n % 5 == 0 else big


def _shipment(n, merchant):
    code = COURSE[n * 37 % 100]
    since, is_open = NOW - n * HOUR, not STATUSES[code].is_terminal
    has_arrived = code.startswith("delivered")
    return Shipment(
        merchant=merchant,
        custom_reference=f"C-{n}" if n % 3 else "",
        order_reference=f"O-{n // 2}" if n % 4 else "",
        code=code,
        severity=GRAVITY[code],
        is_open=is_open,
        code_since=since,
        last_scan_at=since if code != "pre_transit" else None,
        delivered_at=since if has_arrived else None,
        due_at=since + 24 * HOUR if n % 2 else None,
    )


def _leg(n, shipment, ups, elta):
    """Nearly all go by UPS, few by ELTA, and fewer by a carrier nobody knows."""
    if n % 1_000 == 500:
        return Leg(shipment=shipment, position=1, order=1, carrier_code="acme_vans")
    carrier = elta if n % 500 == 1 else ups
    return Leg(shipment=shipment, position=1, order=1, carrier=carrier, carrier_code=carrier.code)


def plan_of(query):
    """Return how the database would go about a query."""
    return query.explain()


def read_whole(query, table="shipments_shipment"):
    """Tell whether a database would read a whole table for a page of a query."""
    plan = plan_of(query)
    if connection.vendor == "postgresql":
        return f"Seq Scan on {table}" in plan
    return any(
        f"SCAN {table}" in line and "INDEX" not in line and "PRIMARY KEY" not in line
        for line in plan.splitlines()
    )
