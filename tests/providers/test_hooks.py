"""Pushes: proved, taken once, recorded before they are answered, and refused without a trace."""

import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.utils import timezone

from apps.outbound.encryption import Sealed
from apps.providers.models import Heard, Misfit, Watch
from apps.shipments.models import Event
from apps.shipments.registering import register
from tests.builders import NOW, make_merchant, recorded
from tests.providers.making import make_account, make_watch, shipment_of
from tests.providers.test_proofs import KEY, SECRET, digest, signed

pytestmark = pytest.mark.django_db

NUMBER, EASYPOST_NUMBER = "AB1", "9400100000000000000011"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def listening(kind="generic", secret=SECRET, **fields):
    account = make_account(kind=kind, **fields)
    account.credentials = Sealed(webhook_secret=secret)
    account.save()
    return account


def said(*numbers, **fields):
    event = {"code": "in_transit", "occurred_at": "2026-03-01T09:30:00Z"} | fields
    return json.dumps({"events": [{"tracking_number": n} | event for n in numbers]}).encode()


def push(client, account, body, headers=None):
    token = getattr(account, "hook_token", account)
    return client.post(
        f"/hooks/{token}/",
        body,
        content_type="application/json",
        headers=signed(body) if headers is None else headers,
    )


def easypost(body):
    key = b"s3cret"
    return {"x-hmac-signature": f"hmac-sha256-hex={digest(key, body).hex()}"}


def nothing_is_stored():
    return not any(model.objects.exists() for model in (Event, Heard, Misfit))


def test_a_signed_push_is_recorded_and_the_next_question_moved_away(client):
    account = listening("easypost", "s3cret")
    watch = make_watch(account, EASYPOST_NUMBER)
    body = recorded("easypost/push.json")

    response = push(client, account, body, easypost(body))

    watch.refresh_from_db()
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "recorded": 1, "unknown": []}
    assert shipment_of(watch).code.startswith("delivered")
    assert (watch.pushed_at, watch.asked_at) == (NOW, None)
    assert watch.due_at is None or watch.due_at > NOW


def test_a_push_about_a_moving_parcel_saves_a_question(client):
    account = listening("generic")
    watch = make_watch(account, NUMBER)

    push(client, account, said(NUMBER, occurred_at="2026-03-02T11:00:00Z"))

    watch.refresh_from_db()
    assert timedelta(hours=1) <= watch.due_at - NOW <= timedelta(minutes=66)


def test_a_number_that_is_not_watched_is_pushed_about_all_the_same(client):
    account = listening()
    register(account.merchant_id, carrier_code="elta", number=NUMBER, now=NOW)

    response = push(client, account, said(NUMBER))

    assert (response.status_code, Event.objects.count()) == (200, 1)
    assert not Watch.objects.exists()


WRONG = {
    "unsigned": {},
    "another secret": signed(said(NUMBER), key=KEY[::-1]),
    "another body": signed(said(NUMBER) + b" "),
    "too old": signed(said(NUMBER), sent=int(NOW.timestamp()) - 301),
}


@pytest.mark.parametrize("headers", WRONG.values(), ids=WRONG)
def test_a_push_nobody_signed_leaves_no_trace(client, headers):
    account = listening()
    make_watch(account, NUMBER)

    response = push(client, account, said(NUMBER), headers)

    assert response.status_code == 401
    assert nothing_is_stored()


def test_nonsense_nobody_signed_is_no_misfit(client):
    account = listening()

    assert push(client, account, b"{oops", {}).status_code == 401
    assert nothing_is_stored()


def test_an_account_without_a_secret_hears_nothing(client):
    account = listening("easypost", "")
    make_watch(account, EASYPOST_NUMBER)
    body = recorded("easypost/push.json")
    headers = {"x-hmac-signature": f"hmac-sha256-hex={digest(b'', body).hex()}"}

    assert push(client, account, body, headers).status_code == 401
    assert nothing_is_stored()


def test_one_accounts_signature_is_nothing_at_anothers_address(client):
    account = listening()
    other = listening(secret="whsec_" + "A" * 32, merchant=account.merchant)

    assert push(client, other, said(NUMBER)).status_code == 401
    assert nothing_is_stored()


def test_an_address_nobody_has_or_that_is_off_or_never_pushes_is_not_there(client):
    off = listening(is_active=False)
    silent = listening("shiplemon", merchant=off.merchant)

    for address in ("nobody", off, silent):
        assert push(client, address, said(NUMBER)).status_code == 404


def test_a_push_that_comes_again_is_known_and_changes_nothing(client):
    account = listening()
    watch = make_watch(account, NUMBER)
    push(client, account, said(NUMBER))
    version = shipment_of(watch).version

    again = push(client, account, said(NUMBER))
    other_words = said(NUMBER, code="delivered")
    same_id = push(client, account, other_words, signed(other_words))

    assert [r.json() for r in (again, same_id)] == [{"status": "known"}] * 2
    assert (again.status_code, same_id.status_code) == (200, 200)
    assert (shipment_of(watch).version, Event.objects.count()) == (version, 1)


def test_a_push_without_an_id_is_known_by_its_body(client):
    account = listening("ups")
    make_watch(account, "1Z0A12B30390000017", "ups")
    body = recorded("ups/alert.json")

    first = push(client, account, body, {"credential": SECRET})
    again = push(client, account, body, {"credential": SECRET})

    assert first.json()["recorded"] == 1
    assert again.json() == {"status": "known"}


def test_what_two_accounts_are_told_is_known_to_each_alone(client):
    one = listening()
    other = listening(merchant=make_merchant("Other"))
    make_watch(one, NUMBER)
    watch = make_watch(other, NUMBER)

    push(client, one, said(NUMBER))
    assert shipment_of(watch).code != "in_transit"
    push(client, other, said(NUMBER))

    assert shipment_of(watch).code == "in_transit"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"events": [{"signee": "Jane Roe", ', 400),
        (said(NUMBER, signee="Jane Roe", code="arrived"), 422),
        (b'\xff"Jane Roe"', 401),  # no text at all can be signed
    ],
)
def test_what_cannot_be_read_is_refused_whole(client, body, status):
    account = listening()
    make_watch(account, NUMBER)

    response = push(client, account, body)

    assert response.status_code == status
    assert not Event.objects.exists()
    assert not Heard.objects.exists()


def test_of_what_cannot_be_read_the_shape_is_kept_and_no_words(client):
    account = listening()

    response = push(client, account, said(NUMBER, signee="Jane Roe", code="arrived"))

    misfit = Misfit.objects.get()
    assert response.json()["details"][0]["path"] == "$.events[0].code"
    assert (misfit.account_id, misfit.trouble) == (account.pk, "malformed")
    assert '"signee": "xxxx xxx"' in misfit.sample
    assert not {"Jane", "Roe", NUMBER} & set(misfit.sample.replace('"', " ").split())


def test_a_message_mended_under_its_old_id_is_taken(client):
    account = listening()
    make_watch(account, NUMBER)
    push(client, account, said(NUMBER, code="arrived"))

    assert push(client, account, said(NUMBER)).json()["recorded"] == 1


def test_numbers_that_nobody_has_can_be_sent_again_once_somebody_does(client):
    account = listening()

    early = push(client, account, said("ZZ9"))
    forgotten = not Heard.objects.exists()
    make_watch(account, "ZZ9")
    later = push(client, account, said("ZZ9"))

    assert (early.status_code, early.json()["details"]) == (404, ["ZZ9"])
    assert forgotten
    assert later.json()["recorded"] == 1


def test_another_merchants_number_is_unknown(client):
    account = listening()
    make_watch(listening(merchant=make_merchant("Other")), NUMBER)

    assert push(client, account, said(NUMBER)).status_code == 404
    assert not Event.objects.exists()


def test_an_aggregator_is_not_bothered_with_what_we_do_not_know(client):
    account = listening("easypost", "s3cret")
    body = recorded("easypost/push.json")

    response = push(client, account, body, easypost(body))

    assert response.status_code == 200
    assert response.json()["unknown"] == [EASYPOST_NUMBER]


def test_of_several_numbers_the_known_are_recorded_and_the_others_named(client):
    account = listening()
    watch = make_watch(account, NUMBER)

    response = push(client, account, said("ZZ9", NUMBER))

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "recorded": 1, "unknown": ["ZZ9"]}
    assert shipment_of(watch).code == "in_transit"


def test_a_watch_that_ended_still_hears_but_does_not_ask_again(client):
    account = listening()
    watch = make_watch(account, NUMBER, due_at=None, ended="final")

    push(client, account, said(NUMBER))

    watch.refresh_from_db()
    assert shipment_of(watch).code == "in_transit"
    assert (watch.due_at, watch.ended) == (None, "final")


def test_only_posts_are_heard(client):
    account = listening()

    assert client.get(f"/hooks/{account.hook_token}/").status_code == 405


def test_a_body_larger_than_we_take_is_refused_as_such(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    account = listening()

    assert push(client, account, said(*[NUMBER] * 10)).status_code == 413
    assert nothing_is_stored()


def test_an_account_whose_key_is_lost_wants_the_push_again(client, settings):
    account = listening()
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]

    response = push(client, account, said(NUMBER))

    assert (response.status_code, "Retry-After" in response.headers) == (503, True)
    assert nothing_is_stored()
