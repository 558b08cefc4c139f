"""Set-based writing of events: one statement however many there are.

PostgreSQL takes them by COPY, everything else by `executemany`. The shipments are locked
by the caller and the rows it hands over are known to be new, so nothing can conflict.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from apps.shipments.identity import Known
from apps.shipments.models import Event
from apps.shipments.precision import pack
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
    ("precision", "int2"),
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

Row = tuple[Any, ...]
Clock = Callable[[datetime], Any]


def new_row(
    shipment_id: int,
    source: str,
    known: Known,
    recorded_at: object,
    foreign: set[str],
    write: Clock,
) -> Row:
    """Return the columns of a new event, in the order of `COLUMNS`."""
    sighting = known.sighting
    received_at = sighting.received_at
    moment, place = sighting.moment, sighting.place
    return (
        shipment_id,
        known.key,
        recorded_at,
        write(received_at) if received_at else None,
        sighting.position,
        source,
        sighting.reference if sighting.reference in foreign else None,
        write(moment.instant),
        place.latitude,
        place.longitude,
        known.fingerprint,
        known.leg,
        known.item,
        moment.offset,
        pack(moment),
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


def reworded_row(known: Known, write: Clock) -> Row:
    """Return the columns of `REWORDED`, in order."""
    return new_row(0, "", known, None, set(), write)[len(FIRST) :]


def database_time(instant: datetime) -> Any:
    """Return an aware UTC time as the database's driver takes it."""
    return time_writer()(instant)


def time_writer() -> Clock:
    """Return how this database's driver takes aware UTC times; for loops over many."""
    return _as_text if connection.vendor == "sqlite" else _as_it_is


def _as_text(instant: datetime) -> str:
    return instant.isoformat(" ")[:-6]  # without +00:00


def _as_it_is(instant: datetime) -> datetime:
    return instant


def insert(rows: Iterable[Row]) -> None:
    """Add rows of `COLUMNS`, at least one; PostgreSQL takes them in while they are made."""
    if connection.vendor == "postgresql":
        _copy(rows)
    else:
        append(Event, [name for name, _ in COLUMNS], list(rows))


def _copy(rows: Iterable[Row]) -> None:
    statement = f"COPY {TABLE} ({NAMES}) FROM STDIN (FORMAT BINARY)"
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        copy.set_types([kind for _, kind in COLUMNS])
        for row in rows:
            copy.write_row(row)


def append(model: type[Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Add rows whose primary keys nobody needs to know."""
    if not rows:
        return
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(names)})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = _arrays(model, names)
            cursor.execute(f"{into} SELECT * FROM {arrays}", _columns(rows))  # noqa: S608
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"{into} VALUES ({marks})", rows)


def reword(rows: Iterable[tuple[int, Row]]) -> None:
    """Update events: pairs of row number and the columns of `REWORDED`."""
    names = (*(name for name, _ in REWORDED), "superseded_at")
    update(Event, names, [(*row, None, row_id) for row_id, row in rows])


def update(model: type[Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Set columns of many rows: each row holds the values in order and its number last."""
    if not rows:
        return
    table = model._meta.db_table
    quoted = [f'"{name}"' for name in names]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            changes = ", ".join(f"{name} = new.{name}" for name in quoted)
            arrays = _arrays(model, [*names, "id"])
            cursor.execute(
                f"UPDATE {table} SET {changes} FROM {arrays} AS new ({', '.join(quoted)}, id)"  # noqa: S608
                f" WHERE {table}.id = new.id",
                _columns(rows),
            )
        else:
            changes = ", ".join(f"{name} = %s" for name in quoted)
            cursor.executemany(f"UPDATE {table} SET {changes} WHERE id = %s", rows)  # noqa: S608


def _arrays(model: type[Model], names: Sequence[str]) -> str:
    """Return `unnest` of an array a column: far fewer parameters than a value each."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    types = (fields[name].rel_db_type(connection) for name in names)
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in types)})"


def _columns(rows: Sequence[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


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
