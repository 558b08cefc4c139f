"""What a merchant's receiver gets: signed, in order, at least once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.notifications import relay
from apps.notifications.gaps import GAPS
from apps.notifications.models import Attempt, Delivery, Endpoint, new_secret
from apps.notifications.signing import rotate
from apps.shipments.models import Outbox
from apps.shipments.reports import LegReport, NumberReport
from tests.builders import make_merchant, make_shipment, report, sighting
from tests.notifications.making import SECRET, make_endpoint, make_news, news_of, pass_on

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_a_change_reaches_the_receiver_signed_for_the_librarys_own_verifier(receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url)
    shipment = make_news(endpoint.merchant, "out_for_delivery")

    assert pass_on() == {"taken": 1}

    (told,) = receiver.verified(SECRET)
    assert told["type"] == "shipment.updated"
    assert told["data"]["shipment"]["reference"] == shipment.reference
    assert told["data"]["shipment"]["status"]["code"] == "out_for_delivery"
    assert told["data"]["status_before"]["code"] == "unknown.no_scans"


def test_nobody_is_told_twice(receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url)
    make_news(endpoint.merchant)

    pass_on()
    pass_on(DAY)

    assert len(receiver.got) == 1
    assert Outbox.objects.filter(told_at=None).count() == 0


def test_only_the_merchants_own_endpoints_hear_of_a_change(receive):
    receiver = receive()
    make_endpoint(receiver.url, make_merchant("Other"))
    make_news(make_merchant("Acme"))

    pass_on()

    assert receiver.got == []


def test_messages_about_one_shipment_arrive_in_order_though_the_first_failed(receive):
    receiver = receive(500, 200)
    endpoint = make_endpoint(receiver.url)
    shipment = make_news(endpoint.merchant, "accepted")
    news_of(shipment, "in_transit", "2026-03-01T12:00:00+00:00")

    pass_on()
    assert [told["data"]["version"] for told in receiver.verified(SECRET)] == [1]

    pass_on(MINUTE)
    assert [told["data"]["version"] for told in receiver.verified(SECRET)] == [1, 1, 2]


def test_a_message_keeps_its_id_and_its_words_through_every_try(receive):
    receiver = receive(500, 503, 200)
    endpoint = make_endpoint(receiver.url)
    make_news(endpoint.merchant)

    for later in (timedelta(), MINUTE, 10 * MINUTE):
        pass_on(later)

    assert len(set(receiver.ids)) == 1
    assert len({body for _, body in receiver.got}) == 1
    assert Delivery.objects.get().state == "delivered"


@pytest.mark.parametrize(
    "answer", [500, 404, (301, {"Location": "http://127.0.0.1/"}), lambda handler: None]
)
def test_what_is_not_taken_is_tried_again(receive, answer):
    receiver = receive(answer)
    endpoint = make_endpoint(receiver.url)
    make_news(endpoint.merchant)

    assert pass_on() == {"failed": 1}

    delivery, attempt = Delivery.objects.get(), Attempt.objects.get()
    assert (delivery.state, delivery.tries) == ("waiting", 1)
    assert timedelta() < delivery.due_at - timezone.now() < MINUTE
    assert attempt.status == (answer if isinstance(answer, int) else attempt.status)
    assert bool(attempt.status) != bool(attempt.reason)


def test_a_message_is_given_up_after_three_days_of_tries(receive):
    receiver = receive(500)
    endpoint = make_endpoint(receiver.url)
    make_news(endpoint.merchant)

    later = timedelta()
    for gap in (*GAPS, DAY):
        pass_on(later)
        later += 1.3 * gap + timedelta(hours=1)
        Endpoint.objects.update(failing_since=None)

    assert Delivery.objects.get().state == "given_up"
    assert len(receiver.got) == len(GAPS) + 1
    assert sum(GAPS, timedelta()) > timedelta(days=3)


def test_an_address_that_is_gone_is_told_no_more(receive):
    receiver = receive(410)
    endpoint = make_endpoint(receiver.url)
    make_news(endpoint.merchant)

    pass_on()
    make_news(endpoint.merchant)
    pass_on(DAY)

    endpoint.refresh_from_db()
    assert endpoint.paused_at
    assert "410" in endpoint.pause_reason
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [("600", 9, 11), ("315360000", 1439, 1441), ("-5", 0, 1), ("soon", 0, 1)],
)
def test_a_receiver_that_asks_for_a_rest_gets_it_within_reason(receive, retry_after, least, most):
    receiver = receive((429, {"Retry-After": retry_after}))
    endpoint = make_endpoint(receiver.url)
    make_news(endpoint.merchant)

    pass_on()

    endpoint.refresh_from_db()
    rest = endpoint.not_before - timezone.now()
    assert least * MINUTE <= rest <= most * MINUTE


def test_five_days_of_failures_end_it_with_a_reason(receive):
    receiver = receive(500)
    endpoint = make_endpoint(receiver.url, failing_since=timezone.now() - 5 * DAY)
    make_news(endpoint.merchant)

    pass_on()

    endpoint.refresh_from_db()
    assert endpoint.paused_at
    assert endpoint.pause_reason == "Nothing was taken for five days."


def test_an_endpoint_hears_of_the_states_it_named_and_only_when_they_begin(receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url, topics=["in_transit", "delivered"])
    shipment = make_news(endpoint.merchant, "accepted")
    news_of(shipment, "in_transit.arrived", "2026-03-01T12:00:00+00:00")
    news_of(shipment, "info.notified", "2026-03-01T13:00:00+00:00")
    news_of(shipment, "delivered", "2026-03-01T14:00:00+00:00")

    pass_on()

    assert [told["data"]["version"] for told in receiver.verified(SECRET)] == [2, 4]


def test_a_turned_secret_signs_beside_the_former_one_for_a_day(receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url)
    secret = rotate(endpoint, timezone.now())
    make_news(endpoint.merchant)

    pass_on()

    assert receiver.verified(SECRET) == receiver.verified(secret)
    assert secret not in str(endpoint.secrets)


def test_the_former_secret_signs_no_more_after_a_day(receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url)
    secret = rotate(endpoint, timezone.now() - DAY)
    make_news(endpoint.merchant)

    pass_on()

    (headers, _) = receiver.got[0]
    assert len(headers["webhook-signature"].split()) == 1
    assert receiver.verified(secret)


def test_a_shop_from_shipstation_gets_the_whole_history_as_it_knows_it(receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url, language="shipstation")
    told = report(
        sighting("accepted", leg=0),
        sighting("in_transit", "2026-03-01T12:00:00+00:00", leg=0),
        legs=(LegReport("ups", "UPS"),),
        numbers=(NumberReport("1Z999AA10123456784", 0),),
    )
    make_shipment(endpoint.merchant, told, now=timezone.now())

    pass_on()

    (told,) = receiver.verified(SECRET)
    assert told["resource_type"] == "API_TRACK"
    assert "tracking_number=1Z999AA10123456784" in told["resource_url"]
    assert [event["status_code"] for event in told["data"]["events"]] == ["IT", "AC"]


def test_without_a_number_there_is_nothing_to_say_in_shipstations_language(receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url, language="shipstation")
    make_news(endpoint.merchant)

    pass_on()

    assert receiver.got == []
    assert not Delivery.objects.exists()


def test_no_message_holds_what_only_the_recipient_may_know(receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url)
    shipment = make_news(endpoint.merchant)
    shipment.refresh_from_db()
    news_of(shipment, "delivered", "2026-03-01T14:00:00+00:00")

    pass_on()

    assert all(told["data"]["shipment"]["recipient"] is None for told in receiver.verified(SECRET))


def test_while_one_process_passes_word_on_no_other_does(receive):
    first = relay.claiming.take_shift("first", timezone.now())
    second = pass_on()

    assert first
    assert second is None


def test_where_nobody_wants_to_be_told_changes_are_marked_and_the_job_ends(receive):
    make_news(make_merchant())

    assert relay.run() == {}

    assert Outbox.objects.filter(told_at=None).count() == 0


def test_the_message_of_a_process_that_died_is_sent_when_its_claim_ends(receive):
    receiver = receive()
    endpoint = make_endpoint(receiver.url)
    make_news(endpoint.merchant)
    relay.fanning.fan_out(timezone.now())
    relay.claiming.claim({}, 1, timezone.now())

    assert pass_on() == {}
    assert pass_on(2 * MINUTE) == {"taken": 1}
    assert receiver.verified(SECRET)


def test_a_dead_endpoint_does_not_hold_up_the_others(receive):
    merchant = make_merchant()
    dead, alive = receive(lambda handler: None), receive()
    make_endpoint(dead.url, merchant)
    make_endpoint(alive.url, merchant)
    for _ in range(20):
        make_news(merchant)

    pass_on()

    assert len(alive.got) == 20
    assert len(dead.got) <= 4


def test_a_paused_endpoint_gathers_no_queue(receive):
    endpoint = make_endpoint("http://127.0.0.1:9/", paused_at=timezone.now())
    make_news(endpoint.merchant)

    pass_on()

    assert not Delivery.objects.exists()


def test_a_change_that_was_taken_back_is_never_told(receive, django_capture_on_commit_callbacks):
    from django.db import transaction

    receiver = receive()
    endpoint = make_endpoint(receiver.url)
    shipment = make_shipment(endpoint.merchant)
    try:
        with transaction.atomic():
            news_of(shipment)
            raise RuntimeError
    except RuntimeError:
        assert pass_on() == {}

    assert receiver.got == []


def test_secrets_are_as_long_as_the_standard_asks():
    assert new_secret().startswith("whsec_")
    assert len(new_secret()) > 40
