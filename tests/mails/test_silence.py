"""Whoever waits for a parcel that nobody scans any more hears of it once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.branding.models import Brand
from apps.mails import asking, silence
from apps.mails.models import Letter
from apps.mails.silence import find_silent
from apps.shipments.models import Shipment
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.mails.sending import (
    DAY,
    happens,
    kinds,
    listened_to,
    make_unreadable,
    pick,
    post,
    subscription,
    waiting,
)
from tests.mails.subscribing import make_subscription

pytestmark = pytest.mark.django_db
# A Tuesday; noon on the Monday after is NOW.
TUESDAY = "2026-02-24T10:00:00+00:00"


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.MAIL_FROM, settings.PUBLIC_URL = "parcels@shop.example", "https://parcels.example"


def silent(email="ada@example.com", time=TUESDAY, merchant=None, **fields):
    """Return a parcel whose last scan was on a day, and of which somebody hears."""
    told = {"destination_country": "GB", "origin_country": "GB"}
    shipment = make_shipment(
        merchant or make_merchant(), report(sighting("in_transit", time)), **told
    )
    make_subscription(shipment, email, now=NOW, **fields)
    return shipment


def test_a_parcel_without_a_scan_for_too_long_is_told_of_once():
    shipment = silent()

    assert [find_silent(NOW), find_silent(NOW + DAY)] == [1, 0]

    letter = Letter.objects.get()
    assert (letter.kind, letter.shipment_id, letter.version) == ("silent", shipment.pk, 1)
    assert post() == {"sent": 1}


def test_the_shipped_writer_says_what_to_do():
    from apps.mails import posting

    silent()
    find_silent(NOW)

    assert dict(posting.post(lambda: NOW)) == {"sent": 1}
    assert "No news" in mail.outbox[0].body


def test_days_that_are_usual_are_told_to_nobody():
    silent(time="2026-02-27T10:00:00+00:00")

    find_silent(NOW)

    assert kinds() == []


def test_the_brand_says_what_is_usual():
    merchant = make_merchant()
    Brand.objects.create(merchant=merchant, slug="acme", name="Acme", quiet_days_home=9)
    silent(merchant=merchant)

    find_silent(NOW)

    assert kinds() == []


def test_a_patient_brand_leaves_others_as_they_are():
    Brand.objects.create(
        merchant=make_merchant("Slow"), slug="slow", name="Slow", quiet_days_home=9
    )
    silent()

    find_silent(NOW)

    assert kinds() == ["silent"]


def test_a_parcel_that_was_never_scanned_is_told_of_as_well():
    shipment = listened_to(origin_country="GB")
    Shipment.objects.filter(pk=shipment.pk).update(created_at=NOW - 9 * DAY)

    find_silent(NOW)

    assert kinds() == ["silent"]


def test_news_before_the_mail_goes_makes_it_needless():
    shipment = silent()
    find_silent(NOW)
    happens(shipment, "in_transit.arrived")

    assert post() == {"dropped": 1}


@pytest.mark.parametrize("topics", [["delivered"], ["silent"]])
def test_only_who_asked_for_it_hears_of_silence(topics):
    silent(topics=topics)

    find_silent(NOW)

    assert waiting() == (["silent"] if "silent" in topics else [])


def test_what_ended_is_not_looked_at():
    shipment = silent()
    happens(shipment, "delivered", "2026-02-24T12:00:00+00:00")
    asking.end(subscription(), "unsubscribed", NOW)
    silent("bob@example.com", merchant=shipment.merchant)
    Shipment.objects.exclude(pk=shipment.pk).update(merged_into=shipment)

    assert find_silent(NOW) == 0


def test_parcels_nobody_hears_of_and_old_ones_are_not_looked_at():
    merchant = make_merchant()
    make_shipment(merchant, report(sighting("in_transit", TUESDAY)))
    silent(time="2026-01-05T10:00:00+00:00", merchant=merchant)

    assert find_silent(NOW) == 0


def test_it_waits_for_the_morning_too():
    silent()

    find_silent(NOW + timedelta(hours=11))

    assert Letter.objects.get().due_at == NOW + timedelta(hours=20)


def test_turns_join_without_a_gap(monkeypatch):
    monkeypatch.setattr(silence, "MOST", 2)
    merchant = make_merchant()
    for number in range(5):
        silent(f"a{number}@example.com", merchant=merchant)

    assert find_silent(NOW) == 5
    assert kinds() == ["silent"] * 5


def test_it_takes_as_many_statements_for_two_parcels_as_for_many():
    def statements(count):
        merchant = make_merchant(f"Shop {count}")
        for number in range(count):
            silent(f"a{number}@example.com", merchant=merchant)
        with CaptureQueriesContext(connection) as captured:
            find_silent(NOW)
        return len(captured)

    statements(1)
    assert statements(2) == statements(12) <= 24


def test_parcels_are_found_along_an_index():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")

    scanned, never = silence.shelves(NOW)

    assert "shipment_silent_of_all" in scanned.explain()
    assert "shipment_newest_of_all" in never.explain()


def test_a_letter_about_silence_is_not_dropped_by_reading_changes():
    silent()
    find_silent(NOW)

    pick()

    assert waiting() == ["silent"]


def test_a_parcel_that_cannot_be_read_holds_up_no_other():
    merchant = make_merchant()
    make_unreadable(silent("a@example.com", merchant=merchant))
    well = silent("b@example.com", merchant=merchant)

    assert find_silent(NOW) == 2
    assert Letter.objects.get().shipment_id == well.pk
