"""The queue of failed webhooks."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.desk.models import Role
from apps.notifications import failing
from apps.notifications.models import Attempt, Delivery, Endpoint
from tests.builders import make_merchant
from tests.desk.seating import seat
from tests.notifications.making import make_endpoint

pytestmark = pytest.mark.django_db
QUEUE = reverse("admin:webhooks")
NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def merchant():
    return make_merchant()


@pytest.fixture
def anna(client, merchant):
    user = seat(merchant)
    client.force_login(user)
    return user


def messages(endpoint, count, state="given_up", days=1):
    ended_at = None if state == "waiting" else NOW - days * DAY
    rows = [
        Delivery(
            endpoint=endpoint,
            version=0,
            code="in_transit",
            state=state,
            tries=11,
            created_at=NOW - 4 * DAY,
            due_at=NOW - DAY,
            ended_at=ended_at,
        )
        for _ in range(count)
    ]
    return Delivery.objects.bulk_create(rows)


def refused(delivery, status=500):
    return Attempt.objects.create(delivery=delivery, made_at=NOW, status=status, milliseconds=1)


def act(client, endpoint, action):
    given = {"endpoint": endpoint.pk, "action": action}
    answer = client.post(QUEUE, given, follow=True)
    return [str(told) for told in answer.context["messages"]]


def test_a_quiet_queue_says_so(client, anna, merchant):
    messages(make_endpoint("https://shop.example/works", merchant), 3, "delivered")

    page = client.get(QUEUE).text

    assert "Nothing waits here" in page
    assert "shop.example" not in page


def test_what_is_paused_comes_before_what_fails_before_what_was_given_up(client, anna, merchant):
    messages(make_endpoint("https://shop.example/given-up", merchant), 1)
    make_endpoint("https://shop.example/failing", merchant, failing_since=NOW - DAY)
    make_endpoint("https://shop.example/paused", merchant, paused_at=NOW, pause_reason="Gone.")

    page = client.get(QUEUE).text

    places = [page.index(word) for word in ("/paused", "/failing", "/given-up")]
    assert places == sorted(places)


def test_a_row_says_since_when_why_and_how_much_is_held_up(client, anna, merchant):
    failing_one = make_endpoint(
        "https://shop.example/hook", merchant, failing_since=NOW - 2 * DAY, last_status=503
    )
    messages(failing_one, 2)
    messages(failing_one, 3, "waiting")

    page = " ".join(re.sub(r"<[^>]+>", " ", client.get(QUEUE).text).split())

    assert "takes nothing" in page
    assert "It answered 503." in page
    assert "Since 2 days ago" in page
    assert "Waiting 3" in page
    assert "Given up 2 , the last 1 day ago" in page


def test_why_a_message_was_given_up_though_the_address_works(client, anna, merchant):
    endpoint = make_endpoint("https://shop.example/hook", merchant)
    first, second = messages(endpoint, 1, days=3) + messages(endpoint, 1)
    refused(first, 404)
    refused(second, 500)
    refused(second, 413)

    assert "It answered 413." in client.get(QUEUE).text


def test_no_answer_at_all_is_told_in_words(client, anna, merchant):
    make_endpoint("https://shop.example/", merchant, failing_since=NOW, last_reason="timed_out")

    assert "There was no answer in time." in client.get(QUEUE).text


def test_an_address_that_was_switched_off_is_nobodys_trouble(client, anna, merchant):
    make_endpoint("https://shop.example/", merchant, paused_at=NOW, is_active=False)

    assert "Nothing waits here" in client.get(QUEUE).text


def test_a_paused_address_is_resumed_and_it_is_written_down(client, anna, merchant):
    endpoint = make_endpoint("https://shop.example/", merchant, paused_at=NOW, pause_reason="Gone.")

    told = act(client, endpoint, "resume")

    endpoint.refresh_from_db()
    assert told == ["Resumed."]
    assert endpoint.paused_at is None
    assert LogEntry.objects.filter(object_id=endpoint.pk, change_message="Resumed.").exists()


def test_all_that_was_given_up_is_sent_again(client, anna, merchant):
    endpoint = make_endpoint("https://shop.example/", merchant)
    messages(endpoint, 3)
    others = messages(make_endpoint("https://other.example/", merchant), 1)

    told = act(client, endpoint, "again")

    assert told == ["Sent again: 3 of the messages given up."]
    assert list(Delivery.objects.filter(state="given_up")) == others
    assert "shop.example" not in client.get(QUEUE).text


def test_what_was_set_aside_stays_in_the_log_and_leaves_the_queue(client, anna, merchant):
    endpoint = make_endpoint("https://shop.example/", merchant)
    messages(endpoint, 2)

    act(client, endpoint, "set_aside")
    empty = client.get(QUEUE).text
    Delivery.objects.filter(pk__in=[messages(endpoint, 1)[0].pk]).update(
        ended_at=timezone.now() + DAY
    )

    assert "Nothing waits here" in empty
    assert Delivery.objects.filter(state="given_up").count() == 3
    assert failing.with_counts(failing.failing(None)).get().given_up == 1


def test_a_test_is_sent(client, anna, merchant):
    endpoint = make_endpoint("https://shop.example/", merchant, failing_since=NOW)

    act(client, endpoint, "try")

    assert Delivery.objects.get(endpoint=endpoint).state == "waiting"


@pytest.mark.parametrize("action", ["again", "try"])
def test_nothing_is_sent_to_a_paused_address(client, anna, merchant, action):
    endpoint = make_endpoint("https://shop.example/", merchant, paused_at=NOW)
    messages(endpoint, 1)

    told = act(client, endpoint, action)

    assert told == ["Nothing is sent while the address is paused: resume it first."]
    assert Delivery.objects.get().state == "given_up"


def test_nonsense_changes_nothing(client, anna, merchant):
    endpoint = make_endpoint("https://shop.example/", merchant, paused_at=NOW)

    assert act(client, endpoint, "explode") == ["Choose what to do."]
    for number in ("", "x", "٣", "9" * 40, "0"):
        answer = client.post(QUEUE, {"endpoint": number, "action": "resume"})
        assert answer.status_code == 404


def test_another_merchants_addresses_are_not_there(client, anna):
    theirs = make_endpoint("https://rival.example/", make_merchant("Rival"), paused_at=NOW)

    answer = client.post(QUEUE, {"endpoint": theirs.pk, "action": "resume"})

    assert answer.status_code == 404
    for given in ({}, {"merchant": theirs.merchant_id}):
        assert "rival" not in client.get(QUEUE, given).text
    assert Endpoint.objects.get().paused_at


def test_an_address_that_was_removed_is_not_there(client, anna, merchant):
    endpoint = make_endpoint(
        "https://shop.example/", merchant, paused_at=NOW, is_active=False, removed_at=NOW
    )

    answer = client.post(QUEUE, {"endpoint": endpoint.pk, "action": "resume"})

    assert answer.status_code == 404
    assert "shop.example" not in client.get(QUEUE).text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_who_only_looks_is_offered_nothing_and_changes_nothing(client, merchant, role):
    client.force_login(seat(merchant, role=role))
    endpoint = make_endpoint("https://shop.example/", merchant, paused_at=NOW)

    page = client.get(QUEUE).text
    answer = client.post(QUEUE, {"endpoint": endpoint.pk, "action": "resume"})

    assert "shop.example" in page
    assert 'name="action"' not in page
    assert answer.status_code == 404
    assert Endpoint.objects.get().paused_at


def test_platform_staff_look_at_one_merchant_of_many(client):
    client.force_login(User.objects.create_superuser("chief"))
    first, second = make_merchant("First"), make_merchant("Second")
    make_endpoint("https://first.example/", first, paused_at=NOW)
    make_endpoint("https://second.example/", second, paused_at=NOW)

    everything = client.get(QUEUE).text
    one = client.get(QUEUE, {"merchant": second.pk}).text

    assert "first.example" in everything
    assert "first.example" not in one
    assert "second.example" in one


def test_a_long_queue_is_leafed_through(client, anna, merchant):
    for number in range(30):
        make_endpoint(f"https://shop.example/{number}/", merchant, paused_at=NOW)

    pages = [client.get(QUEUE, {"page": page}).text for page in (1, 2)]

    found = [set(re.findall(r"shop\.example/(\d+)/", page)) for page in pages]
    assert [len(one) for one in found] == [25, 5]
    assert not found[0] & found[1]


def test_a_page_costs_the_same_however_many_addresses_it_lists(client, anna, merchant):
    refused(messages(make_endpoint("https://shop.example/", merchant), 1)[0])
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        client.get(QUEUE)
    for number in range(9):
        endpoint = make_endpoint(f"https://shop.example/{number}", merchant, failing_since=NOW)
        refused(messages(endpoint, 2)[0])

    with CaptureQueriesContext(connection) as ten:
        client.get(QUEUE)

    assert len(ten) == len(one) <= 12


@pytest.mark.parametrize("is_one", [True, False])
def test_messages_are_counted_along_their_indexes(merchant, is_one):
    for number in range(20):
        endpoint = make_endpoint(f"https://shop.example/{number}", merchant)
        messages(endpoint, 100, "delivered")
        messages(endpoint, 2, "waiting")
        messages(endpoint, 2)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = failing.failing([merchant.pk] if is_one else None)

    plan = failing.with_counts(rows)[:26].explain()

    assert plan.count("delivery_given_up") >= 3, plan
    assert "delivery_due" in plan, plan
    assert not re.search(r"Seq Scan on notifications_delivery|SCAN (U0|notif\w+delivery)", plan)


def test_counting_stops_where_more_say_nothing(merchant, monkeypatch):
    monkeypatch.setattr(failing, "MOST_COUNTED", 3)
    messages(make_endpoint("https://shop.example/", merchant), 9)

    assert failing.with_counts(failing.failing(None)).get().given_up == 4


def test_the_home_page_counts_addresses_in_trouble(client, anna, merchant):
    make_endpoint("https://shop.example/", merchant, paused_at=NOW)
    make_endpoint("https://shop.example/works", merchant)

    page = " ".join(re.sub(r"<[^>]+>", " ", client.get("/admin/").text).split())

    assert re.search(r"\b1 Failed webhooks", page)


def test_a_hostile_address_is_shown_as_text(client, anna, merchant):
    make_endpoint("https://shop.example/<script>x\u202e", merchant, paused_at=NOW)

    page = client.get(QUEUE).text

    assert "<script>x" not in page
    assert "\u202e" not in page
