"""A link ends some time after its parcels have arrived."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.branding.looks import Look
from apps.pages.endings import has_ended
from apps.pages.sharing import Shared, seal
from apps.shipments.models import Shipment
from apps.shipments.privacy import Level
from tests.builders import make_merchant
from tests.pages import journeys
from tests.pages.doors import look_up, make_brand, make_parcel, page_of
from tests.pages.markup import read

NOW = timezone.now()
LOOK = Look(slug="", name="", merchant="", link_days=90)


def days_ago(days):
    return NOW - timedelta(days=days)


def told(code, days, made=400):
    """Return a journey whose state was told some days ago."""
    event = journeys.event(code, received=days_ago(days))
    return journeys.journey(event, code=code, created_at=days_ago(made), updated_at=days_ago(days))


@pytest.mark.parametrize("code", ["delivered", "returned", "cancelled", "exception.lost"])
def test_a_link_ends_after_the_brands_days(code):
    assert not has_ended([told(code, 89)], LOOK, NOW)
    assert has_ended([told(code, 91)], LOOK, NOW)


@pytest.mark.parametrize("code", ["in_transit", "delivered.partial", "exception", "unknown"])
def test_a_link_lives_while_the_parcel_is_under_way(code):
    assert not has_ended([told(code, 3000, made=3000)], LOOK, NOW)


def test_a_link_lives_while_another_parcel_of_the_order_does():
    arrived = told("delivered", 200)

    assert not has_ended([arrived, told("in_transit", 200)], LOOK, NOW)
    assert not has_ended([arrived, told("delivered", 10)], LOOK, NOW)
    assert has_ended([arrived, told("returned", 100)], LOOK, NOW)


def test_a_carriers_wrong_clock_ends_nothing():
    event = journeys.event("delivered", "1999-01-01T00:00", received=days_ago(1))

    assert not has_ended([journeys.journey(event, code="delivered")], LOOK, NOW)


def test_an_old_history_that_was_brought_in_can_be_read():
    assert not has_ended([told("delivered", 1000, made=10)], LOOK, NOW)


def test_an_end_that_no_scan_tells_counts_from_the_last_change():
    made = {"code": "cancelled", "created_at": days_ago(400)}

    assert has_ended([journeys.journey(**made, updated_at=days_ago(91))], LOOK, NOW)
    assert not has_ended([journeys.journey(**made, updated_at=days_ago(89))], LOOK, NOW)


@pytest.fixture
def arrived(db):
    """A parcel that arrived a hundred days ago."""
    parcel = make_parcel(make_merchant(), code="delivered", now=days_ago(100))
    Shipment.objects.filter(pk=parcel.pk).update(created_at=days_ago(110))
    return parcel


OUTPUTS = ["", "live", "prove", "rating", "calendar.ics", "feed.atom", "parcel.txt", "print"]


@pytest.mark.parametrize("path", OUTPUTS)
def test_nothing_of_an_ended_link_opens(client, arrived, path):
    answer = client.get(page_of(arrived) + path)

    assert answer.status_code == 410
    for kept in ("JD01", "Marker", "jumper", "Delivered"):
        assert kept not in answer.text


@pytest.mark.parametrize("path", ["prove", "rating"])
def test_no_form_of_an_ended_link_is_taken(client, arrived, path):
    assert client.post(page_of(arrived) + path).status_code == 410


def test_what_was_shared_of_an_ended_link_ended_too(client, arrived):
    for level in (Level.NUMBER, Level.LINK):
        sealed = seal(Shared(arrived.token, level, NOW.date() + timedelta(days=5)))
        assert client.get(f"/s/{sealed}/").status_code == 410


def test_a_frame_of_an_ended_link_is_empty(client, arrived):
    make_brand(arrived.merchant)

    for path in ("", "live"):
        answer = client.get(f"/e/acme/{arrived.token}/{path}")
        assert answer.status_code == 410
        assert "JD01" not in answer.text


def test_a_number_alone_opens_no_ended_parcel(client, arrived):
    make_brand(arrived.merchant, opens_by_number=True)

    assert client.get("/b/acme/n/JD01460000622897/").status_code == 410


def test_the_page_says_it_and_tells_nobody_else(client, arrived):
    answer = client.get(page_of(arrived))

    assert read(answer.text).one("h1").text == "This link has ended"
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


def test_a_longer_life_opens_the_page_again(client, arrived):
    make_brand(arrived.merchant, link_days=120)

    assert client.get(page_of(arrived)).status_code == 200


def test_a_look_up_of_an_ended_link_leads_to_word_of_its_end(client, arrived):
    assert client.get(look_up(client)["Location"]).status_code == 410


def test_a_link_that_was_renewed_is_unknown_everywhere(client, arrived):
    old = page_of(arrived)
    Shipment.objects.filter(pk=arrived.pk).update(token="n" * 22)

    for path in OUTPUTS:
        answer = client.get(old + path)
        assert answer.status_code == 404
