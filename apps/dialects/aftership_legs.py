"""Which carriers carry a parcel by AfterShip: its courier, first and last mile, and who scans."""

from collections.abc import Iterable

from msgspec import Struct

from apps.dialects import aftership_words as words
from apps.dialects import codes, lenient
from apps.dialects.lenient import Text
from apps.shipments.reports import Fault, LegReport, Limits, NumberReport

# Couriers that only scan: a payload with more of them is no journey.
MOST_COURIERS = 6
# What stands where a slug should when AfterShip found no courier.
_NOBODY = frozenset(("unrecognized",))


class Mile(Struct):
    """A courier's own part: its slug and the number it knows the parcel by."""

    slug: Text = None
    tracking_number: Text = None
    courier_tracking_link: Text = None


def slug_in(value: Text) -> str:
    """Return a courier's slug as text, empty where nobody was recognised."""
    slug = lenient.text(value, Limits.CODE).strip()
    return "" if slug in _NOBODY else slug


def in_order(main: str, scanning: Iterable[str], first: Mile, last: Mile) -> list[str]:
    """Return the couriers' slugs in travel order, each once.

    `scanning` are the slugs of the events, oldest first. An event belongs to its courier's
    leg, so a courier has one leg even where it is named for two.
    """
    found = [slug for slug in dict.fromkeys(scanning) if slug][:MOST_COURIERS]
    order = list(dict.fromkeys([*found] if main in found else [main, *found]))
    start, end = slug_in(first.slug), slug_in(last.slug)
    if start:
        order = [start, *(slug for slug in order if slug != start)]
    if end and end != start:
        order = [*(slug for slug in order if slug != end), end]
    return order


def legs(order: list[str], main: str, service: str) -> tuple[LegReport, ...]:
    """Return a leg for each slug; a carrier we do not know keeps its slug as name."""
    found = [(slug, words.carrier_code(slug)) for slug in order]
    return tuple(
        LegReport(code, "" if code else slug, service_name=service if slug == main else "")
        for slug, code in found
    )


def numbers(
    main: NumberReport, miles: Iterable[tuple[str, Mile]], order: list[str], faults: list[Fault]
) -> tuple[NumberReport, ...]:
    """Return the parcel's number and those of its miles, given with where they stand."""
    told = [main] if main.number else []
    for path, mile in miles:
        place = f"{path}.tracking_number"
        number = lenient.uncut(mile.tracking_number, Limits.NUMBER, place, faults)
        slug = slug_in(mile.slug)
        if number and slug and all(codes.fold(number) != codes.fold(n.number) for n in told):
            url = lenient.link(mile.courier_tracking_link)
            told.append(NumberReport(number, order.index(slug), None, url))
    return tuple(told)
