"""News of one package of several: whose source does not know the others."""

import pytest

from apps.shipments import recording
from apps.shipments.models import TrackingNumber
from apps.shipments.reports import Headline, ItemReport, LegReport, NumberReport
from tests.builders import NOW, make_shipment, report, sighting

pytestmark = pytest.mark.django_db

BOXES = tuple(ItemReport(custom_reference=name) for name in ("box 1", "box 2", "box 3"))
DELIVERED, LATER = sighting("delivered"), "2026-03-01T11:00:00+00:00"


def packed(*numbers):
    """Return a shipment of three boxes whose numbers are pairs of number and index of item."""
    told = tuple(NumberReport(number, 0, item) for number, item in numbers)
    known = report(source="shop", legs=(LegReport("ups"),), items=BOXES, numbers=told)
    return make_shipment(report=known)


def hear(shipment, number, *sightings, **fields):
    """Record what a source tells that knows one number only."""
    numbers = (NumberReport(number, 0, headline=fields.pop("headline", None)),)
    told = report(*sightings, legs=(LegReport("ups"),), numbers=numbers, **fields)
    recording.record(shipment.pk, told, now=NOW)
    shipment.refresh_from_db()
    return [item.code for item in shipment.items.order_by("position")]


def test_one_package_that_arrived_is_not_all_of_them():
    shipment = packed(("A", 0), ("B", 1), ("C", 2))

    codes = hear(shipment, "B", DELIVERED)

    assert codes == ["unknown.no_scans", "delivered", "unknown.no_scans"]
    assert shipment.code == "delivered.partial"
    assert TrackingNumber.objects.count() == 3


def test_when_the_last_package_arrived_all_have():
    shipment = packed(("A", 0), ("B", 1), ("C", 2))

    for number in "CAB":
        hear(shipment, number, DELIVERED)

    assert shipment.code == "delivered"
    assert shipment.events.count() == 3


def test_a_packages_headline_is_its_own_too():
    shipment = packed(("A", 0), ("B", 1), ("C", 2))

    codes = hear(shipment, "A", headline=Headline("delivered", said_at=NOW))

    assert codes == ["delivered", "unknown.no_scans", "unknown.no_scans"]


def test_items_that_share_a_package_share_its_news():
    shipment = packed(("A", 0), ("A", 1), ("B", 2))

    codes = hear(shipment, "a", sighting("delivered", reference="d-1"))

    assert codes == ["delivered", "delivered", "unknown.no_scans"]


@pytest.mark.parametrize(
    "numbers",
    [
        [("A", None), ("B", 0), ("C", 1)],  # the number of all
        [("A", 0)],  # the others have none
        [("A", 0), ("A", 1), ("A", 2)],
        [],
    ],
)
def test_a_number_that_is_not_of_some_only_tells_of_all(numbers):
    shipment = packed(*numbers)

    codes = hear(shipment, "A", DELIVERED)

    assert (codes, shipment.code) == (["delivered"] * 3, "delivered")


def test_a_number_known_before_its_package_was_tells_of_the_package():
    shipment = packed(("A", None), ("A", 0), ("B", 1))

    hear(shipment, "A", DELIVERED)

    assert shipment.code == "delivered.partial"


def test_a_source_that_names_items_is_believed():
    shipment = packed(("A", 0), ("B", 1))

    codes = hear(shipment, "A", sighting("delivered", item=0), items=(BOXES[1],))

    assert codes[:2] == ["unknown.no_scans", "delivered"]


def test_the_same_news_again_changes_nothing():
    shipment = packed(("A", 0), ("B", 1))
    told = (sighting("in_transit"), sighting("delivered", LATER))
    hear(shipment, "B", *told)
    version = shipment.version

    hear(shipment, "B", *told)

    assert (shipment.version, shipment.events.count()) == (version, 2)


def test_packages_that_pass_a_place_together_each_have_their_scan():
    shipment = packed(("A", 0), ("B", 1))

    for number in "ABAB":
        hear(shipment, number, sighting("in_transit"))

    assert sorted(shipment.events.values_list("item", flat=True)) == [1, 2]


def test_an_event_taken_for_all_is_given_to_its_package_once_that_is_known():
    shipment = make_shipment()
    scan = sighting("delivered", reference="d-1")
    hear(shipment, "A", scan)
    before = shipment.code
    recording.record(
        shipment.pk,
        report(
            legs=(LegReport("ups"),),
            items=BOXES[:2],
            numbers=(NumberReport("A", 0, 0), NumberReport("B", 0, 1)),
        ),
        now=NOW,
    )

    hear(shipment, "A", scan)

    assert (before, shipment.code) == ("delivered", "delivered.partial")
    assert shipment.events.get().item == 1


def test_a_delivery_to_the_next_carrier_is_a_hand_over():
    legs = (LegReport("ups"), LegReport("elta"))
    numbers = (NumberReport("A", 0), NumberReport("B", 1))
    shipment = make_shipment(report=report(source="shop", legs=legs, numbers=numbers))

    hear(shipment, "A", sighting("delivered", leg=0))

    assert shipment.code == "in_transit.handed_over"
