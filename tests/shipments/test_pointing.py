"""Events that are told of the legs and items a shipment has already."""

import pytest

from apps.shipments import recording
from apps.shipments.pointing import report_on
from apps.shipments.reading import journey_of, no_events
from apps.shipments.reports import ItemReport, LegReport, NumberReport
from tests.builders import NOW, make_shipment, report, sighting

pytestmark = pytest.mark.django_db

# Two legs alike, a blank one, and a number that two legs share.
LEGS = (LegReport("dhl"), LegReport("dhl"), LegReport("ups"), LegReport())
NUMBERS = (NumberReport("A", 0), NumberReport("A", 2), NumberReport("B", 3, 1))
ITEMS = (ItemReport(custom_reference="MUG"), ItemReport(custom_reference="LID"))


@pytest.fixture
def shipment():
    return make_shipment(report=report(legs=LEGS, items=ITEMS, numbers=NUMBERS))


@pytest.mark.parametrize("leg", [None, 1, 2, 3, 4])
@pytest.mark.parametrize("item", [None, 1, 2])
def test_an_event_is_of_the_leg_and_item_that_are_meant(shipment, leg, item):
    journey = journey_of(shipment.pk, no_events)
    told = report_on(journey, "api", [sighting("delivered", leg=leg, item=item)])

    result = recording.record(shipment.pk, told, now=NOW)

    event = shipment.events.get()
    assert (event.leg, event.item, result.version) == (leg, item, 2)


def test_pointing_adds_no_parts(shipment):
    before = journey_of(shipment.pk)

    result = recording.record(shipment.pk, report_on(before, "api", []), now=NOW)

    assert (result.is_changed, journey_of(shipment.pk)) == (False, before)


def test_legs_that_changed_places_are_known_again(shipment):
    shipment.legs.filter(position=3).update(order=0)
    journey = journey_of(shipment.pk, no_events)

    told = report_on(journey, "api", [sighting("delivered", leg=3)])
    recording.record(shipment.pk, told, now=NOW)

    assert shipment.events.get().leg == 3
    assert [leg.position for leg in journey_of(shipment.pk).legs] == [3, 1, 2, 4]
