"""A shop's shipment with two items, two legs and a number, to try the parts of."""

from apps.shipments.reports import ItemReport, LegReport, NumberReport
from tests.builders import make_shipment, report, sighting

DHL, UPS = LegReport("dhl", "DHL"), LegReport("ups", "UPS")
MUG, LID = ItemReport(custom_reference="MUG"), ItemReport(custom_reference="LID")


def make_whole(merchant, *sightings, **fields):
    said = report(
        *(sightings or (sighting("accepted", leg=0),)),
        legs=(DHL, UPS),
        items=(MUG, LID),
        numbers=(NumberReport("JD01", 0), NumberReport("1Z02", 1, 1)),
    )
    return make_shipment(merchant, said, **fields)


def path_of(shipment, *more):
    return "/".join(("/api/shipments", shipment.reference, *map(str, more)))
