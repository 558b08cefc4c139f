"""Whom a parcel goes to: erased without a trace, told in full."""

import json
from datetime import timedelta

import pytest
from django.core.serializers import serialize
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.pages.stamps import stamp_of
from apps.shipments import recording
from apps.shipments.models import (
    Event,
    Item,
    Outbox,
    Promise,
    Recipient,
    Shipment,
    TrackingNumber,
)
from apps.shipments.persons import erase, told_of
from apps.shipments.reading import journey_of
from apps.shipments.reports import (
    Headline,
    ItemReport,
    LegReport,
    NumberReport,
    Place,
    PromiseReport,
)
from tests.builders import NOW, at, make_merchant, make_shipment, report, sighting

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
DOOR = Place("Lindenallee 7, Köln", "Wagner Moden", "Köln", "NRW", "50667", "DE", 50.93753, 6.96028)
PERSONAL = ("Magda", "Wagner", "Lindenallee", "50667", "m.wagner@example.org", "50.93753")


def told():
    return report(
        sighting("in_transit", place=Place("Depot, Bonn", city="Bonn", country="DE")),
        sighting(
            "delivered",
            "2026-03-01T12:00:00Z",
            description="Delivered, signed for by Magda Wagner, Lindenallee 7",
            place=DOOR,
            signee="WAGNER",
        ),
        legs=(LegReport("ups"),),
        items=(ItemReport(description="Shoes for Magda"),),
        numbers=(
            NumberReport(
                "AB1",
                0,
                0,
                "https://carrier.example/AB1?zip=50667",
                Headline("delivered", description="Left with Wagner", problem="Magda was out"),
            ),
        ),
        promise=PromiseReport(until=at("2026-03-02T12:00:00Z"), reason="Asked by Wagner"),
    )


def parcel(merchant=None, *more):
    shipment = make_shipment(merchant)
    Recipient.objects.create(
        shipment=shipment,
        name="Magda Wagner",
        email="m.wagner@example.org",
        street="Lindenallee 7",
        postal_code="50667",
    )
    recording.record(shipment.pk, told(), now=NOW)
    return shipment


def everything():
    """Return all that the vault has in words, but for items, which are the shop's."""
    tables = (Event, Promise, Recipient, Shipment, TrackingNumber, Outbox)
    return " ".join(serialize("json", table.objects.all(), ensure_ascii=False) for table in tables)


def traces():
    held = everything()
    return [word for word in PERSONAL if word in held]


def test_nothing_of_a_person_is_left():
    parcel()
    assert traces() == list(PERSONAL)

    erased = erase([Shipment.objects.get().pk], now=LATER)

    assert (erased, traces()) == (1, [])
    assert not Recipient.objects.exists()


def test_what_happened_and_where_about_stays():
    shipment = parcel()

    erase([shipment.pk], now=LATER)

    delivered, moved = journey_of(shipment.pk).events
    assert (delivered.code, delivered.place.city, delivered.place.country) == (
        "delivered",
        "Köln",
        "DE",
    )
    assert moved.place.label == "Depot, Bonn"
    assert Item.objects.get().description == "Shoes for Magda"
    assert Shipment.objects.get().code == "delivered"


def test_what_is_shown_no_more_is_erased_too():
    shipment = parcel()
    recording.replace_history(shipment.pk, report(), now=NOW)

    erase([shipment.pk], now=LATER)

    assert traces() == []
    assert Event.objects.filter(superseded_at=None).count() == 0


def test_erasing_is_one_change_that_pages_notice():
    shipment = parcel()
    before = stamp_of(shipment.token)

    erase([shipment.pk], now=LATER)

    assert Shipment.objects.get().version == Outbox.objects.count() == 2
    assert stamp_of(shipment.token) != before


def test_erasing_twice_is_erasing_once():
    shipment = parcel()
    erase([shipment.pk], now=LATER)

    again = erase([shipment.pk], now=LATER)

    assert (again, Shipment.objects.get().version) == (0, 2)


def test_a_source_that_repeats_itself_brings_nothing_back():
    shipment = parcel()
    erase([shipment.pk], now=LATER)

    again = recording.record(shipment.pk, told(), now=LATER)
    twice = recording.record(shipment.pk, told(), now=LATER)

    assert (again.is_changed, twice.is_changed) == (False, False)
    assert traces() == []


def test_news_of_an_erased_person_come_without_words():
    shipment = parcel()
    erase([shipment.pk], now=LATER)
    news = sighting(
        "returned", "2026-03-03T12:00:00Z", description="Wagner", place=DOOR, signee="Magda"
    )

    result = recording.record(shipment.pk, report(news), now=LATER)
    again = recording.record(shipment.pk, report(news), now=LATER)

    newest = journey_of(shipment.pk).events[0]
    assert (result.added, again.is_changed, newest.code) == (1, False, "returned")
    assert (newest.place, traces()) == (Place(city="Köln", region="NRW", country="DE"), [])


def test_an_event_of_an_erased_person_that_is_reworded_stays_bare():
    shipment = parcel()
    erase([shipment.pk], now=LATER)
    reworded = sighting("delivered", "2026-03-01T12:00:00Z", description="For Magda", signee="W")

    recording.record(shipment.pk, report(reworded), now=LATER)

    assert traces() == []


def test_the_persons_of_other_shipments_stay():
    merchant = make_merchant()
    one, other = parcel(merchant), parcel(merchant)

    erase([one.pk], now=LATER)

    assert list(Recipient.objects.values_list("pk", flat=True)) == [other.pk]
    assert traces() == list(PERSONAL)


def statements_for(count):
    merchant = make_merchant(f"M{count}")
    ids = [parcel(merchant).pk for _ in range(count)]
    with CaptureQueriesContext(connection) as queries:
        assert erase(ids, now=LATER) == count
    return len(queries)


def test_many_are_erased_by_as_many_statements_as_one():
    assert statements_for(1) == statements_for(20) <= 30

    assert traces() == []


def test_everything_held_is_told():
    shipment = parcel()
    recording.replace_history(shipment.pk, report(sighting("in_transit", word="X")), now=NOW)

    held = told_of([shipment.pk])

    text = json.dumps(held, ensure_ascii=False)
    assert all(word in text for word in PERSONAL)
    [one] = held["shipments"]
    assert one["recipient"]["name"] == "Magda Wagner"
    assert [event["code"] for event in one["withdrawn_events"]] == ["in_transit", "delivered"]


def test_of_an_erased_person_the_export_says_when():
    shipment = parcel()
    erase([shipment.pk], now=LATER)

    [one] = told_of([shipment.pk])["shipments"]

    assert (one["recipient"], one["erased_at"][:10]) == (None, "2026-03-03")


def test_of_no_shipment_nothing_is_told():
    assert (told_of([0]), erase([0], now=LATER)) == ({"shipments": []}, 0)
