"""Which carriers a tracking number can be of, from its characters alone.

The formats are those of jkeen/tracking_number_data 2.0.0 (MIT), unchanged in
`formats/couriers` (Amazon and LaserShip as of 1.4); what it lacks is in `formats/hints.py`.
Shapes overlap and a check digit holds by chance one time in ten, so the answer is a ranked
list, and only what proves itself is taken without asking anybody.
"""

import re
from collections.abc import Collection, Iterator
from enum import IntEnum
from functools import cache
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct, json

from apps.shipments.formats import checksums
from apps.shipments.formats.carriers import COURIERS, NO_CARRIER, POSTS, PREFIXED, Named
from apps.shipments.formats.checksums import Checksum
from apps.shipments.formats.definitions import Courier, Definition, Fit, fit
from apps.shipments.formats.hints import HINTS, Hint
from apps.shipments.reports import Limits

COURIERS_FOLDER = Path(__file__).parent / "formats" / "couriers"
GS1 = Checksum("mod10", evens_multiplier=3, odds_multiplier=1)

# Full-width characters and their ASCII twins; dashes of every kind.
_FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLDED |= dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), ord("-"))
_WRITTEN = re.compile(r"[0-9A-Z]+(?:-[0-9A-Z]+)*")


class Evidence(IntEnum):
    """How much a number shows of being a carrier's."""

    SHAPE = 1  # length and kinds of characters
    PREFIX = 2  # begins as nobody else's do
    CHECKSUM = 3  # its check digit holds, as it does for one stranger in ten
    PROVEN = 4  # its check digit holds, and its prefix or a look-up too


class Candidate(Struct, frozen=True):
    """A carrier a number can be of. `carrier_code` is ours, or the data set's for want of one."""

    carrier_code: str
    name: str
    service: str
    certainty: Evidence
    tracking_url: str


def recognise(number: str, *, known: Collection[str] = (), country: str = "") -> str:
    """Return the code of the one carrier a number must be of, empty when that is not certain.

    Arguments as for `candidates`.
    """
    sure = certain(number, known=known, country=country)
    return sure.carrier_code if sure else ""


def certain(number: str, *, known: Collection[str] = (), country: str = "") -> Candidate | None:
    """Return the best candidate when it proves itself and no other does so as well.

    A check digit alone is enough for a carrier the shop works with.
    """
    best, *others = candidates(number, known=known, country=country) or (None,)
    if best is None or best.carrier_code == NO_CARRIER:
        return None
    is_known = best.carrier_code in known
    rivals = [
        other
        for other in others
        if other.certainty == best.certainty and (other.carrier_code in known) == is_known
    ]
    proves = {Evidence.PROVEN, Evidence.PREFIX} | ({Evidence.CHECKSUM} if is_known else set())
    return best if best.certainty in proves and not rivals else None


def candidates(
    number: str, *, known: Collection[str] = (), country: str = ""
) -> tuple[Candidate, ...]:
    """Return every carrier a number can be of, the likeliest first, each once.

    `known` holds the codes of carriers the shop works with, `country` is the recipient's
    (two letters). Spaces, dashes, small letters and full-width characters do not matter.
    """
    written = _written(number)
    found: dict[str, tuple[tuple[int, bool, int], Candidate]] = {}
    for carrier, candidate in _found(written) if written else ():
        order = (
            -candidate.certainty,
            candidate.carrier_code not in known,
            _distance(carrier, country.upper()),
        )
        code = candidate.carrier_code
        if code not in found or order < found[code][0]:
            found[code] = order, candidate
    return tuple(candidate for _, candidate in sorted(found.values(), key=lambda one: one[0]))


def _written(number: str) -> str:
    """Return a number in ASCII capitals without spaces, empty for what cannot be one."""
    if len(number) > Limits.NUMBER:
        return ""
    text = "".join(number.translate(_FOLDED).split())
    text = text.upper() if text.isascii() else ""
    return text if _WRITTEN.fullmatch(text) else ""


def _distance(carrier: Named, country: str) -> int:
    """Return 0 for a carrier of the recipient's country, 1 for one of all, 2 for others."""
    if not country or country in carrier.homes.split():
        return 0
    return 2 if carrier.homes else 1


def _found(written: str) -> Iterator[tuple[Named, Candidate]]:
    """Yield what fits with its carrier; some formats have a dash that means something."""
    bare = written.replace("-", "")
    for courier, definition in definitions():
        shown = fit(definition, bare) or fit(definition, written)
        if shown:
            carrier = _carrier(courier, definition, shown)
            yield carrier, _candidate(carrier, definition, shown, bare)
    for hint, shape in _shapes():
        certainty = _hinted(hint, bare) if shape.fullmatch(bare) else None
        if certainty:
            yield hint.carrier, Candidate(*hint.carrier[:2], "", certainty, "")


def _carrier(courier: Courier, definition: Definition, shown: Fit) -> Named:
    if post := shown.rows.get("Courier"):
        return POSTS.get(post.matches) or Named(NO_CARRIER, post.courier, post.matches)
    named = COURIERS.get(definition.id) or COURIERS.get(courier.courier_code)
    return named or Named(courier.courier_code, courier.name)


def _candidate(carrier: Named, definition: Definition, shown: Fit, bare: str) -> Candidate:
    service = shown.rows.get("Service Type")
    page = (definition.tracking_url or "").replace("%s", quote(bare, safe=""))
    return Candidate(
        carrier.code, carrier.name, service.name if service else "", _evidence(definition), page
    )


def _evidence(definition: Definition) -> Evidence:
    is_prefixed = definition.name in PREFIXED or definition.validation.additional is not None
    if definition.validation.checksum:
        return Evidence.PROVEN if is_prefixed else Evidence.CHECKSUM
    return Evidence.PREFIX if is_prefixed else Evidence.SHAPE


def _hinted(hint: Hint, bare: str) -> Evidence | None:
    if not hint.has_gs1_check:
        return Evidence.SHAPE
    return Evidence.CHECKSUM if checksums.holds(GS1, bare[-18:-1], bare[-1]) else None


@cache
def definitions() -> tuple[tuple[Courier, Definition], ...]:
    """Return the formats of the data set with their couriers, read on first use."""
    couriers = (
        json.decode(path.read_bytes(), type=Courier)
        for path in sorted(COURIERS_FOLDER.glob("*.json"))
    )
    return tuple((one, definition) for one in couriers for definition in one.tracking_numbers)


@cache
def _shapes() -> tuple[tuple[Hint, re.Pattern[str]], ...]:
    return tuple((hint, re.compile(hint.shape)) for hint in HINTS)
