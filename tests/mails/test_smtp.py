"""Mail through a real server that takes it, refuses it, hangs or breaks the connection."""

from datetime import timedelta

import pytest
from django.db.models import F

from apps.mails import addresses, posting
from apps.mails.models import Letter, Subscription
from tests.builders import NOW, make_merchant
from tests.mails.sending import (
    ADA,
    DAY,
    happens,
    listened_to,
    mail_server,
    pick,
    post,
    subscription,
)
from tests.mails.servers import drop, hang, take_and_drop

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.MAIL_FROM = "parcels@shop.example"
    settings.PUBLIC_URL = "https://parcels.example"
    settings.EMAIL_TIMEOUT = 0.5
    return settings


def due(*emails):
    """Make a letter to each of the addresses."""
    merchant = make_merchant()
    for email in emails or (ADA,):
        happens(listened_to(email, merchant=merchant, order_reference="10432"), "out_for_delivery")
    pick()


def letter():
    return Letter.objects.get()


def test_a_mail_reaches_the_server_with_text_and_page(settings):
    due()

    with mail_server(settings) as server:
        assert dict(posting.post(lambda: NOW)) == {"sent": 1}

    (told,) = server.mails
    assert server.addresses == [ADA]
    assert told["To"] == ADA
    assert told["From"].addresses[0].addr_spec == "parcels@shop.example"
    assert "10432" in told.get_body(("plain",)).get_content()
    assert "10432" in told.get_body(("html",)).get_content()


def test_a_batch_goes_through_one_connection(settings):
    due(*(f"a{number}@example.com" for number in range(7)))

    with mail_server(settings) as server:
        post()

    assert (len(server.got), server.connections) == (7, 1)


def test_an_address_that_takes_no_mail_is_left_alone_from_then_on(settings):
    due(ADA, "bob@example.com")

    with mail_server(
        settings, rcpt=["550 5.1.1 <ada@example.com>: no such user", "250 OK"]
    ) as server:
        assert post() == {"failed": 1, "sent": 1}
        assert post(NOW + DAY) == {}

    first = Letter.objects.order_by("pk").first()
    assert (first.state, first.reason) == ("given_up", "recipient refused: 550 5.1.1")
    assert addresses.is_blocked(ADA)
    assert (first.subscription.state, first.subscription.end) == ("ended", "bounced")
    assert server.addresses == ["bob@example.com"]


def test_every_subscription_of_a_dead_address_ends(settings):
    due(ADA, ADA.upper())

    with mail_server(settings, rcpt=["550 unknown user"]):
        post()

    assert list(Subscription.objects.values_list("end", flat=True)) == ["bounced", "bounced"]


@pytest.mark.parametrize(
    "answer",
    [
        "550 relay not permitted",
        "554 5.7.1 Relay access denied",
        "550 5.7.26 unauthenticated mail",
        "552 5.2.2 mailbox full",
        "550 your network is listed at example",
    ],
)
def test_what_is_refused_because_of_us_blames_no_address(settings, answer):
    due()

    with mail_server(settings, rcpt=[answer]):
        post()

    assert letter().state == "given_up"
    assert not addresses.is_blocked(ADA)
    assert subscription().state == "on"


def test_a_mail_that_is_refused_as_such_blames_no_address(settings):
    due()

    with mail_server(settings, data=["554 5.6.0 looks odd"]):
        post()

    assert (letter().state, letter().reason) == ("given_up", "mail refused: 554 5.6.0")
    assert not addresses.is_blocked(ADA)


@pytest.mark.parametrize(
    "answers",
    [
        {"rcpt": ["451 4.7.1 greylisted", "250 OK"]},
        {"data": ["451 try later", "250 OK"]},
        {"rcpt": [drop, "250 OK"]},
        {"data": [drop, "250 OK"]},
        {"data": [hang, "250 OK"]},
    ],
)
def test_what_is_not_taken_now_is_tried_again(settings, answers):
    due()

    with mail_server(settings, **answers) as server:
        assert post() == {"failed": 1}
        held = letter()
        assert (held.state, held.tries, held.claimed_until) == ("waiting", 1, None)
        assert held.due_at == NOW + MINUTE
        assert post(NOW + MINUTE) == {"sent": 1}

    assert len(server.got) == 1
    assert subscription().state == "on"


def test_a_letter_is_given_up_after_all_its_tries(settings):
    due()
    now = NOW

    with mail_server(settings, rcpt=["451 not now"]):
        for _ in range(20):
            Letter.objects.filter(state="waiting").update(due_at=now)
            post(now)

    assert (letter().state, letter().tries) == ("given_up", 9)
    assert letter().reason == "recipient refused: 451"


def test_a_mail_whose_answer_was_lost_comes_again_under_the_same_name(settings):
    due()

    with mail_server(settings, data=[take_and_drop, "250 OK"]) as server:
        assert post() == {"failed": 1}
        assert post(NOW + MINUTE) == {"sent": 1}

    assert len(server.mails) == 2
    assert len({told["Message-ID"] for told in server.mails}) == 1


def test_one_that_breaks_the_connection_holds_up_no_other(settings):
    due("bad@example.com", "a@example.com", "b@example.com")

    with mail_server(settings, rcpt=[drop, "250 OK"]) as server:
        assert post() == {"failed": 1, "sent": 2}

    assert (server.addresses, server.connections) == (["a@example.com", "b@example.com"], 2)


def test_a_server_that_breaks_every_connection_is_left_alone_for_a_while(settings):
    due(*(f"a{number}@example.com" for number in range(9)))

    with mail_server(settings, rcpt=[drop]) as server:
        assert post() == {"failed": 3, "down": 1}

    assert server.connections == 3
    assert Letter.objects.filter(tries=0, due_at=NOW + MINUTE, claimed_until=None).count() == 6


def test_while_nothing_can_be_reached_nothing_is_lost_and_no_try_counts(settings):
    due("a@example.com", "b@example.com")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    for minutes in range(5):
        assert post(NOW + minutes * MINUTE) == {"failed": 1, "down": 1}
        assert post(NOW + minutes * MINUTE) == {}
    with mail_server(settings) as server:
        assert post(NOW + 5 * MINUTE) == {"sent": 2}

    assert sorted(server.addresses) == ["a@example.com", "b@example.com"]
    assert set(Letter.objects.values_list("tries", flat=True)) == {1}


def test_a_server_that_takes_no_mail_of_ours_is_no_fault_of_a_letter(settings):
    due()

    with mail_server(settings, rcpt=["421 4.3.2 closing"]):
        assert post() == {"failed": 1, "down": 1}

    assert letter().tries == 0


def test_what_a_server_says_is_not_kept(settings):
    due()

    with mail_server(settings, rcpt=["550 5.1.1 ada@example.com at 12 Elm Street"]):
        post()

    assert Letter.objects.filter(reason__contains="ada").count() == 0
    assert Letter.objects.filter(created_at__lte=F("ended_at")).count() == 1
