"""Set-based writing of events: one statement however many there are.

PostgreSQL takes them by COPY, everything else by `executemany`. The shipments are locked
by the caller and the rows it hands over are known to be new, so nothing can conflict.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Model

from apps.shipments.identity import Known
from apps.shipments.models import Event
from apps.shipments.references import is_foreign_event_reference

# What a reworded event takes over; identity, position and first recording stay.
REWORDED = (
    ("occurred_at", "timestamptz"),
    ("latitude", "float8"),
    ("longitude", "float8"),
    ("fingerprint", "int4"),
    ("leg", "int2"),
    ("item", "int2"),
    ("offset_minutes", "int2"),
    ("certainty", "int2"),
    ("digits", "int2"),
    ("nanos", "int2"),
    ("is_date_only", "bool"),
    ("code", "text"),
    ("word", "text"),
    ("carrier_code", "text"),
    ("description", "text"),
    ("label", "text"),
    ("company", "text"),
    ("city", "text"),
    ("region", "text"),
    ("postal_code", "text"),
    ("country", "text"),
    ("signee", "text"),
)
FIRST = (
    ("shipment_id", "int8"),
    ("key", "int8"),
    ("recorded_at", "timestamptz"),
    ("received_at", "timestamptz"),
    ("position", "int2"),
    ("source", "text"),
    ("source_reference", "text"),
)
COLUMNS = FIRST + REWORDED
NAMES = ", ".join(name for name, _ in COLUMNS)
TABLE = Event._meta.db_table

Row = tuple[object, ...]


def new_row(
    shipment_id: int, source: str, known: Known, recorded_at: object, foreign: set[str]
) -> Row:
    """Return the columns of a new event, in the order of `COLUMNS`."""
    sighting = known.sighting
    received_at = sighting.received_at
    return (
        shipment_id,
        known.key,
        recorded_at,
        database_time(received_at) if received_at else None,
        sighting.position,
        source,
        sighting.reference if sighting.reference in foreign else None,
        *reworded_row(known),
    )


def reworded_row(known: Known) -> Row:
    """Return the columns of `REWORDED`, in order."""
    sighting = known.sighting
    moment, place = sighting.moment, sighting.place
    return (
        database_time(moment.instant),
        place.latitude,
        place.longitude,
        known.fingerprint,
        known.leg,
        known.item,
        moment.offset,
        int(moment.certainty),
        moment.digits,
        moment.nanos,
        moment.is_date_only,
        sighting.code,
        sighting.word,
        sighting.carrier_code,
        sighting.description,
        place.label,
        place.company,
        place.city,
        place.region,
        place.postal_code,
        place.country,
        sighting.signee,
    )


def database_time(instant: datetime) -> object:
    """Return an aware UTC time as the database's driver takes it."""
    if connection.vendor == "sqlite":
        return str(instant.replace(tzinfo=None))
    return instant


def insert(rows: Sequence[Row]) -> None:
    """Add rows of `COLUMNS`."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {TABLE} ({NAMES}) FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types([kind for _, kind in COLUMNS])
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(COLUMNS))
            cursor.executemany(f"INSERT INTO {TABLE} ({NAMES}) VALUES ({marks})", rows)  # noqa: S608


def reword(rows: Iterable[tuple[int, Row]]) -> None:
    """Update events: pairs of row number and the columns of `REWORDED`."""
    names = (*(name for name, _ in REWORDED), "superseded_at")
    update(Event, names, [(*row, None, row_id) for row_id, row in rows])


def update(model: type[Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Set columns of many rows: each row holds the values in order and its number last."""
    if not rows:
        return
    changes = ", ".join(f"{name} = %s" for name in names)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {changes} WHERE id = %s", rows)  # noqa: S608


def foreign_references(knowns: Iterable[Known]) -> set[str]:
    """Return those event ids of sources that may serve as ours: in our form and not taken."""
    wanted = {
        known.sighting.reference
        for known in knowns
        if known.sighting.reference and is_foreign_event_reference(known.sighting.reference)
    }
    if not wanted:
        return wanted
    taken = Event.objects.filter(source_reference__in=wanted)
    return wanted.difference(taken.values_list("source_reference", flat=True))
