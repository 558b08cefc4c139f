"""A shipment's tracking numbers, and how asking about each of them goes."""

from datetime import datetime

from msgspec import Struct

from apps.desk.ago import exact
from apps.providers.models import Watch
from apps.providers.trouble_words import explained
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment, TrackingNumber
from apps.shipments.sheets import visible
from apps.shipments.status import status_of


class Asked(Struct, frozen=True):
    """A watch: whom we ask, when we did, what came of it, when next."""

    id: int
    provider: str
    name: str
    asked_at: datetime | None
    answered_at: datetime | None
    pushed_at: datetime | None
    due_at: datetime | None
    trouble: str
    ended: str
    failures: int


class Feed(Struct, frozen=True):
    """A tracking number with its watches; `id` is None for watches that ask by reference."""

    id: int | None
    number: str
    carrier: str
    item: str
    is_followed: bool
    says: str
    tone: str
    link: str
    failing_since: str
    watches: tuple[Asked, ...]


def feeds_of(shipment: Shipment, journey: Journey) -> list[Feed]:
    """Return the numbers in travel order, then what is asked without one; two queries.

    Links to carriers can hold a postcode, so they are taken from the journey, which is
    masked for whoever must not see it.
    """
    watches: dict[int | None, list[Watch]] = {}
    for watch in _watches(shipment):
        watches.setdefault(watch.number_id, []).append(watch)
    links = {(one.number, one.leg): one.tracking_url for one in journey.numbers}
    numbers = TrackingNumber.objects.filter(leg__shipment=shipment).select_related("leg", "item")
    found = [
        _feed(one, links.get((one.number, one.leg.position), ""), watches.pop(one.pk, []))
        for one in numbers.order_by("leg__order", "pk")
    ]
    rest = [watch for those in watches.values() for watch in those]
    return [*found, _loose(rest)] if rest else found


def _watches(shipment: Shipment) -> list[Watch]:
    own = Watch.objects.filter(shipment=shipment).select_related("account").order_by("pk")
    return list(own.defer("account__credentials", "account__token"))


def _feed(number: TrackingNumber, link: str, watches: list[Watch]) -> Feed:
    says = number.headline_code
    return Feed(
        id=number.pk,
        number=visible(number.number),
        carrier=visible(number.leg.carrier_name or number.leg.carrier_code),
        item=visible(str(number.item)) if number.item else "",
        is_followed=number.is_followed,
        says=str(status_of(says).words) if says else "",
        tone=status_of(says).severity.value if says else "",
        link=link if link.startswith(("https://", "http://")) else "",
        failing_since=exact(number.failing_since) if number.failing_since else "",
        watches=tuple(map(_asked, watches)),
    )


def _loose(watches: list[Watch]) -> Feed:
    return Feed(
        id=None,
        number="Without a number here",
        carrier="",
        item="",
        is_followed=True,
        says="",
        tone="",
        link="",
        failing_since="",
        watches=tuple(map(_asked, watches)),
    )


def _asked(watch: Watch) -> Asked:
    return Asked(
        id=watch.pk,
        provider=visible(str(watch.account)),
        name=visible(watch.name),
        asked_at=watch.asked_at,
        answered_at=watch.answered_at,
        pushed_at=watch.pushed_at,
        due_at=watch.due_at,
        trouble=visible(explained(watch.trouble, watch.trouble_detail)),
        ended=str(watch.get_ended_display()) if watch.ended else "",
        failures=watch.failures,
    )
