"""The journeys that can be played, one for each word a number may have.

Seconds count from the journey's start at speed 1.
"""

from typing import NamedTuple


class Spot(NamedTuple):
    country: str
    zone: str
    latitude: float
    longitude: float


class Leg(NamedTuple):
    carrier_code: str
    carrier_name: str
    service_code: str
    service_name: str
    days: int


class Step(NamedTuple):
    """A scan. `leg` and `item` are indexes into the script; no item means all of them."""

    second: int
    code: str
    words: str
    city: str
    leg: int = 0
    item: int | None = None
    signee: str = ""


class Window(NamedTuple):
    """A delivery window: when it is said, then what it is."""

    second: int
    since: int
    until: int
    reason: str = ""


class Script(NamedTuple):
    about: str
    legs: tuple[Leg, ...]
    steps: tuple[Step, ...]
    windows: tuple[Window, ...] = ()
    items: tuple[str, ...] = ("Blue jumper, size M",)


SPOTS = {
    "Leeds": Spot("GB", "Europe/London", 53.7997, -1.5492),
    "Barnsley": Spot("GB", "Europe/London", 53.5526, -1.4797),
    "Bristol": Spot("GB", "Europe/London", 51.4545, -2.5879),
    "London": Spot("GB", "Europe/London", 51.5072, -0.1276),
    "Milano": Spot("IT", "Europe/Rome", 45.4642, 9.19),
    "Leipzig": Spot("DE", "Europe/Berlin", 51.3397, 12.3731),
    "Portland": Spot("US", "America/Los_Angeles", 45.5152, -122.6784),
    "Chicago": Spot("US", "America/Chicago", 41.8781, -87.6298),
    "Mississauga": Spot("CA", "America/Toronto", 43.589, -79.6441),
    "Ottawa": Spot("CA", "America/Toronto", 45.4215, -75.6972),
}

HOME = Leg("evri_international", "Evri International", "next_day", "Next Day", 1)
ABROAD = Leg("dhl_express", "DHL Express", "worldwide", "Express Worldwide", 3)
FIRST = Leg("usps", "U.S. Postal Service", "pmi", "Priority Mail International", 8)
SECOND = Leg("canada_post", "Canada Post", "expedited", "Expedited Parcel", 3)

_SENT = (
    Step(0, "pre_transit.label_created", "We are expecting your parcel", "Leeds"),
    Step(8, "accepted.collected", "Collected from the shop", "Leeds"),
    Step(16, "in_transit.arrived", "Arrived at the national hub", "Barnsley"),
)
_ON_THE_VAN = (
    *_SENT,
    Step(24, "in_transit.local_depot", "At your local depot", "Bristol"),
    Step(34, "out_for_delivery", "On the van with your courier", "Bristol"),
)

SCRIPTS = {
    "DELIVERED": Script(
        "delivered in a minute",
        (HOME,),
        (
            *_ON_THE_VAN,
            Step(50, "delivered", "Handed to the resident", "Bristol", signee="R. Fern"),
        ),
        (Window(0, 40, 60),),
    ),
    "EXPRESS": Script(
        "delivered in a quarter of a minute",
        (ABROAD,),
        (
            Step(0, "accepted.collected", "Shipment picked up", "Milano"),
            Step(3, "in_transit.departed", "Departed facility", "Leipzig"),
            Step(6, "in_transit.customs_cleared", "Clearance processing complete", "London"),
            Step(9, "out_for_delivery", "With delivery courier", "London"),
            Step(15, "delivered.signed", "Delivered and signed for", "London", signee="R. Fern"),
        ),
        (Window(0, 12, 18),),
    ),
    "CUSTOMS": Script(
        "held at customs, then delivered",
        (ABROAD,),
        (
            Step(0, "pre_transit.label_created", "Shipment information received", "Milano"),
            Step(8, "accepted.collected", "Shipment picked up", "Milano"),
            Step(16, "in_transit.departed", "Departed facility", "Leipzig"),
            Step(24, "in_transit.arrived_country", "Arrived in the destination country", "London"),
            Step(30, "in_transit.customs", "Clearance event", "London"),
            Step(38, "exception.customs_hold", "Held, further information needed", "London"),
            Step(60, "in_transit.customs_cleared", "Clearance processing complete", "London"),
            Step(68, "in_transit.local_depot", "Arrived at delivery facility", "Bristol"),
            Step(76, "out_for_delivery", "With delivery courier", "Bristol"),
            Step(90, "delivered.signed", "Delivered and signed for", "Bristol", signee="R. Fern"),
        ),
    ),
    "PICKUP": Script(
        "nobody in, then collected at a pickup point",
        (HOME,),
        (
            *_ON_THE_VAN,
            Step(44, "attempted.card_left", "Nobody was in, we left a card", "Bristol"),
            Step(52, "in_transit.to_pickup_point", "On its way to the parcel shop", "Bristol"),
            Step(60, "available_for_pickup.shop", "Ready to collect at Corner Shop", "Bristol"),
            Step(90, "delivered.collected", "Collected at Corner Shop", "Bristol"),
        ),
    ),
    "LOST": Script(
        "looked for and never found",
        (HOME,),
        (
            *_SENT,
            Step(30, "exception.missing", "We are looking for your parcel", "Barnsley"),
            Step(60, "exception.lost", "We could not find your parcel", "Barnsley"),
        ),
    ),
    "RETURNED": Script(
        "refused and sent back",
        (HOME,),
        (
            *_ON_THE_VAN,
            Step(44, "exception.refused", "The recipient refused the parcel", "Bristol"),
            Step(52, "returning", "On its way back to the sender", "Bristol"),
            Step(70, "returned", "Back with the sender", "Leeds"),
        ),
    ),
    "SILENCE": Script(
        "two scans, then nothing for ever",
        (HOME,),
        (
            Step(0, "pre_transit.label_created", "We are expecting your parcel", "Leeds"),
            Step(8, "accepted.received", "Received at the depot", "Leeds"),
        ),
    ),
    "UNSCANNED": Script("known, but without any scan", (HOME,), ()),
    "SPLIT": Script(
        "three items on different ways",
        (ABROAD,),
        (
            *(
                Step(0, "pre_transit.label_created", "Shipment announced", "Milano", item=item)
                for item in range(3)
            ),
            Step(8, "accepted.collected", "Shipment picked up", "Milano", item=0),
            Step(14, "in_transit.customs_cleared", "Clearance complete", "London", item=0),
            Step(16, "accepted.collected", "Shipment picked up", "Milano", item=1),
            Step(20, "out_for_delivery", "With delivery courier", "Bristol", item=0),
            Step(26, "in_transit.delayed", "Delayed, missed the flight", "Leipzig", item=1),
            Step(30, "delivered.neighbour", "Left with a neighbour", "Bristol", item=0),
            Step(40, "accepted.collected", "Shipment picked up", "Milano", item=2),
            Step(48, "out_for_delivery", "With delivery courier", "Bristol", item=1),
            Step(56, "delivered", "Delivered", "Bristol", item=1, signee="R. Fern"),
            Step(60, "out_for_delivery", "With delivery courier", "Bristol", item=2),
            Step(80, "delivered", "Delivered", "Bristol", item=2, signee="R. Fern"),
        ),
        items=("Coffee grinder", "Espresso cups, set of 6", "Descaler"),
    ),
    "HANDOVER": Script(
        "handed from one carrier to the next, each with a number of its own",
        (FIRST, SECOND),
        (
            Step(0, "accepted.received", "In possession of item", "Portland"),
            Step(10, "in_transit.departed", "Departed facility", "Chicago"),
            Step(20, "in_transit.handed_over", "Passed to the delivery partner", "Chicago"),
            Step(28, "in_transit.arrived_country", "Item arrived in Canada", "Mississauga", 1),
            Step(36, "in_transit.local_depot", "Item processed", "Ottawa", 1),
            Step(46, "out_for_delivery", "Item out for delivery", "Ottawa", 1),
            Step(60, "delivered", "Item delivered", "Ottawa", 1),
        ),
    ),
    "PROMISE": Script(
        "a promised time that moves twice",
        (HOME,),
        (
            *_SENT,
            Step(24, "in_transit.delayed", "Running late", "Barnsley"),
            Step(60, "in_transit.local_depot", "At your local depot", "Bristol"),
            Step(70, "out_for_delivery", "On the van with your courier", "Bristol"),
            Step(95, "delivered.signed", "Signed for", "Bristol", signee="R. Fern"),
        ),
        (
            Window(0, 40, 60),
            Window(24, 80, 140, "Running late"),
            Window(70, 90, 100, "Your courier is close"),
        ),
    ),
}


def newest_second(script: Script, elapsed: float) -> int | None:
    """Return the second of the newest thing that has happened, None before the first.

    `elapsed` is in seconds since the start, at speed 1.
    """
    seconds = [step.second for step in script.steps]
    seconds += [window.second for window in script.windows]
    return max((second for second in seconds if second <= elapsed), default=None)
