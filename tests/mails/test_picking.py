"""Which changes become letters: each new milestone one, for whoever asked to hear of it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.branding.models import Brand
from apps.mails import asking, picking
from apps.mails.models import Letter, ReadTo
from apps.shipments import feeding, recording
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.mails.sending import (
    DAY,
    HOUR,
    happens,
    kinds,
    listened_to,
    make_unreadable,
    pick,
    subscription,
    waiting,
)
from tests.mails.subscribing import make_subscription

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


def test_a_new_milestone_becomes_a_letter_to_whoever_hears_of_it():
    shipment = listened_to()
    happens(shipment, "out_for_delivery")

    assert pick() == 1

    letter = Letter.objects.get()
    assert (letter.kind, letter.shipment_id, letter.version) == ("out_for_delivery", shipment.pk, 1)
    assert (letter.merchant_id, letter.language) == (shipment.merchant_id, "en")
    assert letter.due_at == NOW


def test_a_change_is_read_once():
    happens(listened_to(), "out_for_delivery")

    assert [pick(), pick()] == [1, 0]
    assert kinds() == ["out_for_delivery"]


def test_the_first_time_reading_begins_shortly_before_the_end(monkeypatch):
    monkeypatch.setattr(picking, "MOST", 2)
    merchant = make_merchant()
    for number in range(4):
        shipment = make_shipment(merchant)
        make_subscription(shipment, f"a{number}@example.com", now=NOW - DAY)
        happens(shipment, "out_for_delivery")

    assert pick() == 2
    assert ReadTo.objects.get().position == feeding.last_position() == 4
    assert kinds() == ["out_for_delivery"] * 2


def test_what_changed_before_somebody_asked_is_no_news_to_them():
    shipment = listened_to(topics=["delivered"])
    happens(shipment, "out_for_delivery", now=NOW - HOUR)
    make_subscription(shipment, "late@example.com", now=NOW)

    pick()

    assert kinds() == []


def test_only_what_was_asked_for_is_told():
    shipment = listened_to(topics=["delivered"])
    happens(shipment, "out_for_delivery")
    pick()
    happens(shipment, "delivered", "2026-03-02T11:00:00+00:00")
    pick()

    assert kinds() == ["delivered"]


def test_nobody_hears_who_did_not_confirm_or_ended_it():
    shipment = listened_to()
    asking.end(subscription(), "unsubscribed", NOW)
    asking.subscribe(shipment.pk, "eve@example.com", language="en", origin="page", now=NOW)
    happens(shipment, "out_for_delivery")

    pick()

    assert kinds() == ["confirm"]


def test_a_milestone_is_told_once_however_often_it_begins():
    shipment = listened_to()
    happens(shipment, "attempted", "2026-03-02T08:00:00+00:00")
    pick()
    Letter.objects.update(state="sent")
    happens(shipment, "in_transit", "2026-03-02T09:00:00+00:00")
    pick()
    happens(shipment, "attempted", "2026-03-02T11:00:00+00:00")
    pick()

    assert kinds() == ["attempted"]


def test_a_detail_of_the_same_milestone_is_no_new_one():
    shipment = listened_to(topics=["in_transit"])
    happens(shipment, "in_transit", "2026-03-02T08:00:00+00:00")
    pick()
    Letter.objects.all().delete()
    happens(shipment, "in_transit.customs", "2026-03-02T09:00:00+00:00")
    pick()

    assert kinds() == []


def test_of_changes_read_together_the_newest_milestone_is_told():
    shipment = listened_to()
    happens(shipment, "out_for_delivery", "2026-03-02T08:00:00+00:00")
    happens(shipment, "delivered", "2026-03-02T11:00:00+00:00")

    assert pick() == 2
    assert kinds() == ["delivered"]


def test_a_registration_with_months_of_history_tells_nothing():
    shipment = listened_to()
    history = [sighting("in_transit", f"2026-01-{day:02d}T10:00:00+00:00") for day in range(1, 20)]
    delivered = sighting("delivered", "2026-01-21T10:00:00+00:00")
    recording.record(shipment.pk, report(*history, delivered), now=NOW)

    assert pick() == 1
    assert kinds() == []


def test_an_old_event_that_arrives_late_tells_nothing():
    happens(listened_to(), "delivered", "2026-02-27T10:00:00+00:00")

    pick()

    assert kinds() == []


def test_a_letter_of_the_night_waits_for_the_readers_morning():
    happens(listened_to(), "delivered", "2026-03-02T22:30:00+00:00", now=NIGHT)

    pick(NIGHT)

    assert Letter.objects.get().due_at == datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_the_brand_says_when_it_is_night():
    merchant = make_merchant()
    Brand.objects.create(merchant=merchant, slug="acme", name="Acme", quiet_from=9, quiet_until=9)
    happens(listened_to(merchant=merchant), "delivered", "2026-03-02T22:30:00+00:00", now=NIGHT)

    pick(NIGHT)

    assert Letter.objects.get().due_at == NIGHT


def test_a_milestone_that_is_passed_while_its_letter_waits_is_not_told():
    shipment = listened_to()
    happens(shipment, "out_for_delivery", "2026-03-02T22:00:00+00:00", now=NIGHT)
    pick(NIGHT)
    happens(shipment, "delivered", "2026-03-02T22:40:00+00:00", now=NIGHT)
    pick(NIGHT)

    assert waiting() == ["delivered"]
    assert Letter.objects.get(state="dropped").kind == "out_for_delivery"


def test_one_that_was_dropped_is_told_when_it_begins_anew():
    shipment = listened_to()
    happens(shipment, "attempted", "2026-03-02T08:00:00+00:00")
    pick()
    happens(shipment, "in_transit", "2026-03-02T09:00:00+00:00")
    pick()
    assert kinds("dropped") == ["attempted"]
    happens(shipment, "attempted", "2026-03-02T11:00:00+00:00")

    pick()

    letter = Letter.objects.get()
    assert (letter.state, letter.reason, letter.version) == ("waiting", "", 3)


def test_a_letter_that_is_just_being_sent_is_not_dropped():
    shipment = listened_to()
    happens(shipment, "out_for_delivery")
    pick()
    Letter.objects.update(claimed_until=NOW + HOUR)
    happens(shipment, "delivered", "2026-03-02T11:00:00+00:00")

    pick()

    assert sorted(waiting()) == ["delivered", "out_for_delivery"]


def test_a_site_that_sends_no_mail_begins_anew_when_it_does():
    shipment = listened_to()
    happens(shipment, "out_for_delivery")
    pick()
    picking.pass_over()
    picking.pass_over()
    assert ReadTo.objects.count() == 0

    happens(shipment, "delivered", "2026-03-02T11:00:00+00:00")
    pick()

    assert waiting() == ["delivered"]


def test_reading_takes_as_many_statements_for_two_changes_as_for_many():
    def statements(count):
        merchant = make_merchant(f"Shop {count}")
        shipments = [listened_to(f"a{n}@example.com", merchant=merchant) for n in range(count)]
        for shipment in shipments:
            happens(shipment, "out_for_delivery")
        with CaptureQueriesContext(connection) as captured:
            assert pick() == count
        return len(captured)

    statements(1)
    assert statements(2) == statements(12) <= 30


def test_nothing_new_takes_three_statements(django_assert_num_queries):
    listened_to()

    with django_assert_num_queries(3):
        assert pick() == 0


def test_changes_nobody_hears_of_take_few_statements(django_assert_max_num_queries):
    listened_to()
    merchant = make_merchant("Other")
    for _ in range(5):
        happens(make_shipment(merchant), "delivered")

    with django_assert_max_num_queries(22):
        assert pick() == 5


def test_parts_join_without_a_gap(monkeypatch):
    monkeypatch.setattr(picking, "MOST", 2)
    merchant = make_merchant()
    shipments = [listened_to(merchant=merchant) for _ in range(5)]
    for shipment in shipments:
        happens(shipment, "delivered")

    assert [pick() for _ in range(4)] == [2, 2, 1, 0]
    assert kinds() == ["delivered"] * 5


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_who_read_at_once_make_each_letter_once():
    merchant = make_merchant()
    shipments = [listened_to(merchant=merchant) for _ in range(12)]
    for shipment in shipments:
        happens(shipment, "delivered")

    def read():
        pick()
        connection.close()

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert kinds() == ["delivered"] * 12
    assert ReadTo.objects.get().position == feeding.last_position()


def test_a_day_later_the_same_change_would_tell_nothing():
    happens(listened_to(), "delivered")

    pick(NOW + DAY + timedelta(minutes=1))

    assert kinds() == []


def test_a_parcel_that_cannot_be_read_holds_up_no_other():
    merchant = make_merchant()
    broken = listened_to("a@example.com", merchant=merchant)
    well = listened_to("b@example.com", merchant=merchant)
    make_unreadable(broken)
    for shipment in (broken, well):
        happens(shipment, "delivered")

    assert pick() == 2
    assert Letter.objects.get().shipment_id == well.pk
