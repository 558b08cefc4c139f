"""Reports that point to the legs and items a shipment has already."""

from collections.abc import Iterable

from msgspec.structs import replace

from apps.shipments.journey import Journey
from apps.shipments.reports import ItemReport, LegReport, NumberReport, Report, Sighting


def report_on(journey: Journey, source: str, sightings: Iterable[Sighting]) -> Report:
    """Return a report of sightings whose `leg` and `item` are positions in the journey.

    It names all legs, items and numbers there are, so that recording knows them again.
    """
    legs = {leg.position: index for index, leg in enumerate(journey.legs)}
    items = {item.position: index for index, item in enumerate(journey.items)}
    return Report(
        source=source,
        sightings=tuple(_indexed(one, legs, items) for one in sightings),
        legs=tuple(
            LegReport(leg.carrier_code, leg.carrier_name, leg.service_code, leg.service_name)
            for leg in journey.legs
        ),
        items=tuple(ItemReport(reference=item.reference) for item in journey.items),
        numbers=tuple(
            NumberReport(
                number=number.number,
                leg=legs[number.leg],
                item=None if number.item is None else items[number.item],
            )
            for number in journey.numbers
        ),
    )


def _indexed(seen: Sighting, legs: dict[int, int], items: dict[int, int]) -> Sighting:
    return replace(
        seen,
        leg=None if seen.leg is None else legs[seen.leg],
        item=None if seen.item is None else items[seen.item],
    )
