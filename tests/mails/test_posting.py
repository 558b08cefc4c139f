"""What becomes of letters when their time comes: each goes once, or says why it does not."""

import threading
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from email.headerregistry import Address

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from apps.mails import addresses, asking, claiming, housekeeping, posting, tasks
from apps.mails.keeping import GAPS
from apps.mails.letters import write_to_recipient
from apps.mails.messages import message_of
from apps.mails.models import Letter
from apps.mails.topics import wants
from apps.mails.writing import Written
from apps.shipments.models import Shipment
from apps.shipments.status import milestone_of
from tests.builders import NOW, make_merchant
from tests.mails.sending import (
    ADA,
    DAY,
    happens,
    kinds,
    listened_to,
    look,
    make_recipient,
    make_unreadable,
    pick,
    plain,
    post,
    subscription,
)
from tests.mails.subscribing import make_subscription

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NIGHT = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sends_mail(settings):
    settings.SENDS_MAIL = True
    settings.MAIL_FROM = "parcels@shop.example"
    settings.PUBLIC_URL = "https://parcels.example"
    return settings


def due(code="out_for_delivery", **fields):
    """Return a parcel with one letter about it."""
    shipment = listened_to(**fields)
    happens(shipment, code)
    pick()
    return shipment


def reasons():
    return list(Letter.objects.order_by("pk").values_list("state", "reason"))


def test_a_letter_goes_to_its_subscriber_once():
    due()

    assert [post(), post()] == [{"sent": 1}, {}]

    (sent,) = mail.outbox
    letter = Letter.objects.get()
    assert (sent.to, sent.cc, sent.bcc) == ([ADA], [], [])
    assert (letter.state, letter.tries, letter.ended_at) == ("sent", 1, NOW)
    assert letter.claimed_until is None


def test_a_mail_says_whom_it_is_from_and_how_to_end_it():
    due()
    post()

    told = mail.outbox[0].message()

    site, token = "https://parcels.example", subscription().token
    assert told["From"] == "=?utf-8?q?Caf=C3=A9_Acme?= <parcels@shop.example>"
    assert told["Reply-To"] == "help@acme.example"
    assert told["Message-ID"] == f"<{Letter.objects.get().message_id}@shop.example>"
    assert told["List-Unsubscribe"] == f"<{site}/m/{token}/stop>"
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert told["Auto-Submitted"] == "auto-generated"
    assert told["Content-Language"] == "en"
    assert [part.get_content_type() for part in told.get_payload()] == ["text/plain", "text/html"]


def test_the_shipped_writer_writes_it():
    due("delivered", order_reference="10432")

    assert dict(posting.post(lambda: NOW)) == {"sent": 1}

    assert "10432" in mail.outbox[0].body
    assert "<html" in mail.outbox[0].alternatives[0].content


def test_nothing_goes_before_its_time():
    due()
    Letter.objects.update(due_at=NOW + MINUTE)

    assert post() == {}
    assert post(NOW + MINUTE) == {"sent": 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda one: asking.end(subscription(), "unsubscribed", NOW),
            "The subscription has ended.",
        ),
        (
            lambda one: addresses.block(ADA, "bounced", NOW),
            "Nothing is sent to this address any more.",
        ),
        (
            lambda one: happens(one, "delivered", "2026-03-02T11:00:00+00:00"),
            "The parcel went on before the mail went.",
        ),
    ],
)
def test_what_changed_meanwhile_keeps_a_letter_back(change, reason):
    change(due())

    post()

    assert mail.outbox == []
    assert reasons() == [("dropped", reason)]


def test_a_letter_that_waited_for_too_long_is_not_sent():
    due()

    assert post(NOW + DAY) == {"dropped": 1}
    assert reasons() == [("dropped", "It happened too long ago.")]


def test_a_letter_put_off_into_the_night_waits_for_the_morning_untried():
    due()
    happened = Letter.objects.get()
    Letter.objects.update(due_at=NIGHT)

    assert post(NIGHT) == {"waiting": 1}

    letter = Letter.objects.get()
    assert (letter.due_at, letter.tries) == (datetime(2026, 3, 3, 8, tzinfo=UTC), 0)
    assert letter.message_id == happened.message_id


@pytest.mark.parametrize("kind", ["confirm", "link", "code"])
def test_what_somebody_waits_for_goes_at_night_too(kind):
    shipment = listened_to()
    make_recipient(shipment, email="bob@example.com")
    write_to_recipient(shipment, kind, "en", NIGHT)

    assert post(NIGHT) == {"sent": 1}
    assert mail.outbox[0].to == ["bob@example.com"]
    assert "List-Unsubscribe" not in mail.outbox[0].message()


def test_somebody_is_asked_to_confirm_and_hears_nothing_before():
    shipment = listened_to("eve@example.com")
    make_subscription(shipment, ADA, origin="page", now=NOW)
    happens(shipment, "delivered")
    pick()

    post()

    assert [(one.to, one.subject) for one in mail.outbox] == [
        ([ADA], "confirm of"),
        (["eve@example.com"], "delivered of"),
    ]


def test_what_was_confirmed_meanwhile_is_not_asked_again():
    shipment = listened_to("eve@example.com")
    asked = make_subscription(shipment, ADA, origin="page", now=NOW)
    asking.confirm(asked.token, NOW)

    assert post() == {"dropped": 1}


def test_a_code_is_worth_nothing_after_its_time():
    shipment = listened_to()
    make_recipient(shipment, email=ADA)
    write_to_recipient(shipment, "code", "en", NOW)

    assert post(NOW + 16 * MINUTE) == {"dropped": 1}


def test_whoever_was_erased_gets_nothing():
    write_to_recipient(listened_to(), "link", "en", NOW)

    post()

    assert reasons() == [("dropped", "There is no address.")]


def test_a_letter_that_cannot_be_written_is_tried_again_and_holds_up_no_other():
    merchant = make_merchant()
    for email in ("bad@example.com", "a@example.com", "b@example.com"):
        due(email=email, merchant=merchant)

    def write(letter, journey, now):
        if letter.subscription.email.startswith("bad"):
            raise KeyError(email)
        return plain(letter, journey, now)

    assert post(write=write) == {"failed": 1, "sent": 2}

    letter = Letter.objects.get(state="waiting")
    assert (letter.tries, letter.reason) == (1, "KeyError")
    assert letter.due_at == NOW + GAPS[0]


def test_gaps_grow_from_minutes_to_a_day_and_last_two_days():
    assert list(GAPS) == sorted(GAPS)
    assert (GAPS[0], GAPS[-1]) == (MINUTE, DAY)
    assert 1.5 * DAY < sum(GAPS, timedelta()) <= 2 * DAY


def test_a_letter_whose_process_died_goes_when_the_claim_ends():
    due()
    (claimed,) = claiming.claim(NOW)

    assert post(NOW + claiming.LEASE - MINUTE) == {}
    assert post(NOW + claiming.LEASE) == {"sent": 1}
    assert Letter.objects.get().message_id == claimed.message_id


def test_whoever_lost_its_claim_writes_nothing_down():
    due()
    (late,) = claiming.claim(NOW)
    (own,) = claiming.claim(NOW + claiming.LEASE)

    claiming.give_back([late], NOW)
    assert claiming.own([late]).update(state="dropped") == 0
    assert claiming.own([own]).update(state="sent") == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_who_send_at_once_send_each_letter_once():
    merchant = make_merchant()
    for number in range(12):
        due(email=f"a{number}@example.com", merchant=merchant)
    sent, lock = [], threading.Lock()

    def write(letter, journey, now):
        with lock:
            sent.append(letter.pk)
        return plain(letter, journey, now)

    def send():
        post(write=write)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(sent) == len(set(sent)) == 12
    assert kinds("sent") == ["out_for_delivery"] * 12


def test_a_batch_is_prepared_in_as_many_statements_for_two_as_for_many():
    def statements(count):
        merchant = make_merchant(f"Shop {count}")
        for number in range(count):
            due(email=f"a{number}@example.com", merchant=merchant)
        with CaptureQueriesContext(connection) as captured:
            assert post() == {"sent": count}
        return len(captured) - count  # what became of each is written down when it is known

    statements(1)
    assert statements(2) == statements(12) <= 14


def test_nothing_due_takes_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert post() == {}


def test_what_is_due_is_read_along_its_index():
    due()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")

    assert "letter_due" in claiming.due(NOW).explain()


TEXTS = st.text(max_size=200)


@given(
    name=TEXTS, subject=TEXTS, answers=st.sampled_from(["", "help@acme.example", "a@b\r\nBcc: c@d"])
)
def test_nothing_a_merchant_calls_itself_adds_a_header(name, subject, answers):
    written = Written(subject, "Hello", "<p>Hello", name, answers, "en")
    letter = Letter(kind="code", message_id="0" * 32)

    told = message_of(letter, written, ADA, look()).message().as_string()

    parsed = message_from_string(told, policy=policy.default)
    assert parsed["To"] == ADA
    assert parsed["Bcc"] is None
    assert len(parsed.get_all("Subject")) == len(parsed.get_all("From")) == 1
    assert Address(addr_spec=parsed["From"].addresses[0].addr_spec).domain == "shop.example"


def test_a_site_without_mail_sends_none(settings):
    due()
    settings.SENDS_MAIL = False

    for job in (tasks.pick, tasks.send, tasks.find_silent):
        job.func()

    assert mail.outbox == []
    assert kinds("waiting") == ["out_for_delivery"]


def test_the_jobs_go_on_until_the_next_ones_begin(monkeypatch):
    monkeypatch.setattr(tasks, "SECONDS", 0.1)
    monkeypatch.setattr(tasks, "PAUSE_SECONDS", 0.01)
    shipment = listened_to("eve@example.com")
    make_recipient(shipment, email=ADA)
    write_to_recipient(shipment, "link", "en", datetime.now(UTC))

    tasks.pick.func()
    tasks.send.func()

    assert mail.outbox[0].to == [ADA]


def test_old_letters_are_forgotten_and_new_ones_kept():
    merchant = make_merchant()
    due(email="old@example.com", merchant=merchant)
    due(email="new@example.com", merchant=merchant)
    first = Letter.objects.order_by("pk").first()
    Letter.objects.filter(pk=first.pk).update(created_at=NOW - 91 * DAY)

    housekeeping.tidy(NOW)

    assert [one.subscription.email for one in Letter.objects.all()] == ["new@example.com"]


def test_a_batch_that_takes_too_long_leaves_its_rest_for_the_next(monkeypatch):
    monkeypatch.setattr(posting, "SECONDS", -1.0)
    due()

    assert post() == {}

    letter = Letter.objects.get()
    assert (letter.tries, letter.claimed_until, letter.due_at) == (0, None, NOW)


def test_a_parcel_that_cannot_be_read_any_more_holds_up_no_other():
    merchant = make_merchant()
    make_unreadable(due(email="bad@example.com", merchant=merchant))
    due(email="a@example.com", merchant=merchant)

    assert post() == {"dropped": 1, "sent": 1}
    assert mail.outbox[0].to == ["a@example.com"]


STEPS = st.lists(
    st.sampled_from(
        [
            "in_transit",
            "out_for_delivery",
            "attempted",
            "exception.held",
            "delivered",
            "read",
            "send",
        ]
    ),
    max_size=9,
)


@examples(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_however_things_come_nobody_hears_of_a_milestone_twice_and_all_of_the_last(steps):
    Letter.objects.all().delete()
    shipment = listened_to(merchant=make_merchant(f"Shop {Shipment.objects.count()}"))
    mail.outbox.clear()
    for number, step in enumerate(steps):
        minute = NOW - timedelta(hours=1) + number * MINUTE
        if step in ("read", "send"):
            {"read": pick, "send": post}[step]()
        else:
            happens(shipment, step, minute.isoformat())
    pick()
    post()

    told = [one.subject.partition(" ")[0] for one in mail.outbox]
    shipment.refresh_from_db()
    last = milestone_of(shipment.code)
    assert len(told) == len(set(told))
    assert last in told or not wants((), last)
