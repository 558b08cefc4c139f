"""What providers answered, word for word: the last few answers to each watch that were news.

They hold personal data. So an answer about several parcels is cut to the watch's own, and what
cannot be cut is not kept.
"""

import hashlib
import zlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from msgspec import Struct

from apps.providers.models import Answer
from apps.shipments.models import fold_number

MOST_A_WATCH = 5
LARGEST = 64 * 1024  # compressed
LARGEST_PLAIN = 1024 * 1024

# All but the newest of each watch, and all about somebody who was erased.
DROP = """
    DELETE FROM providers_answer WHERE id IN (
        SELECT id FROM (
            SELECT a.id, s.erased_at, row_number() OVER (
                PARTITION BY a.watch_id ORDER BY a.received_at DESC, a.id DESC) AS place
            FROM providers_answer a
            JOIN providers_watch w ON w.id = a.watch_id
            JOIN shipments_shipment s ON s.id = w.shipment_id
            WHERE a.watch_id IN ({ids})
        ) ranked WHERE place > %s OR erased_at IS NOT NULL)
"""


class Body(Struct, frozen=True):
    """A reply or push as it came, and the folded names of all the parcels it is about."""

    text: bytes
    names: frozenset[str] = frozenset()


class News(Struct, frozen=True):
    """What told a watch something new; `own` is the watch's folded name."""

    watch_id: int
    own: str
    heard: tuple[Body, ...]


def keep(news: Sequence[News], now: datetime) -> None:
    """Keep the bodies that brought news: two statements, none without news."""
    rows = {(row.watch_id, bytes(row.digest)): row for one in news for row in _rows(one, now)}
    if not rows:
        return
    Answer.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["watch", "digest"],
        update_fields=["received_at"],
    )
    ids = sorted({watch_id for watch_id, _ in rows})
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(ids))
        cursor.execute(DROP.format(ids=marks), [*ids, MOST_A_WATCH])


def forget(shipment_ids: Collection[int]) -> int:
    """Delete what was answered about shipments, by row number; return how many answers."""
    return Answer.objects.filter(watch__shipment__in=shipment_ids).delete()[0]


def plain(answer: Answer) -> str:
    """Return an answer as text, JSON in lines; empty when it was too large to be kept."""
    body = zlib.decompressobj().decompress(bytes(answer.body), LARGEST_PLAIN)
    try:
        return msgspec.json.format(body, indent=2).decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body.decode(errors="replace")


def _rows(news: News, now: datetime) -> Iterable[Answer]:
    for one in news.heard:
        others = one.names - {news.own}
        body = without(one.text, news.own, others) if others else one.text
        if body:
            yield _row(news.watch_id, body, bool(others), now)


def _row(watch_id: int, body: bytes, is_cut: bool, now: datetime) -> Answer:
    packed = zlib.compress(body) if len(body) <= LARGEST_PLAIN else b""
    return Answer(
        watch_id=watch_id,
        received_at=now,
        digest=hashlib.sha256(body).digest(),
        body=packed if len(packed) <= LARGEST else b"",
        is_cut=is_cut,
    )


def without(body: bytes, own: str, others: frozenset[str]) -> bytes:
    """Return a JSON body without the entries of its lists that are about other parcels.

    Empty when something of another is left, or when the body is no JSON.
    """
    try:
        cut = _cut(msgspec.json.decode(body), own, others)
        return b"" if _speaks_of(cut, others) else msgspec.json.encode(cut)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return b""


def _cut(node: Any, own: str, others: frozenset[str]) -> Any:
    if isinstance(node, dict):
        return {key: _cut(value, own, others) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    mine = frozenset((own,))
    kept = (one for one in node if _speaks_of(one, mine) or not _speaks_of(one, others))
    return [_cut(one, own, others) for one in kept]


def _speaks_of(node: Any, names: frozenset[str]) -> bool:
    """Tell whether a name stands somewhere in a tree, whole, as a text, a number or a key."""
    if isinstance(node, dict):
        return any(_speaks_of(part, names) for pair in node.items() for part in pair)
    if isinstance(node, list):
        return any(_speaks_of(one, names) for one in node)
    return isinstance(node, str | int) and fold_number(str(node)) in names
