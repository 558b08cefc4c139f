"""SortedPRO v1 as its tests call it."""

from apps.shipments.reports import ItemReport, LegReport, NumberReport
from tests.builders import make_shipment, report, sighting

PACKAGE = "PackageReferenceForAllLegsAssignedByMpd"


UNKNOWN = "EC-000-000-000"


FIRST = LegReport(carrier_code="usps", service_name="Carrier Service A")


SECOND = LegReport(carrier_code="ups", service_name="Carrier Service B")


def two_legs(merchant):
    """Two packages; the first was seen on both legs, the second on the first only."""
    return make_shipment(
        merchant,
        report(
            sighting("accepted.collected", "2026-03-01T08:00:00+00:00", leg=0, item=0),
            sighting("accepted.collected", "2026-03-01T08:01:00+00:00", leg=0, item=1),
            sighting("out_for_delivery", "2026-03-02T08:00:00+00:00", leg=1, item=0),
            legs=(FIRST, SECOND),
            items=(ItemReport(description="A"), ItemReport(description="B")),
            numbers=(NumberReport("1Z1", 0), NumberReport("1Z2", 1)),
        ),
    )


def packages(v1, shipment):
    return v1.get(f"/tracking/{shipment.consignment_reference}").json()["TrackedPackages"]


def flattened(v1, shipment):
    answer = v1.get(f"/tracking/flattened/{shipment.consignment_reference}")
    return answer.json()["TrackedPackages"]
