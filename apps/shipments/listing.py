"""A merchant's shipments, the newest first, a page at a time: fast at any number of rows.

Names are looked up. What is narrowed down by status is read along the index of statuses, a
little of each status, and merged: a page never reads on through what it does not show. Carrier
and channel have no index in this order, so `is_bounded` tells when they are sifted from few.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Upper
from msgspec import Struct

from apps.shipments import rows, shelves
from apps.shipments.models import Recipient, Shipment, TrackingNumber, fold_number
from apps.shipments.status import STATUSES, milestone_of

# Sifting by carrier or channel goes through what was registered within so long.
LONGEST_SIFTED = timedelta(days=31)
# A name that more of a merchant's shipments share is that of the newest of them only.
MOST_NAMED = 10_000
ORDER = ("-created_at", "-pk")
# Stands for each status while a statement is made: no text that is asked for holds it.
ANY = "\0"


class Wanted(Struct, frozen=True):
    """What shipments are looked for by; empty texts and None are not asked for.

    `code` is a milestone with all its details or one code. `number` and `email` are compared
    as everywhere: without spaces, dashes and case, and without case.
    """

    custom_reference: str = ""
    order_reference: str = ""
    number: str = ""
    email: str = ""
    code: str = ""
    is_open: bool | None = None
    carrier_code: str = ""
    channel: str = ""
    since: datetime | None = None
    before: datetime | None = None

    @property
    def is_named(self) -> bool:
        return bool(self.custom_reference or self.order_reference or self.number or self.email)

    def is_bounded(self, now: datetime) -> bool:
        """Tell whether a page costs the same however many shipments there are."""
        if self.is_named or not (self.carrier_code or self.channel):
            return True
        until = min(self.before or now, now)
        return self.since is not None and until - self.since <= LONGEST_SIFTED


class Mark(NamedTuple):
    """Where a page ended: the last shipment's time of registration and row number."""

    created_at: datetime
    pk: int


def page(merchant_id: int, wanted: Wanted, *, after: Mark | None, limit: int) -> list[int]:
    """Return the row numbers of the shipments that come next, at most `limit`.

    One statement, one more for each of a number, an e-mail address, and two for a carrier.
    """
    sql, values = statement_of(merchant_id, wanted, after, limit)
    return [pk for _created_at, pk in rows.fetch(sql, values)] if sql else []


def statement_of(
    merchant_id: int, wanted: Wanted, after: Mark | None, limit: int
) -> tuple[str, list[Any]]:
    """Return the statement of a page and its values, an empty one where nothing can be found."""
    keys = _keys(merchant_id, wanted, after)
    codes = _codes(wanted)
    if codes is not None:
        keys = keys.filter(code__in=codes) if wanted.is_named else keys.filter(code=ANY)
    try:
        sql, values = keys[:limit].query.sql_with_params()
    except EmptyResultSet:
        return "", []
    if codes is None or wanted.is_named:
        return sql, list(values)
    parts = [f"SELECT * FROM ({sql}) AS part_{place}" for place in range(len(codes))]  # noqa: S608
    merged = f"{' UNION ALL '.join(parts)} ORDER BY 1 DESC, 2 DESC LIMIT {limit:d}"
    filled = [code if value == ANY else value for code in codes for value in values]
    return merged if codes else "", filled


def _keys(merchant_id: int, wanted: Wanted, after: Mark | None) -> QuerySet[Shipment, Any]:
    found = shelves.newest().filter(_told(merchant_id, wanted), merchant_id=merchant_id)
    if after:
        # The bound of the time alone lets an index begin there.
        is_beyond = Q(created_at__lt=after.created_at) | Q(pk__lt=after.pk)
        found = found.filter(is_beyond, created_at__lte=after.created_at)
    return found.order_by(*ORDER).values_list("created_at", "pk")


def _told(merchant_id: int, wanted: Wanted) -> Q:
    told = shelves.registered(since=wanted.since, before=wanted.before)
    for field in ("custom_reference", "order_reference", "channel"):
        if value := getattr(wanted, field):
            # Said aloud, so that an index without empty names is known to hold them.
            told &= Q(**{field: value}) & ~Q(**{field: ""})
    if wanted.number:
        told &= Q(pk__in=_with_number(merchant_id, wanted.number))
    if wanted.email:
        told &= Q(pk__in=_of_person(merchant_id, wanted.email))
    return told & Q(shelves.of_carrier(wanted.carrier_code)) if wanted.carrier_code else told


def _codes(wanted: Wanted) -> list[str] | None:
    """Return the codes that were asked for, None for all. What is open is told by its code."""
    if not wanted.code and wanted.is_open is None:
        return None
    return [
        code
        for code, status in STATUSES.items()
        if (not wanted.code or wanted.code in (code, milestone_of(code)))
        and wanted.is_open in (None, not status.is_terminal)
    ]


def _with_number(merchant_id: int, number: str) -> list[int]:
    own = TrackingNumber.objects.filter(
        folded=fold_number(number), leg__shipment__merchant=merchant_id
    )
    found = own.order_by("-leg__shipment").values_list("leg__shipment", flat=True)
    return list(found[:MOST_NAMED])


def _of_person(merchant_id: int, email: str) -> list[int]:
    # Not `iexact`, for which SQLite has no index.
    folded = Recipient.objects.annotate(folded=Upper("email")).filter(folded=Upper(Value(email)))
    own = folded.exclude(email="").filter(shipment__merchant=merchant_id)
    return list(own.order_by("-pk").values_list("pk", flat=True)[:MOST_NAMED])
