"""Counts that cost the same at a thousand shipments and at ten million: no further than a cap."""

from collections.abc import Collection
from datetime import date
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from msgspec import Struct

M = TypeVar("M", bound=Model)


class Counted(Struct, frozen=True):
    """A number that may be cut off: `1,234`, or `500+` for at least so many."""

    count: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"{self.count:,}{'+' if self.is_more else ''}"

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.count + other.count, self.is_more or other.is_more)


def counted(rows: QuerySet[Any], most: int) -> Counted:
    """Count rows, but no further than `most`."""
    count = rows.order_by()[: most + 1].count()
    return Counted(min(count, most), count > most)


def tally(rows: QuerySet[Any, Any], column: str, most: int) -> tuple[dict[Any, int], bool]:
    """Return how often each value of a column stands in the first `most` rows, and if that is all.

    The rows are cut off before they are grouped, which the ORM has no words for.
    """
    inner, parameters = rows.values(column)[:most].query.sql_with_params()
    name = connection.ops.quote_name(column)
    statement = f"SELECT {name}, COUNT(*) FROM ({inner}) AS first_rows GROUP BY {name}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = dict(cursor.fetchall())
    return found, sum(found.values()) < most


def day(value: str | date) -> date:
    """Return a day as any database gives it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def scoped(rows: QuerySet[M], merchant_ids: Collection[int] | None) -> QuerySet[M]:
    """Return the rows of these merchants, all for None."""
    if merchant_ids is None:
        return rows
    # Databases read one merchant's rows in an index's own order, several merchants' they sort.
    one = next(iter(merchant_ids)) if len(merchant_ids) == 1 else None
    return rows.filter(merchant=one) if one else rows.filter(merchant__in=merchant_ids)
