"""Shipments as a table, one row an item, with the columns an import takes first.

The table is made while it is sent: so many shipments at a time, so it is flat in memory and
holds no transaction open.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from apps.desk.import_columns import BY_KEY
from apps.desk.spreadsheets import Cell
from apps.shipments.models import Item, Leg, Shipment, TrackingNumber
from apps.shipments.models import Promise as Promised
from apps.shipments.status import status_of

AT_ONCE = 500

OF_THE_SHIPMENT = (
    "reference",
    "order",
    "number",
    "carrier",
    "country",
    "origin",
    "channel",
    "promised",
)
OF_THE_PERSON = ("email", "name", "phone", "street", "city", "region", "postcode")
OF_THE_ITEM = ("item", "quantity", "sku", "picture")
_FIELDS = {"postcode": "postal_code"}
# An import does not use these.
TOLD = (
    "Status",
    "Status code",
    "Last scan (UTC)",
    "Delivered (UTC)",
    "Registered (UTC)",
    "Our reference",
    "Customer's page",
)


def rows(
    shipments: QuerySet[Shipment], *, persons_of: Collection[int] | None, site: str = ""
) -> Iterator[list[Cell]]:
    """Yield the header and the rows of shipments, the newest first.

    `shipments` are what the one who asks may see. Personal data is told of those merchants'
    only, of all for None. `site` is the public address, to which links are made.
    """
    persons = OF_THE_PERSON if persons_of is None or persons_of else ()
    keys = (*OF_THE_SHIPMENT, *persons, *OF_THE_ITEM)
    yield [*(BY_KEY[key].title for key in keys), *TOLD]
    for batch in _batches(shipments):
        for shipment in batch:
            is_told = persons_of is None or shipment.merchant_id in persons_of
            yield from _rows_of(shipment, _person(shipment, is_told) if persons else [], site)


def _batches(shipments: QuerySet[Shipment]) -> Iterator[Sequence[Any]]:
    """Yield shipments with all that belongs to them, each batch by the index of the key."""
    numbers = Prefetch("numbers", TrackingNumber.objects.order_by("pk"))
    legs = Prefetch("legs", Leg.objects.order_by("order").prefetch_related(numbers))
    items = Prefetch("items", Item.objects.order_by("position"))
    promises = Prefetch("promises", Promised.objects.order_by("said_at", "pk"))
    keys = shipments.order_by("-pk").values_list("pk", flat=True)
    last = None
    while batch := list((keys.filter(pk__lt=last) if last else keys)[:AT_ONCE]):
        last = batch[-1]
        found = Shipment.objects.filter(pk__in=batch).order_by("-pk")
        yield list(found.select_related("recipient").prefetch_related(legs, items, promises))


def _rows_of(shipment: Any, person: Sequence[Cell], site: str) -> Iterator[list[Cell]]:
    own, told = _own(shipment), _told(shipment, site)
    for item in shipment.items.all() or (None,):
        yield [*own, *person, *_item(item), *told]


def _own(shipment: Any) -> list[Cell]:
    """Return what a shipment is known by; of several numbers that of the last leg with one."""
    numbers = [(leg, number) for leg in shipment.legs.all() for number in leg.numbers.all()]
    promise = next(reversed(shipment.promises.all()), None)
    leg, number = numbers[-1] if numbers else (None, None)
    return [
        shipment.custom_reference,
        shipment.order_reference,
        number.number if number else "",
        (leg.carrier_code or leg.carrier_name) if leg else "",
        shipment.destination_country,
        shipment.origin_country,
        shipment.channel,
        f"{promise.until_at:%Y-%m-%d}" if promise else "",
    ]


def _person(shipment: Any, is_told: bool) -> list[Cell]:
    person = getattr(shipment, "recipient", None)
    if person is None or not is_told:
        return [""] * len(OF_THE_PERSON)
    return [getattr(person, _FIELDS.get(key, key)) for key in OF_THE_PERSON]


def _item(item: Item | None) -> list[Cell]:
    if item is None:
        return ["", None, "", ""]
    return [item.description, item.quantity, item.custom_reference, item.picture_url]


def _told(shipment: Any, site: str) -> list[Cell]:
    return [
        str(status_of(shipment.code).words),
        shipment.code,
        _utc(shipment.last_scan_at),
        _utc(shipment.delivered_at),
        _utc(shipment.created_at),
        shipment.reference,
        f"{site}{reverse('pages:tracking', args=[shipment.token])}",
    ]


def _utc(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S}" if instant else ""
