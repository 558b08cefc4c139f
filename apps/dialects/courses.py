"""What one carrier tells of a parcel's course: on with a partner, or back to its sender."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec.structs import replace

from apps.dialects import returns
from apps.shipments.reports import Report, Sighting
from apps.shipments.status import milestone_of

HANDED_OVER = "in_transit.handed_over"
_FAILURES = frozenset(("attempted", "exception"))


def on_two_legs(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Return one parcel's sightings with the leg of each: 0, or 1 for the partner's.

    All that follows the hand-over is the partner's. So is a delivery that comes without
    one: on the first leg it would read as the hand-over itself.
    """
    handed = _first(s for s in sightings if s.code == HANDED_OVER)
    return [
        replace(s, leg=int(milestone_of(s.code) == "delivered" or _is_after(s, handed)))
        for s in sightings
    ]


def turned_back(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Return the sightings of a parcel whose source flags it as going back.

    It turns at its first failure; without any, all of the journey is the way back. An event
    that says itself that the parcel goes back is settled with the others, so then nothing
    has to be read in another way.
    """
    if any(returns.is_back(s.code) for s in sightings):
        return list(sightings)
    turn = _first(s for s in sightings if milestone_of(s.code) in _FAILURES)
    return [
        replace(s, code=returns.turned(s.code)) if turn is None or _is_after(s, turn) else s
        for s in sightings
    ]


def signed(sightings: Sequence[Sighting], signee: str) -> list[Sighting]:
    """Return the sightings with a delivery's signee on the newest delivery."""
    delivered = [s for s in sightings if milestone_of(s.code) in ("delivered", "returned")]
    newest = max(delivered, key=_order, default=None)
    return [replace(s, signee=signee) if signee and s is newest else s for s in sightings]


def left_open(report: Report) -> Report:
    """Return a push's report with its events on no leg.

    A push tells of the moment, not of partners: events on a first leg that has none after
    it here would take a delivery away from a leg we know of.
    """
    return replace(report, sightings=tuple(replace(s, leg=None) for s in report.sightings))


def _order(sighting: Sighting) -> tuple[datetime, int]:
    return sighting.moment.instant, sighting.position


def _first(sightings: Iterable[Sighting]) -> tuple[datetime, int] | None:
    return min(map(_order, sightings), default=None)


def _is_after(sighting: Sighting, turn: tuple[datetime, int] | None) -> bool:
    return turn is not None and _order(sighting) > turn
