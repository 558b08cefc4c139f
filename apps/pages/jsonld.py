"""What a page says, for machines that read pages: schema.org's `ParcelDelivery` as JSON-LD."""

from operator import itemgetter
from typing import Any

from django.utils.safestring import SafeString
from msgspec import json

from apps.pages.parcels import Parcel, Part
from apps.pages.presenting import Page
from apps.pages.scans import Scan
from apps.pages.states import State
from apps.pages.text import one_line
from apps.shipments.privacy import Level

SCHEMA = "https://schema.org"
ORDER_STATUS = {
    State.NOT_FOUND: "OrderProcessing",
    State.NO_SCAN: "OrderProcessing",
    State.READY_TO_COLLECT: "OrderPickupAvailable",
    State.ATTEMPTED: "OrderProblem",
    State.DELIVERED: "OrderDelivered",
    State.PROBLEM: "OrderProblem",
    State.LOST: "OrderProblem",
    State.COMING_BACK: "OrderReturned",
    State.RETURNED: "OrderReturned",
    State.CANCELLED: "OrderCancelled",
}
# What could end a script element early or, to old readers of JavaScript, a line.
ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}

Thing = dict[str, Any]


def json_ld(page: Page, address: str = "") -> SafeString:
    """Return a page's data as the content of a script element.

    Mails give the address of the page; the page itself need not.
    """
    parcel, others = _parcel(page, page.parcel), [_parcel(page, one) for one in page.others]
    parcel |= {"trackingUrl": address} if address else {}
    order = _order(page) | ({"orderDelivery": others} if others else {})
    data = {"@context": SCHEMA, **parcel, "partOfOrder": order}
    return SafeString(json.encode(data).decode().translate(ESCAPES))


def _order(page: Page) -> Thing:
    shop = _named("Organization", page.merchant)
    number = {"orderNumber": one_line(page.order_reference)} if page.order_reference else {}
    status = ORDER_STATUS.get(page.state, "OrderInTransit")
    # The older name of the seller is the one that mail programs read.
    return {
        "@type": "Order",
        **number,
        "orderStatus": f"{SCHEMA}/{status}",
        "seller": shop,
        "merchant": shop,
    }


def _parcel(page: Page, parcel: Parcel) -> Thing:
    thing: Thing = {"@type": "ParcelDelivery", "deliveryStatus": _states(parcel)}
    part = _part_now(parcel)
    if part and part.carrier:
        thing["provider"] = thing["carrier"] = _named("Organization", part.carrier)
    window = parcel.window
    if window and not window.is_overdue:
        thing["expectedArrivalFrom"] = (window.since or window.until).machine
        thing["expectedArrivalUntil"] = window.until.machine
    if page.reader.level >= Level.LINK:
        thing |= _told_to_holders(page, parcel, part)
    return thing


def _told_to_holders(page: Page, parcel: Parcel, part: Part | None) -> Thing:
    """Return what nobody learns who has a number of the parcel only."""
    thing: Thing = {}
    if part and part.numbers and "details" not in page.hidden:
        thing["trackingNumber"] = one_line(part.numbers[0])
    if parcel.rows and "items" not in page.hidden:
        thing["itemShipped"] = [_named("Product", row.name) for row in parcel.rows]
    return thing


def _part_now(parcel: Parcel) -> Part | None:
    """Return the part of the carrier that has the parcel: the last one with the newest scan."""
    scanned = ((p.latest.moment.instant, p) for p in reversed(parcel.parts) if p.latest)
    newest = max(scanned, key=itemgetter(0), default=None)
    return newest[1] if newest else next(iter(parcel.parts), None)


def _states(parcel: Parcel) -> list[Thing]:
    """Return the newest event of each leg in travel order, or the state alone."""
    latest = [part.latest for part in parcel.parts if part.latest]
    return [_event(scan) for scan in latest] or [_named("DeliveryEvent", parcel.heading)]


def _event(scan: Scan) -> Thing:
    place = {"location": _named("Place", scan.place)} if scan.place else {}
    return _named("DeliveryEvent", scan.sentence) | {"startDate": scan.clock.machine} | place


def _named(kind: str, name: str) -> Thing:
    return {"@type": kind, "name": one_line(name)}
