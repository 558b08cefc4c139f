"""The statements journeys are read with and shipments are loaded with to record.

The tracking page is read millions of times between two scans, and the ORM spends several
times longer on making such a statement than a database does on answering it. So they are
written out, in words both databases know.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

import msgspec
from django.db import connection, models

M = TypeVar("M", bound=models.Model)

SHIPMENTS = """
SELECT s.id, s.reference, s.consignment_reference, s.custom_reference, s.order_reference,
       s.token, m.name, m.slug, s.code, s.version, s.created_at, s.updated_at,
       s.origin_country, s.destination_country, s.channel,
       r.name, r.email, r.phone, r.street, r.city, r.region, r.postal_code, r.country,
       p.id, p.since, p.until, p.given_by, p.reason, p.said_at
FROM shipments_shipment s
JOIN shipments_merchant m ON m.id = s.merchant_id
LEFT JOIN shipments_recipient r ON r.shipment_id = s.id
LEFT JOIN shipments_promise p ON p.shipment_id = s.id
WHERE {condition}
ORDER BY s.id, p.id
"""

# The parcel a link opens and the others of its order: same merchant, same reference. Each half
# is found by an index; the last condition is literally the index's own, or SQLite reads on.
# A duplicate that was united with another is no parcel of its own any more.
OF_ORDER = """
s.id IN (
    SELECT opened.id FROM shipments_shipment opened
    WHERE opened.token = %s AND opened.merged_into_id IS NULL
    UNION
    SELECT other.id FROM shipments_shipment opened
    JOIN shipments_shipment other ON other.merchant_id = opened.merchant_id
        AND other.order_reference = opened.order_reference
    WHERE opened.token = %s AND opened.merged_into_id IS NULL
        AND other.merged_into_id IS NULL AND NOT (other.order_reference = '')
)
"""

# The same, but for the link of a duplicate, which opens the parcel it was united with.
OPENED = """
s.id IN (
    SELECT COALESCE(opened.merged_into_id, opened.id) FROM shipments_shipment opened
    WHERE opened.token = %s
    UNION
    SELECT other.id FROM shipments_shipment opened
    JOIN shipments_shipment other ON other.merchant_id = opened.merchant_id
        AND other.order_reference = opened.order_reference
    WHERE opened.token = %s AND opened.merged_into_id IS NULL
        AND other.merged_into_id IS NULL AND NOT (other.order_reference = '')
)
"""

ITEMS = """
SELECT i.shipment_id, i.position, i.reference, i.package_reference, i.custom_reference,
       i.description, i.quantity, i.picture_url, parent.position, i.code
FROM shipments_item i
LEFT JOIN shipments_item parent ON parent.id = i.parent_id
WHERE i.shipment_id IN ({ids})
ORDER BY i.position
"""

LEGS = """
SELECT l.shipment_id, l.position, l."order", l.carrier_code, l.carrier_name, c.number,
       l.service_code, l.service_name, l.estimated_days, c.contact_url, c.tracking_url,
       n.id, n.number, i.position, n.tracking_url, n.source, n.headline,
       n.asked_at, n.answered_at, n.failing_since, n.is_followed
FROM shipments_leg l
LEFT JOIN shipments_carrier c ON c.id = l.carrier_id
LEFT JOIN shipments_trackingnumber n ON n.leg_id = l.id
LEFT JOIN shipments_item i ON i.id = n.item_id
WHERE l.shipment_id IN ({ids})
ORDER BY l."order", l.position, n.id
"""

# Newest first; ties by the source's own order, then by ours.
_EVENTS = """
SELECT shipment_id, id, source_reference, code, occurred_at, offset_minutes, precision,
       received_at, recorded_at, leg, item, description, source, word, carrier_code,
       label, company, city, region, postal_code, country, latitude, longitude, signee{more}
FROM shipments_event
WHERE shipment_id IN ({ids}) AND {held}
ORDER BY occurred_at DESC, position DESC, recorded_at DESC, id DESC
"""
EVENTS = _EVENTS.replace("{more}", "").replace("{held}", "superseded_at IS NULL")
# Those of one shipment that were held at a moment, with the source's own order to settle by.
EVENTS_THEN = (
    _EVENTS.replace("{more}", ", position")
    .replace("{ids}", "%s")
    .replace("{held}", "recorded_at <= %s AND (superseded_at IS NULL OR superseded_at > %s)")
)


class ShipmentRow(NamedTuple):
    id: int
    reference: str
    consignment_reference: str
    custom_reference: str
    order_reference: str
    token: str
    merchant_name: str
    merchant_slug: str
    code: str
    version: int
    created_at: datetime
    updated_at: datetime
    origin_country: str
    destination_country: str
    channel: str
    name: str | None
    email: str
    phone: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    promise: int | None
    since: Any
    until: Any
    given_by: str
    reason: str
    said_at: datetime


class LegRow(NamedTuple):
    shipment_id: int
    position: int
    order: int
    carrier_code: str
    carrier_name: str
    carrier_number: int | None
    service_code: str
    service_name: str
    estimated_days: int | None
    contact_url: str | None
    carrier_page: str | None
    number_id: int | None
    number: str
    item: int | None
    tracking_url: str
    source: str
    headline: Any
    asked_at: datetime | None
    answered_at: datetime | None
    failing_since: datetime | None
    is_followed: bool | None


class EventRow(NamedTuple):
    shipment_id: int
    id: int
    source_reference: str | None
    code: str
    occurred_at: datetime
    offset_minutes: int
    precision: int
    received_at: datetime | None
    recorded_at: datetime
    leg: int | None
    item: int | None
    description: str
    source: str
    word: str
    carrier_code: str
    label: str
    company: str
    city: str
    region: str
    postal_code: str
    country: str
    latitude: float | None
    longitude: float | None
    signee: str


# What recording compares a report with; the fields of `changing.Stored` after the first.
STORED = """
SELECT shipment_id, id, key, fingerprint, leg, item, position, code, occurred_at,
       superseded_at, source
FROM shipments_event
WHERE shipment_id IN ({ids})
"""


def select(statement: str, ids: Collection[int]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement for these shipments."""
    marks = ", ".join(["%s"] * len(ids))
    return fetch(statement.replace("{ids}", marks), list(ids))


def fetch(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def instances(model: type[M], column: str, ids: Collection[int], order: str) -> list[M]:
    """Return the rows of a model whose column is one of `ids`, as the ORM would make them."""
    if not ids:
        return []
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f"SELECT {columns} FROM {model._meta.db_table} WHERE {column} IN ({{ids}})"  # noqa: S608
    read = [(place, READ[type(f)]) for place, f in enumerate(fields) if type(f) in READ]
    made = []
    for row in select(f"{statement} ORDER BY {order}", ids):
        values = list(row)
        for place, from_database in read:
            values[place] = from_database(values[place])
        made.append(model.from_db("default", names, values))
    return made


def instant(value: Any) -> Any:
    """Return a time column's value as an aware time; SQLite keeps times in UTC without saying so."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def parsed(value: Any) -> Any:
    """Return a JSON column's value; a driver may hand over its text."""
    return msgspec.json.decode(value) if isinstance(value, str) else value


READ: dict[type, Callable[[Any], Any]] = {
    models.DateTimeField: instant,
    models.JSONField: parsed,
    models.BooleanField: bool,
}
