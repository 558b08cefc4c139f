"""What staff teach of words no table of ours knows, and how what was told before follows.

Where an unknown word was seen is a table of its own (`UnknownEvent`), filled as events come
in. An index of events by word would be paid for by all ten million of them, most of which
were told in words we know; one of the unmapped only would lose them as soon as they mean
something, when the meaning may yet be taken back. Here a word's events are read in steps of
an index whatever else there is, at the cost of some 100 bytes for each event it was used in.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from msgspec import Struct

from apps.shipments import recording
from apps.shipments.changing import Change
from apps.shipments.interpreting import forget, meanings
from apps.shipments.models import Meaning, UnknownEvent, UnknownWord
from apps.shipments.recording import Mended
from apps.shipments.reports import Limits
from apps.shipments.status import STATUSES, UNMAPPED

__all__ = ["Affected", "Step", "affected", "meanings", "remap_some", "teach", "unlearn"]

# How far `affected` counts, and how many shipments it names.
MOST = 10_000
SAMPLE = 10


class Unteachable(ValueError):
    """A word or a code that nothing can be taught of, in words for staff."""


class Affected(Struct, frozen=True):
    """Where a word was used: events and shipments, counted to 10,000 events at most.

    `is_more` tells that there are more. `sample` holds row numbers of shipments that had it
    last, newest first.
    """

    events: int
    shipments: int
    sample: tuple[int, ...]
    is_more: bool = False


class Step(Struct, frozen=True):
    """How far a recompute is: go on after `last_id`. `changed` counts events."""

    last_id: int
    changed: int
    is_done: bool


def teach(source: str, word: str, code: str, *, now: datetime) -> str:
    """Say what a source's word means; return what it meant before, "" for nothing.

    What comes in from now on means it (in other processes within a second); what was told
    before follows by `remap_some`. Raises `Unteachable`.
    """
    if not word or len(word) > Limits.CODE:
        raise Unteachable("An event without a word cannot be given a meaning.")
    if code not in STATUSES or code == UNMAPPED:
        raise Unteachable("Choose one of our statuses.")
    with transaction.atomic():
        before = _meaning_of(source, word)
        UnknownWord.objects.get_or_create(source=source, word=word, defaults={"last_seen_at": now})
        said = {"code": code, "made_at": now}
        Meaning.objects.update_or_create(source=source, word=word, defaults=said)
    forget()
    return before


def unlearn(source: str, word: str) -> str:
    """Forget what a word means; return what it meant, "" for nothing."""
    before = _meaning_of(source, word)
    Meaning.objects.filter(source=source, word=word).delete()
    forget()
    return before


def _meaning_of(source: str, word: str) -> str:
    found = Meaning.objects.filter(source=source, word=word).values_list("code", flat=True)
    return found.first() or ""


def affected(source: str, word: str) -> Affected:
    """Return where a word was used; reads one index, 10,000 rows at most."""
    seen = _events_of(source, word).order_by("-pk").values_list("shipment_id", flat=True)
    shipments = list(seen[: MOST + 1])
    counted = dict.fromkeys(shipments[:MOST])
    return Affected(
        events=min(len(shipments), MOST),
        shipments=len(counted),
        sample=tuple(counted)[:SAMPLE],
        is_more=len(shipments) > MOST,
    )


def _events_of(source: str, word: str) -> QuerySet[UnknownEvent]:
    return UnknownEvent.objects.filter(word_id=_word_id(source, word) or 0)


def _word_id(source: str, word: str) -> int | None:
    named = UnknownWord.objects.filter(source=source, word=word)
    return named.values_list("pk", flat=True).first()


def remap_some(source: str, word: str, *, after_id: int, limit: int, now: datetime) -> Step:
    """Give events of a word what it means now, `unknown.unmapped` for nothing.

    Takes `limit` of them beyond `after_id` and whatever else their shipments have of the word,
    so that each shipment changes once. Lost halfway or done twice, it does no harm. Processes
    believe what they read for a second: when it is done, a step from the last `last_id` a few
    seconds later takes in what they wrote meanwhile.
    """
    some = _events_of(source, word).filter(pk__gt=after_id).order_by("pk")
    found = list(some.values_list("pk", "shipment_id")[:limit])
    if not found:
        return Step(after_id, 0, is_done=True)
    work = _Remap(source, word)
    recording.amend({shipment_id for _, shipment_id in found}, work, now=now)
    return Step(found[-1][0], work.changed, is_done=len(found) < limit)


class _Remap:
    """The work on some shipments; what a word means is read with their rows locked."""

    def __init__(self, source: str, word: str) -> None:
        self.source, self.word = source, word
        self.changed = 0

    def __call__(self, changes: dict[int, Change]) -> Iterable[Mended]:
        code = _meaning_of(self.source, self.word) or UNMAPPED
        ids: list[tuple[Any, ...]] = []
        for shipment_id, keys in self._keys(changes).items():
            ids += [(code, one) for one in _give(changes[shipment_id], keys, code)]
        self.changed = len(ids)
        return [Mended(("code",), ids)]

    def _keys(self, shipment_ids: Collection[int]) -> dict[int, list[tuple[int, int]]]:
        """Return keys and fingerprints by shipment, read by an index of shipments."""
        word_id = _word_id(self.source, self.word)
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        seen = UnknownEvent.objects.filter(shipment__in=shipment_ids)
        for own, *row in seen.values_list("word_id", "shipment_id", "key", "fingerprint"):
            if own == word_id:
                found[row[0]].append((row[1], row[2]))
        return dict(found)


def _give(change: Change, keys: Iterable[tuple[int, int]], code: str) -> list[int]:
    """Give a shipment's events a code; return the row numbers of those that had another.

    Of what was reworded since, the source said itself what it means.
    """
    given = []
    for key, fingerprint in keys:
        stored = change.stored.get(key)
        if stored and stored.fingerprint == fingerprint and stored.code != code:
            change.stored[key] = stored._replace(code=code)
            change.is_filled = True
            given.append(stored.id)
    return given
