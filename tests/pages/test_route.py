"""The drawing of a parcel's way."""

from itertools import combinations
from math import inf, nan

import pytest
from msgspec.structs import replace

from apps.branding.looks import Look
from apps.pages.presenting import present
from apps.pages.readers import Frame, Reader
from apps.pages.route import HEIGHT, LETTER, LINE, MOST_STOPS, WIDTH, route_of
from apps.pages.showing import render
from apps.shipments.privacy import Level, seen_at
from apps.shipments.reports import Place
from tests.pages.journeys import NOW, event, journey
from tests.pages.markup import read
from tests.pages.test_hostile_texts import HOSTILE

WAY = (
    ("Shenzhen, CN", 22.5431, 114.0579),
    ("Leipzig, DE", 51.42, 12.24),
    ("Leeds, GB", 53.8, -1.55),
)


def travelled(*stops, code="in_transit", **fields):
    """Return a journey past places, given oldest first."""
    events = [
        event_at(code, Place(label=label, latitude=north, longitude=east))
        for label, north, east in stops
    ]
    return journey(*reversed(events), **fields)


def event_at(code, place):
    return replace(event(code), place=place)


def drawn(*journeys, reader=None):
    return read(render("pages/_tracking.html", journeys, reader or Reader(), NOW)).all(id="route")


def test_a_way_is_drawn_from_first_to_last_with_north_up():
    route = route_of(travelled(*WAY))

    shenzhen, leipzig, leeds = route.stops
    assert shenzhen.x > leipzig.x > leeds.x
    assert shenzhen.y > leipzig.y > leeds.y
    assert [stop.label for stop in route.stops] == ["Shenzhen", "Leipzig", "Leeds"]
    assert route.towns == ("Shenzhen", "Leipzig", "Leeds")
    assert route.words == "From Shenzhen to Leeds"


def test_the_line_joins_the_stops_and_arrows_point_along_it():
    route = route_of(travelled(("A", 0, 0), ("B", 0, 10), ("C", 10, 10)))

    assert route.line == " ".join(f"{stop.x},{stop.y}" for stop in route.stops)
    assert [arrow.turn for arrow in route.arrows] == [0.0, -90.0]


def test_everything_lies_on_the_drawing():
    route = route_of(travelled(*WAY, ("A town with a very long name indeed", -60, 179)))

    for stop in route.stops:
        assert 0 <= stop.x <= WIDTH and 0 <= stop.y <= HEIGHT
        assert 0 <= stop.label_y <= HEIGHT
        half = len(stop.label) * LETTER / 2
        assert not stop.label or half <= stop.label_x <= WIDTH - half


def test_no_words_cover_others():
    stops = [(f"Town number {n}", 50 + n / 10, n / 7) for n in range(20)]

    labelled = [stop for stop in route_of(travelled(*stops)).stops if stop.label]

    assert {"Town number 0", "Town number 19"} <= {stop.label for stop in labelled}
    for one, other in combinations(labelled, 2):
        room = (len(one.label) + len(other.label)) * LETTER / 2
        is_beside = abs(one.label_x - other.label_x) >= room - 0.2
        assert is_beside or abs(one.label_y - other.label_y) >= LINE


def test_the_shorter_way_round_the_world_is_drawn():
    route = route_of(travelled(("Fiji", -18, 178), ("Samoa", -14, -172), ("Tahiti", -17, -149)))

    assert [stop.x for stop in route.stops] == sorted(stop.x for stop in route.stops)
    assert (route.stops[1].x - route.stops[0].x) < (route.stops[2].x - route.stops[1].x)


@pytest.mark.parametrize(
    "stops",
    [
        (),
        (("Leeds", 53.8, -1.55),),
        (("Leeds", 53.8, -1.55), ("Leeds depot", 53.801, -1.551)),
        (("Leeds", None, None), ("Hull", None, None)),
        (("Leeds", 53.8, None), ("Hull", 53.7, -0.3)),
        (("Leeds", nan, nan), ("Hull", inf, -inf), ("York", 91.0, 0.0), ("Bath", 0.0, 181.0)),
    ],
)
def test_less_than_two_places_are_no_way(stops):
    assert route_of(travelled(*stops)) is None


@pytest.mark.parametrize(
    "stops",
    [
        (("Pole", 90.0, 0.0), ("Pole again", 90.0, 90.0)),
        (("A", -90.0, -180.0), ("B", 90.0, 180.0)),
        (("A", 0.0, 0.0), ("B", 0.0, 0.01)),
        (("A", 0.0, 0.0), ("B", 5.0, 0.0)),
    ],
)
def test_odd_ways_are_drawn_too(stops):
    for stop in route_of(travelled(*stops)).stops:
        assert 0 <= stop.x <= WIDTH and 0 <= stop.y <= HEIGHT


def test_a_stay_is_one_stop():
    stops = [WAY[0], WAY[0], WAY[1], WAY[1], WAY[0]]

    assert route_of(travelled(*stops)).towns == ("Shenzhen", "Leipzig", "Shenzhen")


def test_a_runaway_way_shows_its_end():
    route = route_of(travelled(*((f"T{n}", n / 10, n / 10) for n in range(500))))

    assert len(route.stops) == MOST_STOPS
    assert route.towns[-1] == "T499"


def test_the_page_draws_the_way_after_the_journey():
    (section,) = drawn(travelled(*WAY))

    drawing = section.one("svg", role="img")
    assert drawing["viewbox"] == f"0 0 {WIDTH} {HEIGHT}"
    assert section.one(id=drawing["aria-labelledby"].split()[0]).text == "Route"
    assert section.one("desc").text == "From Shenzhen to Leeds"
    assert len(drawing.all("circle")) == 3
    assert [town.text for town in drawing.all("text")] == ["Shenzhen", "Leipzig", "Leeds"]
    assert [town.text for town in section.one("ol").all("li")] == ["Shenzhen", "Leipzig", "Leeds"]


def test_the_drawing_needs_nothing_from_elsewhere_and_no_styles():
    (section,) = drawn(travelled(*WAY))

    for element in section.elements:
        assert not {"style", "href", "xlink:href", "src"} & set(element.attributes)


def test_numbers_are_written_the_same_in_every_language(settings):
    settings.LANGUAGES = [("en", "English"), ("de", "German")]

    (section,) = drawn(travelled(*WAY), reader=Reader(language="de"))

    assert "," not in "".join(c["cx"] + c["cy"] for c in section.all("circle"))


@pytest.mark.parametrize(
    "reader",
    [
        Reader(look=Look("harbour", "Harbour", "harbour", hidden=frozenset(("map",)))),
        Reader(frame=Frame(hidden=frozenset(("map",)))),
    ],
)
def test_a_brand_or_a_frame_may_leave_the_drawing_out(reader):
    assert drawn(travelled(*WAY), reader=reader) == []


def test_a_link_draws_towns_and_never_the_last_mile():
    home = ("12 Marker Road, Leeds", 53.81234, -1.56789)
    depots, door = travelled(*WAY), travelled(home, code="delivered")
    whole = journey(*door.events, *depots.events)

    seen = present([seen_at(whole, Level.LINK)], NOW).route
    proved = present([whole], NOW, Reader(level=Level.PROVED)).route

    assert len(seen.stops) == 3
    assert len(proved.stops) == 4


def test_a_number_draws_nothing():
    assert route_of(seen_at(travelled(*WAY), Level.NUMBER)) is None


def named(text):
    return travelled((text, 22.5, 114.1), (f"{text} again", 51.4, 12.2))


@pytest.mark.parametrize("text", [*HOSTILE, "</svg><script>", "]]>", "\u202egp\x00j"])
def test_no_text_makes_elements_in_the_drawing(text):
    reader = Reader(level=Level.PROVED)

    (harmless,), (hostile,) = drawn(named("town"), reader=reader), drawn(named(text), reader=reader)

    assert [e.tag for e in hostile.elements] == [e.tag for e in harmless.elements]
    assert "\u202e" not in hostile.text
