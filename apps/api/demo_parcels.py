"""The demo shop's own parcels: one for each thing a customer may have to read.

Times are hours from the moment the demo is loaded, so that the pages always look alive.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from apps.shipments.reports import (
    ItemReport,
    LegReport,
    Moment,
    NumberReport,
    Place,
    PromiseReport,
    Report,
    Sighting,
)


class Scan(NamedTuple):
    hours: float
    code: str
    words: str
    city: str = ""
    country: str = ""
    leg: int = 0
    item: int | None = None


class Parcel(NamedTuple):
    name: str
    order: str
    legs: tuple[tuple[str, str, str], ...]  # carrier code, service, number
    scans: tuple[Scan, ...]
    window: tuple[float, float] | None = None
    items: tuple[str, ...] = ()
    destination: str = "GB"


ROYAL = ("royal_mail", "Tracked 24", "QP004512345GB")

PARCELS = (
    Parcel(
        "out for delivery",
        "10432",
        (("evri_international", "Next Day", "H01HYA0012345678"),),
        (
            Scan(-44, "pre_transit.label_created", "We are expecting your parcel"),
            Scan(-27, "accepted.collected", "Collected from the shop", "Leeds", "GB"),
            Scan(-19, "in_transit.arrived", "Arrived at the national hub", "Barnsley", "GB"),
            Scan(-6, "in_transit.local_depot", "At your local depot", "Stockport", "GB"),
            Scan(-2, "out_for_delivery", "On the van with your courier", "Stockport", "GB"),
        ),
        window=(1, 2),
        items=("Blue jumper, size M", "Wool socks"),
    ),
    Parcel(
        "later than planned",
        "10432",
        (("ups", "Standard", "1Z9999999999999999"),),
        (
            Scan(-70, "accepted.collected", "Pickup scan", "Köln", "DE"),
            Scan(-52, "in_transit.departed", "Departed from facility", "Köln", "DE"),
            Scan(
                -20,
                "in_transit.delayed_weather",
                "Severe weather has delayed delivery",
                "Herne",
                "DE",
            ),
        ),
        window=(20, 30),
        items=("Rain coat",),
    ),
    Parcel(
        "getting ready",
        "10432",
        (ROYAL,),
        (Scan(-3, "pre_transit.label_created", "Sender has told us about your item"),),
        items=("Walking boots",),
    ),
    Parcel(
        "items on different ways",
        "10440",
        (("dhl_express", "Worldwide", "1234567890"),),
        (
            Scan(-50, "accepted.collected", "Shipment picked up", "Milano", "IT", 0, 0),
            Scan(-30, "in_transit.customs_cleared", "Clearance completed", "London", "GB", 0, 0),
            Scan(-5, "delivered.neighbour", "Left with a neighbour", "Bristol", "GB", 0, 0),
            Scan(-26, "accepted.collected", "Shipment picked up", "Milano", "IT", 0, 1),
            Scan(-8, "in_transit.customs", "Clearance event", "London", "GB", 0, 1),
        ),
        window=(24, 34),
        items=("Coffee grinder", "Espresso cups, set of 6", "Descaler"),
    ),
    Parcel(
        "two carriers",
        "10441",
        (
            ("usps", "Priority Mail International", "LZ123456785US"),
            ("canada_post", "Expedited Parcel", "7035114477138472"),
        ),
        (
            Scan(-120, "accepted.received", "USPS in possession of item", "Portland", "US"),
            Scan(-96, "in_transit.departed", "Departed USPS facility", "Chicago", "US"),
            Scan(-60, "in_transit.handed_over", "Processed through facility", "Toronto", "CA"),
            Scan(-55, "in_transit.arrived", "Item arrived in Canada", "Mississauga", "CA", 1),
            Scan(-12, "in_transit.local_depot", "Item processed", "Ottawa", "CA", 1),
        ),
        window=(18, 26),
        destination="CA",
    ),
    Parcel(
        "ready to collect",
        "10442",
        (("evri_international", "ParcelShop", "H01HYA0012345679"),),
        (
            Scan(-40, "accepted.dropped_off", "Handed in", "York", "GB"),
            Scan(-4, "available_for_pickup.locker", "Waiting in the locker", "Oxford", "GB"),
        ),
    ),
    Parcel(
        "missed delivery",
        "10443",
        (ROYAL[:2] + ("QP004512346GB",),),
        (
            Scan(-30, "accepted", "Item received", "Exeter", "GB"),
            Scan(-4, "attempted.card_left", "We left a card", "Bath", "GB"),
        ),
        window=(20, 28),
    ),
    Parcel(
        "address problem",
        "10444",
        (("fedex", "International Economy", "771234567890"),),
        (
            Scan(-60, "accepted.collected", "Picked up", "Lyon", "FR"),
            Scan(-9, "exception.address", "Incorrect recipient address", "Dublin", "IE"),
        ),
        destination="IE",
    ),
    Parcel(
        "on its way back",
        "10445",
        (("ups", "Standard", "1Z9999999999999998"),),
        (
            Scan(-90, "accepted.collected", "Pickup scan", "Gent", "BE"),
            Scan(-30, "exception.refused", "The receiver refused the delivery", "Metz", "FR"),
            Scan(-10, "returning", "Returning to sender", "Metz", "FR"),
        ),
        destination="FR",
    ),
    Parcel(
        "no news",
        "10446",
        (("seko_uk", "Economy", "SEK00012345"),),
        (
            Scan(-190, "accepted.received", "Received at depot", "Luton", "GB"),
            Scan(-170, "in_transit", "In transit", "Luton", "GB"),
        ),
    ),
)


def report_of(parcel: Parcel, now: datetime) -> Report:
    """Return what the demo's carriers say of a parcel when the demo is loaded at `now`."""
    return Report(
        source="demo",
        legs=tuple(
            LegReport(carrier_code=code, service_name=name) for code, name, _ in parcel.legs
        ),
        items=tuple(ItemReport(description=words) for words in parcel.items),
        numbers=tuple(NumberReport(number, leg) for leg, (_, _, number) in enumerate(parcel.legs)),
        sightings=tuple(_sighting(scan, now) for scan in parcel.scans),
        promise=_promise(parcel.window, now) if parcel.window else None,
        destination_country=parcel.destination,
    )


def _sighting(scan: Scan, now: datetime) -> Sighting:
    return Sighting(
        code=scan.code,
        moment=_moment(scan.hours, now),
        description=scan.words,
        place=Place(city=scan.city, country=scan.country),
        leg=scan.leg,
        item=scan.item,
    )


def _promise(window: tuple[float, float], now: datetime) -> PromiseReport:
    return PromiseReport(since=_moment(window[0], now), until=_moment(window[1], now))


def _moment(hours: float, now: datetime) -> Moment:
    return Moment((now + timedelta(hours=hours)).replace(second=0, microsecond=0))
