"""A merchant hears by mail that its webhook was paused: once for each pause."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from apps.mails.models import Letter
from apps.mails.pausing import find_paused
from apps.notifications import repeating
from apps.notifications.models import Endpoint
from tests.builders import NOW, make_merchant
from tests.mails.sending import DAY, post
from tests.notifications.making import make_endpoint

pytestmark = pytest.mark.django_db
HOUR, NIGHT = timedelta(hours=1), NOW + timedelta(hours=11)


@pytest.fixture
def endpoint(settings):
    settings.PUBLIC_URL, settings.MAIL_FROM = "https://parcels.example", "parcels@shop.example"
    merchant = make_merchant()
    merchant.contact_email = "ops@acme.example"
    merchant.save()
    return make_endpoint("https://acme.example/hook", merchant)


def pause(endpoint, now=NOW):
    Endpoint.objects.filter(pk=endpoint.pk).update(paused_at=now, pause_reason="It is gone.")


def test_a_pause_is_told_once_and_at_once(endpoint):
    pause(endpoint, NIGHT)

    assert [find_paused(NIGHT), find_paused(NIGHT + HOUR)] == [1, 0]
    assert post(NIGHT) == {"sent": 1}

    (told,) = mail.outbox
    assert told.to == ["ops@acme.example"]
    assert Letter.objects.get().endpoint_id == endpoint.pk


def test_the_shipped_writer_tells_which_one_and_why(endpoint):
    from apps.mails.writing import write

    pause(endpoint)
    find_paused(NOW)
    endpoint.refresh_from_db()

    written = write(Letter.objects.select_related("endpoint", "merchant").get(), None, NOW)

    assert "acme.example" in written.text
    assert "It is gone." in written.text


def test_another_pause_is_told_again(endpoint):
    pause(endpoint)
    find_paused(NOW)
    repeating.resume(endpoint)
    assert find_paused(NOW + HOUR) == 0

    pause(endpoint, NOW + 2 * HOUR)

    assert find_paused(NOW + 2 * HOUR) == 1


def test_one_that_works_again_by_then_is_not_told_of(endpoint):
    pause(endpoint)
    find_paused(NOW)
    repeating.resume(endpoint)

    assert post() == {"dropped": 1}
    assert mail.outbox == []


def test_a_merchant_without_an_address_is_not_written_to(endpoint):
    endpoint.merchant.contact_email = ""
    endpoint.merchant.save()
    pause(endpoint)

    assert find_paused(NOW) == 0


def test_a_pause_of_long_ago_is_no_news(endpoint):
    pause(endpoint, NOW - 3 * DAY)

    assert find_paused(NOW) == 0


def test_one_that_is_switched_off_is_nobodys_concern(endpoint):
    pause(endpoint)
    Endpoint.objects.update(is_active=False)

    assert find_paused(NOW) == 0


def test_where_none_is_paused_it_takes_one_statement(endpoint, django_assert_num_queries):
    with django_assert_num_queries(1):
        find_paused(NOW)


def test_looking_for_those_told_reads_an_index(endpoint):
    Letter.objects.bulk_create(
        Letter(merchant=endpoint.merchant, kind="link", created_at=NOW, due_at=NOW)
        for _ in range(300)
    )
    with connection.cursor() as cursor:
        is_postgres = connection.vendor == "postgresql"
        if is_postgres:
            cursor.execute("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN" if is_postgres else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{explain} SELECT 1 FROM mails_letter WHERE endpoint_id = 7")
        assert "letter_of_endpoint" in str(cursor.fetchall())


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_who_look_at_once_tell_it_once(endpoint):
    pause(endpoint)

    def look():
        find_paused(NOW)
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Letter.objects.count() == 1
