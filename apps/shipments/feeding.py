"""Changes in the order in which they became visible, so that a reader never skips one.

Row numbers and times are given before a transaction ends, so one that ends late would appear
behind whoever read on. Positions are given afterwards, to what is there to be seen, by one at a
time: whoever sees a position has seen all before it.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from msgspec import Struct

from apps.shipments.models import LastPosition, Outbox

# Changes that get positions in one transaction.
AT_ONCE = 5000
# A change can become visible so long after the time it was made at.
LONGEST = timedelta(minutes=10)

NUMBER = """
    UPDATE shipments_outbox SET position = %s + new.number, merchant_id = new.merchant_id
    FROM (
        SELECT one.id, s.merchant_id, ROW_NUMBER() OVER (ORDER BY one.id) AS number
        FROM shipments_outbox one JOIN shipments_shipment s ON s.id = one.shipment_id
        WHERE one.position IS NULL ORDER BY one.id LIMIT %s
    ) new
    WHERE shipments_outbox.id = new.id
"""


class Changed(Struct, frozen=True):
    """One change of one shipment: the state before and after, and when it was recorded."""

    position: int
    shipment_id: int
    merchant_id: int
    version: int
    code_before: str
    code: str
    created_at: datetime


def number_changes(most: int | None = None) -> int:
    """Give positions to changes that have none yet; return how many got one.

    No more are begun with once `most` have one, for who must not wait for all of them.
    """
    numbered = 0
    while (most is None or numbered < most) and _unnumbered().exists():
        numbered += _number_some()
    return numbered


def changes_after(position: int, limit: int, merchant_id: int | None = None) -> list[Changed]:
    """Return at most so many changes after a position, of one merchant or of all, oldest first."""
    found = _numbered(merchant_id).filter(position__gt=position).order_by("position")
    return [Changed(*row) for row in found.values_list(*Changed.__struct_fields__)[:limit]]


def position_before(since: datetime, merchant_id: int) -> int:
    """Return a position that no change since then comes before, close to the first of them.

    Halves the positions that it can be, so it takes some twenty short statements of millions.
    """
    low, high = 0, last_position()
    while low < high:
        middle = (low + high + 1) // 2
        found = changes_after(middle - 1, 1, merchant_id)
        if found and found[0].position <= high and found[0].created_at < since - LONGEST:
            low = found[0].position
        else:
            high = middle - 1
    return low


def last_position() -> int:
    """Return the position given last, 0 when none was."""
    return LastPosition.objects.values_list("position", flat=True).first() or 0


def _unnumbered() -> QuerySet[Outbox]:
    return Outbox.objects.filter(position=None)


def _numbered(merchant_id: int | None) -> QuerySet[Outbox]:
    numbered = Outbox.objects.filter(position__isnull=False)
    return numbered if merchant_id is None else numbered.filter(merchant=merchant_id)


@transaction.atomic
def _number_some() -> int:
    LastPosition.objects.get_or_create(pk=1, defaults={"position": 0})
    last = LastPosition.objects.select_for_update().get(pk=1)
    # Looked for after the lock is ours: what others numbered meanwhile is numbered.
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, [last.position, AT_ONCE])
        numbered = int(cursor.rowcount)
    LastPosition.objects.filter(pk=1).update(position=last.position + numbered)
    return numbered
