"""Everything that goes out is a `Journey`: what happened to one shipment, read once."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from apps.shipments.reports import Headline, Moment, Place


class MerchantView(Struct, frozen=True):
    name: str
    slug: str


class JourneyItem(Struct, frozen=True):
    """One item of contents. `position` counts from 1 within the shipment."""

    position: int
    reference: str
    package_reference: str
    custom_reference: str
    description: str
    quantity: int
    picture_url: str
    parent: int | None
    code: str


class JourneyLeg(Struct, frozen=True):
    """One carrier's part of the journey. Events point to `position`; `order` is travel order."""

    position: int
    order: int
    carrier_code: str
    carrier_name: str
    carrier_number: int | None
    service_code: str
    service_name: str
    estimated_days: int | None
    contact_url: str


class JourneyNumber(Struct, frozen=True):
    """What a carrier calls the parcel; `item` is None when it names the whole shipment."""

    number: str
    leg: int
    item: int | None
    tracking_url: str
    label_id: str
    source: str
    headline: Headline | None
    asked_at: datetime | None
    answered_at: datetime | None
    failing_since: datetime | None
    # What our own API calls it, and whether the sync asks about it.
    reference: str = ""
    is_followed: bool = False


class JourneyEvent(Struct, frozen=True):
    """One event. `leg` and `item` are positions, None when it concerns all of them."""

    reference: str
    code: str
    moment: Moment
    received_at: datetime
    recorded_at: datetime
    leg: int | None
    item: int | None
    description: str
    source: str
    word: str
    carrier_code: str
    place: Place
    signee: str


class JourneyPromise(Struct, frozen=True):
    since: Moment | None
    until: Moment
    given_by: str
    reason: str
    said_at: datetime


class JourneyRecipient(Struct, frozen=True):
    name: str
    email: str
    phone: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str


class Journey(Struct, frozen=True):
    """One shipment with all that happened to it.

    `events` are newest first, each once, the shipment's own and its items' together.
    `legs` are in travel order.
    `promises` are newest said first. `code` is the settled status of the whole.
    """

    reference: str
    consignment_reference: str
    custom_reference: str
    order_reference: str
    token: str
    merchant: MerchantView
    code: str
    version: int
    created_at: datetime
    updated_at: datetime
    origin_country: str
    destination_country: str
    recipient: JourneyRecipient | None
    promises: tuple[JourneyPromise, ...]
    items: tuple[JourneyItem, ...]
    legs: tuple[JourneyLeg, ...]
    numbers: tuple[JourneyNumber, ...]
    events: tuple[JourneyEvent, ...]
    # The shop or market it was sold in, by which its brand is picked; no reader sees it.
    channel: str = ""

    @property
    def promise(self) -> JourneyPromise | None:
        """Return the window that holds, if any."""
        return self.promises[0] if self.promises else None

    @property
    def leading_leg(self) -> JourneyLeg | None:
        """Return the leg with the newest event, else the first."""
        newest = next((event.leg for event in self.events if event.leg), None)
        return self.leg(newest) or (self.legs[0] if self.legs else None)

    def leg(self, position: int | None) -> JourneyLeg | None:
        """Return the leg at a position, None when there is none."""
        return next((leg for leg in self.legs if leg.position == position), None)

    def events_of(self, item: JourneyItem) -> Iterator[JourneyEvent]:
        """Yield the item's own events, newest first."""
        return (event for event in self.events if event.item == item.position)

    def events_under(self, number: JourneyNumber) -> Iterator[JourneyEvent]:
        """Yield what a carrier would show for its number: its leg, its item, newest first."""
        return (
            event
            for event in self.events
            if event.leg in (None, number.leg)
            and (number.item is None or event.item in (None, number.item))
        )

    def numbers_of(self, item: JourneyItem | None) -> tuple[str, ...]:
        """Return the numbers of an item, or of the shipment as a whole for None."""
        position = item.position if item else None
        return tuple(n.number for n in self.numbers if n.item == position)
