"""A parcel's way as a drawing: stops joined by lines, made here, without anybody's map.

A plain equirectangular projection. All lengths are units of a drawing `WIDTH` by `HEIGHT`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from math import atan2, cos, degrees, dist, radians
from typing import NamedTuple

from apps.pages.languages import gettext as _
from apps.pages.shown import Shown
from apps.shipments.journey import Journey
from apps.shipments.reports import Place

WIDTH, HEIGHT = 600, 200
# Room for dots at the sides, and for words above and below them.
SIDE, TOP = 24, 48
# Digits of a degree: a street's length. Below the level that may know it there are fewer.
DIGITS = 2
MOST_STOPS = 40
# What a letter and a line of words take on a small screen, generously.
LETTER, LINE, MOST_LETTERS = 13, 26, 20
# From a dot to the middle of its words.
AWAY = 26
# Shorter lines have no room for an arrow.
ARROW_ROOM = 40

Point = tuple[float, float]


class Stop(Shown, frozen=True):
    """A dot, with the place of its words; `label` is empty where they would cover others."""

    x: float
    y: float
    label: str = ""
    label_x: float = 0
    label_y: float = 0


class Arrow(Shown, frozen=True):
    """The middle of a line, and where it points: degrees clockwise from the right."""

    x: float
    y: float
    turn: float


class Route(Shown, frozen=True):
    """`line` is what SVG's `polyline` takes; `towns` and `words` tell the way in words."""

    stops: tuple[Stop, ...]
    arrows: tuple[Arrow, ...]
    line: str
    towns: tuple[str, ...]
    words: str


class Visit(NamedTuple):
    latitude: float
    longitude: float
    town: str


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: "Box") -> bool:
        is_beside = self.right <= other.left or other.right <= self.left
        return not is_beside and self.top < other.bottom and other.top < self.bottom


def route_of(journey: Journey) -> Route | None:
    """Return the way of a masked journey, None with fewer than two places to join."""
    visits = _visits(journey)[-MOST_STOPS:]
    if len({visit[:2] for visit in visits}) < 2:
        return None
    points = _projected(visits)
    towns = tuple(town for town, _visits_there in groupby(v.town for v in visits if v.town))
    return Route(
        stops=_stops([visit.town for visit in visits], points),
        arrows=tuple(_arrows(points)),
        line=" ".join(f"{x},{y}" for x, y in points),
        towns=towns,
        words=_words(towns),
    )


def _words(towns: Sequence[str]) -> str:
    if len(towns) < 2:
        return _("The places where the parcel was scanned")
    return _("From %(first)s to %(last)s") % {"first": towns[0], "last": towns[-1]}


def _visits(journey: Journey) -> list[Visit]:
    """Return where the parcel was, oldest first, each stay once."""
    all_visits = filter(None, (_visit(event.place) for event in reversed(journey.events)))
    return [next(stay) for _where, stay in groupby(all_visits, key=lambda visit: visit[:2])]


def _visit(place: Place) -> Visit | None:
    latitude, longitude = place.latitude, place.longitude
    if latitude is None or longitude is None or not _is_on_earth(latitude, longitude):
        return None
    town = place.city or place.label.partition(",")[0]
    return Visit(round(latitude, DIGITS), round(longitude, DIGITS), town.strip())


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180


def _projected(visits: Sequence[Visit]) -> list[Point]:
    """Return the visits on the drawing, as large as fits and in its middle, north up."""
    shrink = cos(radians(sum(visit.latitude for visit in visits) / len(visits)))
    xs = [x * shrink for x in _without_a_seam(visit.longitude for visit in visits)]
    ys = [-visit.latitude for visit in visits]
    scale = min(_scale(xs, WIDTH - 2 * SIDE), _scale(ys, HEIGHT - 2 * TOP))
    return list(zip(_centred(xs, scale, WIDTH), _centred(ys, scale, HEIGHT), strict=True))


def _scale(values: Sequence[float], room: float) -> float:
    return room / max(max(values) - min(values), 1e-6)


def _centred(values: Sequence[float], scale: float, length: float) -> Iterator[float]:
    middle = (min(values) + max(values)) / 2
    return (round(length / 2 + (value - middle) * scale, 1) for value in values)


def _without_a_seam(longitudes: Iterable[float]) -> Iterator[float]:
    """Yield longitudes that go on past 180 where the shorter way crosses the date line."""
    before = 0.0
    for longitude in longitudes:
        before = longitude + 360 * round((before - longitude) / 360)
        yield before


def _arrows(points: Sequence[Point]) -> Iterator[Arrow]:
    for start, end in pairwise(points):
        if dist(start, end) >= ARROW_ROOM:
            (x1, y1), (x2, y2) = start, end
            turn = degrees(atan2(y2 - y1, x2 - x1))
            yield Arrow(round((x1 + x2) / 2, 1), round((y1 + y2) / 2, 1), round(turn, 1))


def _stops(towns: Sequence[str], points: Sequence[Point]) -> tuple[Stop, ...]:
    """Return the dots; the last and the first get their words first, then who has room."""
    stops = [Stop(x, y) for x, y in points]
    taken: list[Box] = []
    told: set[str] = {""}
    for index in (len(points) - 1, *range(len(points) - 1)):
        if towns[index] not in told and (box := _free(towns[index], points[index], taken)):
            told.add(towns[index])
            taken.append(box)
            stops[index] = _labelled(stops[index], towns[index], box)
    return tuple(stops)


def _free(town: str, point: Point, taken: Sequence[Box]) -> Box | None:
    """Return where a town's words cover no others, above its dot or below it."""
    x, y = point
    half = LETTER * min(len(town), MOST_LETTERS) / 2
    x = min(max(x, half), WIDTH - half)
    tries = (Box(x - half, m - LINE / 2, x + half, m + LINE / 2) for m in (y - AWAY, y + AWAY))
    return next((box for box in tries if not any(map(box.covers, taken))), None)


def _labelled(stop: Stop, town: str, box: Box) -> Stop:
    label = town if len(town) <= MOST_LETTERS else town[: MOST_LETTERS - 1] + "…"
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return Stop(stop.x, stop.y, label, round(middle[0], 1), round(middle[1], 1))
