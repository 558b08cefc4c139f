"""Addresses and messages as a merchant's staff see them."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from apps.desk.models import Membership
from apps.notifications.models import Delivery, Endpoint
from tests.builders import make_merchant
from tests.notifications.making import SECRET, make_endpoint, make_news, pass_on

pytestmark = pytest.mark.django_db
LIST = reverse("admin:notifications_endpoint_changelist")
MESSAGES = reverse("admin:notifications_delivery_changelist")
NEW = {"url": "https://shop.example/hook", "language": "native", "topics": ["delivered"]}


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def staff(client, merchant, django_user_model):
    """Log a merchant's operator in."""
    user = django_user_model.objects.create_user("olga", password="x", is_staff=True)
    Membership.objects.create(user=user, merchant=merchant, role="operator")
    client.force_login(user)
    return client


def act(client, action, *rows, at=LIST):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(at, chosen, follow=True)


def test_the_secret_of_a_new_address_is_shown_once(staff, merchant):
    made = staff.post(
        reverse("admin:notifications_endpoint_add"),
        {**NEW, "merchant": merchant.pk, "is_active": "on"},
    )

    endpoint = Endpoint.objects.get()
    secret = endpoint.secrets["now"]
    later = staff.get(reverse("admin:notifications_endpoint_change", args=[endpoint.pk]))
    assert secret in made.text
    assert "no-store" in made.headers["Cache-Control"]
    assert secret not in later.text
    assert secret not in str(made.cookies)
    assert not LogEntry.objects.filter(change_message__contains=secret).exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hook",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://user:word@shop.example/",
        "ftp://shop.example/",
        "https://shop.example:22/",
    ],
)
def test_an_address_that_is_not_on_the_public_network_is_refused(staff, merchant, url):
    answer = staff.post(
        reverse("admin:notifications_endpoint_add"), {**NEW, "merchant": merchant.pk, "url": url}
    )

    assert answer.status_code == 200
    assert not Endpoint.objects.exists()


def test_a_message_to_try_an_address_out_arrives(staff, merchant, receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url, merchant)

    act(staff, "try_out", endpoint)
    pass_on()

    (told,) = receiver.verified(SECRET)
    assert told["type"] == "endpoint.test"


def test_a_message_is_sent_again_under_its_old_id(staff, merchant, receive):
    receiver = receive()
    make_endpoint(receiver.url, merchant)
    make_news(merchant)
    pass_on()

    act(staff, "send_again", Delivery.objects.get(), at=MESSAGES)
    pass_on()

    assert len(receiver.got) == 2
    assert len(set(receiver.ids)) == 1
    assert LogEntry.objects.filter(change_message="Sent again.").count() == 1


def test_a_paused_address_is_resumed(staff, merchant, receive):
    receiver = receive()
    endpoint = make_endpoint(
        receiver.url, merchant, paused_at=timezone.now(), pause_reason="Nothing was taken."
    )

    assert "Paused: Nothing was taken." in staff.get(LIST).text
    act(staff, "resume", endpoint)
    make_news(merchant)
    pass_on()

    assert len(receiver.got) == 1


def test_the_log_shows_what_was_sent_and_what_came_back(staff, merchant, receive):
    receiver = receive(500)
    make_endpoint(receiver.url, merchant)
    shipment = make_news(merchant)
    pass_on()

    page = staff.get(
        reverse("admin:notifications_delivery_change", args=[Delivery.objects.get().pk])
    )

    assert shipment.reference in page.text
    assert ">500<" in page.text


def test_nobody_sees_another_merchants_addresses_or_messages(staff, merchant, receive):
    receiver = receive()
    theirs = make_endpoint(receiver.url, make_merchant("Rival"))
    make_news(theirs.merchant)
    pass_on()

    for address in (LIST, MESSAGES):
        assert receiver.url not in staff.get(address).text
    act(staff, "new_secret", theirs)
    act(staff, "send_again", Delivery.objects.get(), at=MESSAGES)
    pass_on()

    theirs.refresh_from_db()
    assert theirs.secrets["now"] == SECRET
    assert len(receiver.got) == 1


def test_the_list_costs_the_same_for_one_address_and_for_many(
    staff, merchant, django_assert_max_num_queries
):
    for number in range(20):
        make_endpoint(f"https://shop.example/{number}", merchant)

    with django_assert_max_num_queries(12):
        staff.get(LIST)
