"""What staff taught of the words no table of ours knows, applied as events come in.

An event keeps the identity it has as it was told, so that its source may repeat it before
and after a word was taught and nothing is new.
"""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from msgspec.structs import replace

from apps.shipments.changing import Change
from apps.shipments.identity import Known
from apps.shipments.models import Meaning, UnknownEvent, UnknownWord
from apps.shipments.reports import Sighting
from apps.shipments.status import UNMAPPED

Meanings = dict[tuple[str, str], str]
# Seconds for which meanings are believed without asking.
BELIEVED = 1.0
_WORDS, _EVENTS = UnknownWord._meta.db_table, UnknownEvent._meta.db_table
_NAME = f"""
    INSERT INTO {_WORDS} (source, word, times, last_seen_at) VALUES (%s, %s, 0, %s)
    ON CONFLICT (source, word) DO NOTHING
"""  # noqa: S608  words of our own
_NOTE = f"""
    INSERT INTO {_EVENTS} (word_id, shipment_id, key, fingerprint)
    SELECT id, %s, %s, %s FROM {_WORDS} WHERE source = %s AND word = %s
    ON CONFLICT (shipment_id, key) DO UPDATE
    SET word_id = excluded.word_id, fingerprint = excluded.fingerprint
"""  # noqa: S608  words of our own


class Unknown(NamedTuple):
    """An event that was told in an unknown word, in the order `_NOTE` takes it."""

    shipment_id: int
    key: int
    fingerprint: int
    source: str
    word: str


class _Memory:
    """What this process read last, and when."""

    read_at: float | None = None
    meanings: Meanings = {}


def meanings() -> Meanings:
    """Return what words mean by (source, word), a second old at most."""
    now = time.monotonic()
    if _Memory.read_at is None or now - _Memory.read_at >= BELIEVED:
        rows = Meaning.objects.values_list("source", "word", "code")
        _Memory.meanings = {(source, word): code for source, word, code in rows}
        _Memory.read_at = now
    return _Memory.meanings


def forget() -> None:
    """Have meanings read again: they have just been changed here."""
    _Memory.read_at = None


def word_of(sighting: Sighting) -> str:
    """Return what a source called an event: its own word, else the carrier's code."""
    return sighting.word or sighting.carrier_code


def interpret(changes: Iterable[Change]) -> list[Unknown]:
    """Give unknown words their meanings; return every event that was told in one."""
    found = []
    for change in changes:
        for key, source, known in list(_unknown(change)):
            word = word_of(known.sighting)
            found.append(Unknown(change.shipment.pk, key, known.fingerprint, source, word))
            code = meanings().get((source, word))
            if code:
                _put(change, source, _meaning(known, code))
    return found


def _unknown(change: Change) -> Iterator[tuple[int, str, Known]]:
    for key, (source, known) in change.added.items():
        if known.sighting.code == UNMAPPED and word_of(known.sighting):
            yield key, source, known
    for key, known in change.reworded.items():
        if known.sighting.code == UNMAPPED and word_of(known.sighting):
            yield key, change.stored[key].source, known


def _meaning(known: Known, code: str) -> Known:
    return replace(known, sighting=replace(known.sighting, code=code))


def _put(change: Change, source: str, known: Known) -> None:
    if known.key in change.added:
        change.added[known.key] = (source, known)
    else:
        change.reworded[known.key] = known


def note(unknown: Iterable[Unknown], now: datetime) -> None:
    """Write down where unknown words were seen, for when they are taught or unlearned."""
    rows = sorted(unknown)
    if not rows:
        return
    written = connection.ops.adapt_datetimefield_value(now)
    words = sorted({(one.source, one.word) for one in rows})
    with connection.cursor() as cursor:
        cursor.executemany(_NAME, [(*word, written) for word in words])
        cursor.executemany(_NOTE, rows)
