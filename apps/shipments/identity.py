"""Which events are the same event: keys within a shipment, and digests of their wording.

A source's own event id decides where there is one. Otherwise an event is its source, leg,
item, code and clock: texts and places are reworded and added later, so they only tell
apart events that one report lists side by side.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from hashlib import blake2b
from zlib import crc32

from msgspec import Struct, msgpack
from msgspec.structs import replace

from apps.shipments.precision import pack
from apps.shipments.reports import Certainty, Sighting

_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")
GIVEN = Certainty.GIVEN
_encode = msgpack.Encoder().encode


class Known(Struct, frozen=True, gc=False):
    """A sighting with its place in the shipment and its identity."""

    key: int
    fingerprint: int
    leg: int | None
    item: int | None
    sighting: Sighting


def key_of(source: str, leg: int | None, item: int | None, sighting: Sighting) -> int:
    """Return a 62-bit number for the event, leaving room to count twins upwards."""
    if sighting.reference:
        return _digest((source, sighting.reference))
    moment = sighting.moment
    clock = moment.instant if moment.certainty == GIVEN else moment.wall_clock
    words = sighting.word + sighting.carrier_code or fold(sighting.description) or sighting.code
    return _digest((source, leg, item, words, clock))


def _digest(parts: tuple[object, ...]) -> int:
    return int.from_bytes(blake2b(_encode(parts), digest_size=8).digest()) >> 2


def fingerprint_of(sighting: Sighting) -> int:
    """Return a digest of what a source may reword, as a signed 32-bit number."""
    moment = sighting.moment
    said = (
        sighting.code,
        sighting.word,
        sighting.carrier_code,
        sighting.description,
        sighting.place,
        sighting.signee,
        moment.instant,
        moment.offset,
        pack(moment),
    )
    return crc32(_encode(said)) - 2**31


def fold(text: str) -> str:
    """Return text as it is compared: one case, single spaces, letters and digits only."""
    return " ".join(_NEITHER_LETTER_NOR_DIGIT.sub(" ", text.casefold()).split())


def know(
    source: str,
    sightings: Iterable[tuple[int | None, int | None, Sighting]],
    stored: Mapping[int, int],
) -> list[Known]:
    """Return each distinct sighting with its key. `stored` maps known keys to fingerprints."""
    found: dict[int, Known] = {}
    twins: dict[int, list[Known]] = {}
    for leg, item, sighting in sightings:
        key = key_of(source, leg, item, sighting)
        known = Known(key, fingerprint_of(sighting), leg, item, sighting)
        other = found.setdefault(key, known)
        if other is not known and other.fingerprint != known.fingerprint:
            twins.setdefault(key, [other]).append(known)
        elif key + 1 in stored:
            twins.setdefault(key, [known])
    if not twins:
        return list(found.values())
    single = [known for key, known in found.items() if key not in twins]
    return [
        *single,
        *(one for key, group in twins.items() for one in _tell_apart(key, group, stored)),
    ]


def _tell_apart(key: int, group: list[Known], stored: Mapping[int, int]) -> Iterator[Known]:
    """Give twins consecutive keys: the unchanged keep theirs, the others take what is left."""
    distinct = {_looks(known): known for known in group}.values()
    taken = chain(key, stored)
    by_wording = {stored[one]: one for one in reversed(taken)}
    claimed = {
        by_wording[known.fingerprint] for known in distinct if known.fingerprint in by_wording
    }
    free = _free_keys(key, taken, claimed)
    for known in distinct:
        own = by_wording.pop(known.fingerprint, None)
        yield replace(known, key=next(free) if own is None else own)


def _looks(known: Known) -> tuple[str, str]:
    place = known.sighting.place
    return fold(known.sighting.description), fold(f"{place.label} {place.city} {place.company}")


def chain(key: int, stored: Container[int]) -> list[int]:
    """Return the keys that stored twins have: consecutive ones."""
    keys = []
    while key in stored:
        keys.append(key)
        key += 1
    return keys


def _free_keys(key: int, taken: list[int], claimed: Container[int]) -> Iterator[int]:
    yield from (one for one in taken if one not in claimed)
    key += len(taken)
    while True:
        yield key
        key += 1
