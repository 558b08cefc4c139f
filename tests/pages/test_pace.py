from datetime import timedelta

import pytest

from apps.pages.pace import pace_of
from tests.pages.journeys import NOW, day, event, journey, promise

MINUTE = 60
SEEN = event("in_transit", "2026-05-14T08:00")


@pytest.mark.parametrize(
    ("code", "minutes"),
    [
        ("out_for_delivery", 1),
        ("attempted.no_answer", 5),
        ("in_transit.customs", 10),
        ("pre_transit", 15),
        ("delivered", 0),
    ],
)
def test_a_page_asks_the_sooner_the_nearer_the_parcel_is(code, minutes):
    assert pace_of([journey(SEEN, code=code)], NOW) == minutes * MINUTE


def test_a_parcel_nobody_has_seen_for_two_days_is_asked_about_slowly():
    told = journey(SEEN, code="in_transit")

    paces = [pace_of([told], SEEN.moment.instant + timedelta(days=days)) for days in (1, 3)]

    assert paces == [10 * MINUTE, 15 * MINUTE]


def test_the_day_of_delivery_is_watched_closely_however_quiet_it_was():
    told = journey(SEEN, code="in_transit", promises=(promise(day("2026-05-18")),))

    assert pace_of([told], SEEN.moment.instant + timedelta(days=4)) == MINUTE


def test_the_most_urgent_parcel_of_an_order_sets_the_pace():
    parcels = [journey(SEEN, code="delivered"), journey(SEEN, code="out_for_delivery")]

    assert pace_of(parcels, NOW) == MINUTE
