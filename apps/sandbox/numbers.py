"""Numbers that say what to play: `SBX-DELIVERED-0001`, `SBX-HANDOVER-7-L2-@1763730000`."""

import re
from datetime import UTC, datetime
from hashlib import blake2b

from msgspec import Struct

from apps.shipments.references import ALPHABET, FIRST_FOREIGN

# The longest is 49 characters: references of Sorted's languages end at 50. A start after the
# @ is in whole seconds since 1970 and reaches to the year 2286.
_FORM = re.compile(
    r"SBX-(?P<word>[0-9A-Z]{1,9})-(?P<name>[0-9A-Z]{1,20})"
    r"(?:-(?P<part>[LP][1-9]))?(?:-@(?P<epoch>[0-9]{1,10}))?"
)
_EVENT_ROOM = 10**32 - FIRST_FOREIGN


class Number(Struct, frozen=True):
    """A number taken apart.

    `word` says what to play, `name` tells apart who plays it. `part` is `L2` for what the
    second carrier calls the parcel, `P1` for the first item's own number, empty for the
    whole. `epoch` is when the journey starts, None for when it is first asked about.
    """

    word: str
    name: str
    part: str = ""
    epoch: int | None = None

    @property
    def whole(self) -> str:
        """Return the number of the whole shipment."""
        return self.called("")

    def called(self, part: str) -> str:
        """Return the number of a part."""
        start = "" if self.epoch is None else f"@{self.epoch}"
        return "-".join(filter(None, ("SBX", self.word, self.name, part, start)))

    def starts_at(self) -> datetime | None:
        return None if self.epoch is None else datetime.fromtimestamp(self.epoch, UTC)


def parse(text: str) -> Number | None:
    """Return the number a text is, None for any other text. Small letters are fine."""
    found = _FORM.fullmatch(text.upper())
    if not found:
        return None
    epoch = found["epoch"]
    return Number(found["word"], found["name"], found["part"] or "", int(epoch) if epoch else None)


def reference(prefix: str, *seed: object) -> str:
    """Return `prefix` and 32 digits, the same for the same seed: `sp_…`, `sc_…`."""
    return f"{prefix}_{_drawn(*seed) % 10**32:032d}"


def event_reference(*seed: object) -> str:
    """Return `tr_` and 32 digits that cannot be taken for a row of somebody's database."""
    return f"tr_{FIRST_FOREIGN + _drawn(*seed) % _EVENT_ROOM:032d}"


def grouped_reference(prefix: str, *seed: object) -> str:
    """Return `prefix` and three groups of three: `EC-4DF-002-9QX`."""
    drawn, letters = _drawn(*seed), ""
    for _ in range(9):
        drawn, place = divmod(drawn, len(ALPHABET))
        letters += ALPHABET[place]
    return "-".join((prefix, letters[:3], letters[3:6], letters[6:]))


def _drawn(*seed: object) -> int:
    return int.from_bytes(blake2b(repr(seed).encode(), digest_size=16).digest())
