import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.shipments.models import Recipient, Shipment
from apps.shipments.reading import journey_of, journeys_of, order_of
from apps.shipments.reports import ItemReport, LegReport, NumberReport, PromiseReport
from tests.builders import at, make_merchant, make_shipment, report, sighting

pytestmark = pytest.mark.django_db


def full_report(events=1, parts=1):
    return report(
        *(
            sighting("in_transit", f"2026-03-01T10:{n:02}:00Z", leg=0, item=0)
            for n in range(events)
        ),
        legs=tuple(LegReport(service_name=f"S{n}") for n in range(parts)),
        items=tuple(ItemReport(custom_reference=f"I{n}") for n in range(parts)),
        numbers=tuple(NumberReport(f"N{n}", n, n) for n in range(parts)),
        promise=PromiseReport(until=at("2026-03-05T18:00:00Z")),
    )


def statements(shipments):
    with CaptureQueriesContext(connection) as queries:
        journeys = journeys_of(shipments)
    assert journeys
    return len(queries)


@pytest.mark.parametrize(("shipments", "events", "parts"), [(1, 1, 1), (1, 59, 20), (100, 3, 2)])
def test_journeys_take_four_statements(shipments, events, parts):
    merchant = make_merchant()
    for _ in range(shipments):
        make_shipment(merchant, full_report(events, parts))

    assert statements(Shipment.objects.all()) == 4


def test_a_journey_is_the_same_by_number_by_link_and_by_queryset():
    shipment = make_shipment(report=full_report(events=3, parts=2), order_reference="10432")
    Recipient.objects.create(shipment=shipment, name="P. Jones")
    moved = PromiseReport(until=at("2026-03-06T18:00:00Z"), since=at("2026-03-06T08:00:00Z"))
    make_again(shipment, report(promise=moved))

    by_queryset = journeys_of(Shipment.objects.all())

    assert by_queryset == [journey_of(shipment.pk)] == order_of(shipment.token)


def test_no_shipment_is_no_journey():
    assert journeys_of(Shipment.objects.none()) == []
    with pytest.raises(Shipment.DoesNotExist):
        journey_of(1)


def test_journeys_keep_the_order_of_the_queryset():
    merchant = make_merchant()
    made = [make_shipment(merchant, full_report()).reference for _ in range(3)]

    journeys = journeys_of(Shipment.objects.order_by("-pk"))

    assert [journey.reference for journey in journeys] == made[::-1]


def test_a_slice_counts_shipments_and_not_their_promises():
    merchant = make_merchant()
    moved = report(promise=PromiseReport(until=at("2026-03-06T18:00:00Z")))
    for _ in range(3):
        shipment = make_shipment(merchant, full_report())
        make_again(shipment, moved)

    assert len(journeys_of(Shipment.objects.order_by("pk")[1:3])) == 2


def make_again(shipment, said):
    from apps.shipments import recording
    from tests.builders import NOW

    recording.record(shipment.pk, said, now=NOW)


def test_a_journey_without_anything_is_empty():
    journey = journey_of(make_shipment().pk)

    assert (journey.events, journey.legs, journey.items, journey.promise) == ((), (), (), None)
    assert journey.leading_leg is None


def test_the_recipient_comes_along():
    shipment = make_shipment()
    Recipient.objects.create(shipment=shipment, name="P. Jones", city="Wilmslow")

    assert journey_of(shipment.pk).recipient.name == "P. Jones"


def test_a_number_shows_its_leg_and_item_only():
    shipment = make_shipment(report=full_report(parts=2, events=2))
    journey = journey_of(shipment.pk)

    first, second = journey.numbers

    assert len(list(journey.events_under(first))) == 2
    assert list(journey.events_under(second)) == []


def test_the_leg_with_the_newest_event_leads():
    legs = (LegReport(service_name="A"), LegReport(service_name="B"))
    events = (sighting("accepted", leg=0), sighting("in_transit", "2026-03-02T10:00:00Z", leg=1))

    journey = journey_of(make_shipment(report=report(*events, legs=legs)).pk)

    assert journey.leading_leg.service_name == "B"


def test_an_order_is_the_opened_parcel_first_and_then_the_others():
    merchant = make_merchant()
    parcels = [make_shipment(merchant, order_reference="10432") for _ in range(3)]

    journeys = order_of(parcels[1].token)

    assert [journey.token for journey in journeys] == [
        parcels[1].token,
        parcels[0].token,
        parcels[2].token,
    ]


def test_parcels_without_an_order_do_not_belong_together():
    merchant = make_merchant()
    one, _ = make_shipment(merchant), make_shipment(merchant)

    assert len(order_of(one.token)) == 1


def test_another_merchants_order_of_the_same_number_is_another_order():
    one = make_shipment(make_merchant("One"), order_reference="10432")
    make_shipment(make_merchant("Two"), order_reference="10432")

    assert len(order_of(one.token)) == 1


def test_an_unknown_token_opens_nothing():
    make_shipment()

    assert order_of("") == []
    assert order_of("x" * 22) == []
