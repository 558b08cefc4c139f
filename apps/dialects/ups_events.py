"""What UPS says of one package, pulled or pushed: events, headline, promise, partner."""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from msgspec import Raw

from apps.dialects import lenient, ups_times, zones
from apps.dialects import ups_shapes as shapes
from apps.dialects import ups_words as words
from apps.dialects.lenient import Text
from apps.dialects.markup import plain
from apps.dialects.ups_times import Clocks
from apps.shipments.reports import (
    Certainty,
    Fault,
    Headline,
    LegReport,
    Limits,
    Moment,
    NumberReport,
    Place,
    PromiseReport,
    Sighting,
)
from apps.shipments.status import STATUSES

SOURCE = "ups"
OWN_LEG = LegReport("ups", "UPS")

# Kinds of delivery dates: promised, the better first, and what happened.
PROMISED = ("RDD", "SDD")
DELIVERED = "DEL"


def zone_of(place: Place) -> tzinfo | None:
    """Return the zone of a place, None where it leaves that open."""
    return zones.zone_of(place.country, place.region, place.postal_code)


def sighting(
    number: str, clocks: Clocks, place: Place, status: shapes.Status, position: int = 0
) -> Sighting:
    """Return an event; raise `ValueError` when its time cannot be read.

    UPS has no ids of events. Number, local clock, type and code are what answers and pushes
    have in common, and what stays when a partner or more packages come to be known.
    """
    digits, kind, code = _codes(status)
    word = words.word_of(digits, kind, code)
    return Sighting(
        code=words.code_of(digits, kind, code),
        moment=ups_times.occurred(clocks, zone_of(place)),
        description=plain(status.description, Limits.DESCRIPTION),
        word=word,
        carrier_code=digits,
        place=place,
        leg=0,
        position=position,
        reference=f"{number} {clocks.local or clocks.gmt} {word}",
    )


def headline(status: shapes.Status, delivered: Moment | None) -> Headline | None:
    """Return a package's own status, None for none.

    It bears no time. The time of delivery is its own when it says that the journey is over.
    """
    digits, kind, code = _codes(status)
    if not (digits or kind or code):
        return None
    ours = words.code_of(digits, kind, code)
    said_at = delivered.instant if delivered and _is_exact(delivered) else None
    return Headline(
        code=ours,
        word=words.word_of(digits, kind, code),
        carrier_code=digits,
        description=plain(
            status.simplified_text_description or status.description, Limits.DESCRIPTION
        ),
        said_at=said_at if STATUSES[ours].is_terminal else None,
        delivered=delivered,
    )


def _is_exact(moment: Moment) -> bool:
    return not moment.is_date_only and moment.certainty > Certainty.ASSUMED


def _codes(status: shapes.Status) -> tuple[str, str, str]:
    """Return digits, type and code; as one word they fit the vault."""
    half = Limits.CODE // 2 - 1
    digits = lenient.text(status.status_code or status.description_code, Limits.CODE).strip()
    return digits, lenient.text(status.type, half).strip(), lenient.text(status.code, half).strip()


def promise(
    days: Mapping[str, Text],
    window: shapes.Window,
    home: tzinfo | None,
    path: str,
    faults: list[Fault],
) -> PromiseReport | None:
    """Return the window in which UPS means to deliver, by kind of date; None without one."""
    day = next((days[kind] for kind in PROMISED if days.get(kind)), None)
    is_over = lenient.text(window.type, Limits.CODE) == DELIVERED
    until = time_there(day, None if is_over else window.end_time, home, path, faults)
    if until is None or is_over or not window.start_time:
        return PromiseReport(until) if until else None
    return PromiseReport(until, time_there(day, window.start_time, home, path, faults))


def time_there(
    day: Text, time: Text, home: tzinfo | None, path: str, faults: list[Fault]
) -> Moment | None:
    """Return a time on the destination's clock; nothing without a day, and for nonsense."""
    if not lenient.text(day, Limits.CODE).strip():
        return None
    try:
        return ups_times.local(day, time, home)
    except ValueError as error:
        faults.append(Fault(path, str(error)))
        return None


def partner(
    alternates: Iterable[Raw], path: str, faults: list[Fault]
) -> tuple[LegReport | None, tuple[str, ...]]:
    """Return the carrier that takes over and what it calls the package."""
    leg, numbers = None, []
    for index, said in lenient.read_each(alternates, shapes.Alternate, path, faults):
        kind = lenient.text(said.type, Limits.CODE).partition("_")[0].upper()
        place = f"{path}[{index}].number"
        number = lenient.uncut(said.number, Limits.NUMBER, place, faults)
        if number and kind in words.PARTNERS:
            leg = LegReport(*words.PARTNERS[kind])
            numbers.append(number)
    return leg, tuple(numbers)


def numbers_of(
    number: str, told: Headline | None, partners: Iterable[str], item: int | None = None
) -> list[NumberReport]:
    """Return a package's own number and, on the second leg, its partner's."""
    return [
        NumberReport(number, 0, item, headline=told),
        *(NumberReport(other, 1, item) for other in partners),
    ]
