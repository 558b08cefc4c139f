"""What a shop hears that knew ShipStation's webhooks."""

import pytest
from django.utils import timezone

from apps.dialects import shipstation
from apps.shipments import recording
from apps.shipments.models import Event
from apps.shipments.reports import ItemReport, LegReport, NumberReport
from tests.api.callers import Caller
from tests.api.stations import fits
from tests.builders import make_key, make_merchant, make_shipment, report, sighting
from tests.notifications.making import SECRET, make_endpoint, pass_on

pytestmark = pytest.mark.django_db
SITE = "https://parcels.example"
NUMBER = "1Z999AA10123456784"
FIRST = sighting("accepted", leg=0)
SECOND = sighting("in_transit", "2026-03-01T12:00:00+00:00", leg=0)


@pytest.fixture(autouse=True)
def site(settings):
    settings.PUBLIC_URL = f"{SITE}/"


@pytest.fixture
def receiver(receive):
    return receive()


@pytest.fixture
def merchant(receiver):
    merchant = make_merchant()
    make_endpoint(receiver.url, merchant, language="shipstation")
    return merchant


def said(*sightings, number=NUMBER):
    legs, numbers = (LegReport("ups", "UPS"),), (NumberReport(number, 0),)
    return report(*sightings, legs=legs, numbers=numbers)


def test_a_message_has_the_published_shape(receiver, merchant):
    make_shipment(merchant, said(FIRST, SECOND), now=timezone.now())
    pass_on()

    (told,) = receiver.verified(SECRET)

    assert list(told) == ["resource_url", "resource_type", "data"]
    fits("webhook_delivery_track", told)
    fits("tracking_log", told["data"])


def test_its_address_opens_what_it_told(receiver, merchant):
    make_shipment(merchant, said(FIRST, SECOND), now=timezone.now())
    pass_on()

    (told,) = receiver.verified(SECRET)
    address = told["resource_url"].removeprefix(SITE)
    answer = Caller("API-Key", make_key(merchant)).get(address)

    assert answer.status_code == 200
    assert answer.json() == told["data"]


@pytest.mark.parametrize("number", ["AB 12&3", "A#1", "Ω-77+1", "50%/2"])
def test_its_address_holds_a_number_of_any_kind(receiver, merchant, number):
    make_shipment(merchant, said(FIRST, number=number), now=timezone.now())
    pass_on()

    (told,) = receiver.verified(SECRET)
    answer = Caller("API-Key", make_key(merchant)).get(told["resource_url"].removeprefix(SITE))

    assert answer.status_code == 200
    assert answer.json()["tracking_number"] == number == told["data"]["tracking_number"]


def test_every_message_holds_the_whole_history_newest_first(receiver, merchant):
    shipment = make_shipment(merchant, said(FIRST), now=timezone.now())
    pass_on()
    recording.record(shipment.pk, said(SECOND), now=timezone.now())
    pass_on()

    codes = [
        [event["status_code"] for event in told["data"]["events"]]
        for told in receiver.verified(SECRET)
    ]

    assert codes == [["AC"], ["IT", "AC"]]


def test_each_parcels_news_is_told_under_its_own_number(receiver, merchant):
    items = (ItemReport("first"), ItemReport("second"))
    numbers = (NumberReport("N1", 0, 0), NumberReport("N2", 0, 1))
    scans = [(1, "accepted", "10:00"), (0, "accepted", "11:00"), (1, "delivered", "12:00")]
    shipment = make_shipment(merchant)
    for item, code, hour in scans:
        scan = sighting(code, f"2026-03-01T{hour}:00+00:00", leg=0, item=item)
        news = report(scan, legs=(LegReport("ups"),), items=items, numbers=numbers)
        recording.record(shipment.pk, news, now=timezone.now())
        pass_on()

    told = [
        (one["data"]["tracking_number"], one["data"]["status_code"])
        for one in receiver.verified(SECRET)
    ]

    assert told == [("N2", "AC"), ("N1", "AC"), ("N2", "DE")]


def test_a_message_that_comes_again_brings_no_second_event_elsewhere(receiver, merchant):
    make_shipment(merchant, said(FIRST, SECOND), now=timezone.now())
    pass_on()
    (_, body) = receiver.got[0]
    elsewhere = make_shipment(make_merchant("Elsewhere"))

    changes = [
        recording.record(elsewhere.pk, shipstation.read(body.encode()), now=timezone.now())
        for _ in range(2)
    ]

    assert [one.is_changed for one in changes] == [True, False]
    assert Event.objects.filter(shipment=elsewhere).count() == 2
