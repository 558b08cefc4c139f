"""The journey as the vault held it at an earlier moment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from apps.shipments import recording
from apps.shipments.models import Outbox, Shipment
from apps.shipments.reading import journey_of
from apps.shipments.reports import Headline, ItemReport, LegReport, NumberReport, PromiseReport
from apps.shipments.time_machine import journey_as_of
from tests.builders import NOW, at, make_merchant, make_shipment, report, sighting

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
LEGS = (LegReport("ups"), LegReport("elta"))
ITEMS = (ItemReport(custom_reference="A"), ItemReport(custom_reference="B"))


def shown(journey):
    """Return what is settled and told in a journey, without what is kept in one wording only."""
    return (
        journey.code,
        journey.version,
        journey.updated_at if journey.version else None,
        journey.events,
        journey.promises,
        {item.position: item.code for item in journey.items},
    )


def replay(shipment, steps):
    """Record one step an hour; return what was shown after each of them, with its time."""
    then = []
    for number, step in enumerate(steps):
        now = NOW + number * HOUR
        recording.replace_history(shipment.pk, step, now=now)
        then.append((now, shown(journey_of(shipment.pk))))
    return then


COURSE = (
    report(sighting("pre_transit.label_created", "2026-02-28T10:00:00Z"), legs=LEGS, items=ITEMS),
    report(
        sighting("pre_transit.label_created", "2026-02-28T10:00:00Z"),
        sighting("accepted", "2026-03-01T10:00:00Z", leg=0),
        legs=LEGS,
        promise=PromiseReport(until=at("2026-03-04T18:00:00Z")),
    ),
    report(
        sighting("accepted", "2026-03-01T10:00:00Z", leg=0),
        sighting("delivered", "2026-03-01T12:00:00Z", leg=0),
        legs=LEGS,
    ),
    report(
        sighting("accepted", "2026-03-01T10:00:00Z", leg=0),
        sighting("delivered", "2026-03-01T13:00:00Z", leg=1, item=0),
        legs=LEGS,
        items=ITEMS,
        promise=PromiseReport(until=at("2026-03-06T18:00:00Z"), reason="Weather"),
    ),
    report(
        sighting("accepted", "2026-03-01T10:00:00Z", leg=0),
        sighting("delivered", "2026-03-01T13:00:00Z", leg=1, item=0),
        sighting("delivered", "2026-03-01T14:00:00Z", leg=1, item=1),
        legs=LEGS,
        items=ITEMS,
    ),
)


def test_each_step_of_a_parcel_is_as_it_was_shown_then():
    shipment = make_shipment()

    then = replay(shipment, COURSE)

    assert [step[1][0] for step in then] == [
        "pre_transit.label_created",
        "accepted",
        "in_transit.handed_over",
        "delivered.partial",
        "delivered",
    ]
    for now, was_shown in then:
        assert shown(journey_as_of(shipment.pk, now)) == was_shown


def test_between_two_steps_it_is_the_earlier_one():
    shipment = make_shipment()

    then = replay(shipment, COURSE)

    for now, was_shown in then:
        assert shown(journey_as_of(shipment.pk, now + HOUR - SECOND)) == was_shown


codes = st.sampled_from(
    ["accepted", "in_transit", "attempted", "exception.lost", "returning", "delivered", "info"]
)
scans = st.builds(sighting, codes, st.integers(0, 9).map(lambda n: f"2026-03-01T1{n}:00:00Z"))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(scans, max_size=4), min_size=1, max_size=5))
def test_any_history_is_found_again_step_by_step(steps):
    shipment = make_shipment(make_merchant(f"M{datetime.now(UTC).timestamp()}"))

    then = []
    for number, step in enumerate(steps):
        now = NOW + number * HOUR
        recording.record(shipment.pk, report(*step), now=now)
        then.append((now, shown(journey_of(shipment.pk))))

    for now, was_shown in then:
        assert shown(journey_as_of(shipment.pk, now)) == was_shown


def test_before_the_first_report_there_is_nothing():
    shipment = make_shipment(report=COURSE[1])

    journey = journey_as_of(shipment.pk, NOW - SECOND)

    assert (journey.events, journey.promises) == ((), ())
    assert (journey.code, journey.version) == ("unknown.no_scans", 0)
    assert journey.updated_at == journey.created_at


def test_what_was_taken_back_is_there_until_it_was():
    shipment = make_shipment()
    recording.replace_history(shipment.pk, COURSE[1], now=NOW)
    recording.replace_history(shipment.pk, COURSE[2], now=NOW + HOUR)

    before = journey_as_of(shipment.pk, NOW + HOUR - SECOND)
    after = journey_as_of(shipment.pk, NOW + HOUR)

    assert "pre_transit.label_created" in [event.code for event in before.events]
    assert "pre_transit.label_created" not in [event.code for event in after.events]


def test_a_headline_that_came_later_is_not_there_and_decides_nothing():
    numbers = (NumberReport("1", 0, headline=Headline("delivered", said_at=NOW + HOUR)),)
    shipment = make_shipment(report=report(sighting("accepted"), legs=LEGS))
    later = report(legs=LEGS, numbers=numbers)
    recording.record(shipment.pk, later, now=NOW + HOUR)

    before = journey_as_of(shipment.pk, NOW)
    after = journey_as_of(shipment.pk, NOW + HOUR)

    assert [before.numbers[0].headline, before.code] == [None, "accepted"]
    assert [after.numbers[0].headline.code, after.code] == ["delivered", "delivered"]


def test_an_event_of_the_future_counts_from_when_it_did():
    shipment = make_shipment()
    ahead = report(
        sighting("in_transit", NOW.isoformat()),
        sighting("delivered", (NOW + timedelta(days=3)).isoformat()),
    )
    recording.record(shipment.pk, ahead, now=NOW)
    recording.record(shipment.pk, ahead, now=NOW + timedelta(days=3))

    assert journey_as_of(shipment.pk, NOW + timedelta(days=1)).code == "in_transit"
    assert journey_as_of(shipment.pk, NOW + timedelta(days=3)).code == "delivered"


def test_without_the_outbox_the_events_are_settled_anew():
    shipment = make_shipment()
    then = replay(shipment, COURSE)
    Outbox.objects.all().delete()

    found = [journey_as_of(shipment.pk, now).code for now, _ in then]

    assert found == [was_shown[0] for _, was_shown in then]


def test_it_is_todays_journey_now():
    shipment = make_shipment()
    now = replay(shipment, COURSE)[-1][0]

    assert journey_as_of(shipment.pk, now) == journey_of(shipment.pk)


def test_a_look_back_takes_five_statements(django_assert_num_queries):
    shipment = make_shipment()
    replay(shipment, COURSE)
    other = make_shipment(make_merchant("Other"))

    with django_assert_num_queries(5):
        journey_as_of(shipment.pk, NOW)
    with django_assert_num_queries(5):
        journey_as_of(other.pk, NOW)


def test_no_shipment_has_no_past():
    with pytest.raises(Shipment.DoesNotExist):
        journey_as_of(1, NOW)


def test_scans_of_one_instant_are_settled_in_the_order_of_their_source():
    when = "2026-03-01T10:00:00Z"
    first = replace(sighting("in_transit.delayed", when), position=2)
    second = replace(sighting("in_transit.arrived", when), position=1)
    shipment = make_shipment(report=report(first, second))
    Outbox.objects.all().delete()

    assert journey_as_of(shipment.pk, NOW).code == "in_transit.delayed" == shipment.code
