"""A journey straight from a report, as if it had been recorded and read again."""

from datetime import UTC, datetime

from msgspec.structs import replace

from apps.shipments.journey import (
    Journey,
    JourneyEvent,
    JourneyItem,
    JourneyLeg,
    JourneyNumber,
    JourneyPromise,
    MerchantView,
)
from apps.shipments.reports import LegReport, Moment, NumberReport, Report, Sighting

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
REFERENCE = "sp_00000000000000000000000000000042"
CARRIER_NUMBERS = {"usps": 1, "ups": 3}


def at(text, offset=0, **fields):
    return Moment(datetime.fromisoformat(text), offset, **fields)


def journey_of(report, *, code="in_transit", **fields):
    """Return the journey of one report; events newest first."""
    journey = Journey(
        reference=REFERENCE,
        consignment_reference="EC-4DF-002-9QX",
        custom_reference="",
        order_reference="",
        token="token",
        merchant=MerchantView("Acme", "acme"),
        code=code,
        version=1,
        created_at=NOW,
        updated_at=NOW,
        origin_country=report.origin_country,
        destination_country=report.destination_country,
        recipient=None,
        promises=(_promise(report.promise),) if report.promise else (),
        items=tuple(_item(said, index + 1) for index, said in enumerate(report.items)),
        legs=tuple(_leg(said, index + 1) for index, said in enumerate(report.legs)),
        numbers=tuple(_number(said, report.source) for said in report.numbers),
        events=_events(report),
    )
    return replace(journey, **fields)


def told_by_another(*sightings, code="in_transit", **fields):
    """Return the journey of one number on one leg, told by a source that is no dialect's."""
    report = Report(
        source="acs",
        sightings=sightings,
        legs=(LegReport("acs", "ACS Courier"),),
        numbers=(NumberReport("7123456789", 0),),
    )
    return journey_of(report, code=code, **fields)


def sighting(code, time="2026-03-01T10:00:00+00:00", **fields):
    return Sighting(code=code, moment=at(time), **fields)


def _events(report):
    told = sorted(report.sightings, key=lambda s: (s.moment.instant, s.position), reverse=True)
    return tuple(_event(said, report.source, index) for index, said in enumerate(told))


def _event(said, source, index):
    return JourneyEvent(
        reference=said.reference or f"tr_{index:032d}",
        code=said.code,
        moment=said.moment,
        received_at=said.received_at or NOW,
        recorded_at=NOW,
        leg=None if said.leg is None else said.leg + 1,
        item=None if said.item is None else said.item + 1,
        description=said.description,
        source=source,
        word=said.word,
        carrier_code=said.carrier_code,
        place=said.place,
        signee=said.signee,
    )


def _leg(said, position):
    return JourneyLeg(
        position=position,
        order=position,
        carrier_code=said.carrier_code,
        carrier_name=said.carrier_name,
        carrier_number=CARRIER_NUMBERS.get(said.carrier_code),
        service_code=said.service_code,
        service_name=said.service_name,
        estimated_days=said.estimated_days,
        contact_url="",
    )


def _number(said, source):
    return JourneyNumber(
        number=said.number,
        leg=said.leg + 1,
        item=None if said.item is None else said.item + 1,
        tracking_url=said.tracking_url,
        label_id="se-7",
        source=source if said.headline else "",
        headline=said.headline,
        asked_at=None,
        answered_at=None,
        failing_since=None,
    )


def _item(said, position):
    return JourneyItem(
        position=position,
        reference=said.reference or f"sc_{position:032d}",
        package_reference=said.package_reference or "EP-A04-0DA-K9L",
        custom_reference=said.custom_reference,
        description=said.description,
        quantity=said.quantity,
        picture_url="",
        parent=None,
        code="in_transit",
    )


def _promise(said):
    return JourneyPromise(said.since, said.until, said.given_by, said.reason, NOW)
