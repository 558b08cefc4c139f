"""Access tokens: fetched once for many calls, kept sealed, renewed in time, never shown."""

import json
from base64 import b64encode
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from apps.outbound.encryption import Sealed
from apps.providers import farewells, gates, tokens
from apps.providers.asking import Trouble
from apps.providers.models import Account, Misfit, Watch
from apps.providers.registry import CLIENTS
from apps.providers.turns import ask_account
from tests.builders import NOW
from tests.providers.making import make_account, make_watch

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

UPS, FEDEX = "/security/v1/oauth/token", "/oauth/token"
SECRET = "s3cret/+&"


def client_account(carrier, kind="ups", **fields):
    account = make_account(carrier, kind, **fields)
    account.credentials = Sealed(client_id="shop", client_secret=SECRET)
    account.save()
    return account


def lay_token(carrier, token, expires_in=1000, path=UPS):
    carrier.lay(path, json.dumps({"access_token": token, "expires_in": expires_in}))


def token(account, now=NOW, **fields):
    return tokens.token_for(account, gates.gate_to(account.kind), lambda: now, **fields)


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def trouble(account, **fields):
    with pytest.raises(tokens.NoToken) as caught:
        token(account, **fields)
    return caught.value.problem


def bearers(carrier, path):
    return [a.headers["authorization"] for a in carrier.asked if a.path == path]


def test_one_token_serves_many_calls(carrier):
    account = client_account(carrier)
    for n in range(20):
        make_watch(account, f"1Z{n:04}", "ups")
    lay_token(carrier, "t-1")

    ask_account(account.pk, clock=lambda: NOW)
    ask_account(account.pk, clock=lambda: after(60))

    asked = [a for a in carrier.asked if a.path != UPS]
    assert carrier.paths().count(UPS) == 1
    assert len(asked) == 20
    assert {a.headers["authorization"] for a in asked} == {"Bearer t-1"}


def test_a_token_is_sealed_on_the_row(carrier):
    account = client_account(carrier)
    lay_token(carrier, "t-very-secret")
    token(account)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM providers_account")
        (row,) = cursor.fetchall()

    assert not any("t-very-secret" in str(value) or SECRET in str(value) for value in row)
    assert Account.objects.get().token["access_token"] == "t-very-secret"
    assert "t-very-secret" not in repr(Account.objects.get().token)


@pytest.mark.parametrize(("seconds", "expected"), [(799, "t-1"), (801, "t-2"), (5000, "t-2")])
def test_a_token_is_renewed_when_a_fifth_of_its_life_is_left(carrier, seconds, expected):
    account = client_account(carrier)
    lay_token(carrier, "t-1")
    lay_token(carrier, "t-2")
    token(account)

    assert token(account, after(seconds)) == expected


def test_while_another_process_renews_it_the_old_one_is_used(carrier):
    account = client_account(carrier)
    lay_token(carrier, "t-1")
    lay_token(carrier, "t-2")
    token(account)
    Account.objects.update(token_claimed_until=after(960))

    assert token(account, after(900)) == "t-1"
    assert token(account, after(961)) == "t-2"  # that process died


def test_nobody_waits_for_ever_for_another_process(carrier, monkeypatch):
    monkeypatch.setattr(tokens, "PATIENCE", -1)
    account = client_account(carrier, token_claimed_until=after(60))

    assert trouble(account).trouble == Trouble.TRANSIENT
    assert carrier.asked == []


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("14399", 14399),
        (3599, 3599),
        (59.5, 59.5),
        (None, 3600),
        ("soon", 3600),
        (-1, 3600),
        ("nan", 3600),
        ("inf", 3600),
        (10**15, 3600),
        (10**9, 30 * 86400),
    ],
)
def test_a_life_is_believed_within_reason_however_it_is_written(carrier, written, seconds):
    account = client_account(carrier)
    lay_token(carrier, "t-1", written)

    token(account)

    assert Account.objects.get().token_until == after(seconds)


def test_a_refused_token_is_renewed_once_and_the_call_repeated(carrier):
    account = client_account(carrier)
    watch = make_watch(account, "1Z0001", "ups")
    path = "/api/track/v1/details/1Z0001"
    lay_token(carrier, "t-1")
    lay_token(carrier, "t-2")
    carrier.lay(path, "{}", status=401)
    carrier.lay(path, "{}", status=404)

    ask_account(account.pk, clock=lambda: NOW)

    watch.refresh_from_db()
    account.refresh_from_db()
    assert bearers(carrier, path) == ["Bearer t-1", "Bearer t-2"]
    assert (watch.trouble, account.paused_at) == ("not_found", None)


def test_a_token_refused_again_when_new_pauses_the_account(carrier):
    account = client_account(carrier)
    watch = make_watch(account, "1Z0001", "ups")
    path = "/api/track/v1/details/1Z0001"
    lay_token(carrier, "t-1")
    lay_token(carrier, "t-2")
    carrier.lay(path, "{}", status=401)

    ask_account(account.pk, clock=lambda: NOW)

    account.refresh_from_db()
    assert len(bearers(carrier, path)) == 2
    assert account.paused_at == NOW
    assert Watch.objects.get(pk=watch.pk).due_at == NOW


def test_many_calls_refused_together_fetch_one_new_token(carrier):
    account = client_account(carrier)
    lay_token(carrier, "t-1")
    lay_token(carrier, "t-2")
    for n in range(8):
        make_watch(account, f"1Z{n:04}", "ups")
    answer = carrier.answer

    def refuse_the_first(asked):
        is_refused = asked.headers["authorization"] == "Bearer t-1"
        return answer(asked)._replace(status=401) if is_refused else answer(asked)

    carrier.answer = refuse_the_first
    ask_account(account.pk, clock=lambda: NOW)

    assert carrier.paths().count(UPS) == 2
    assert set(Watch.objects.values_list("trouble", flat=True)) == {"not_found"}


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_wrong_client_secret_pauses_the_account(carrier, status):
    account = client_account(carrier)
    make_watch(account, "1Z0001", "ups")
    carrier.lay(UPS, '{"error": "invalid_client"}', status=status)

    ask_account(account.pk, clock=lambda: NOW)

    account.refresh_from_db()
    assert (account.paused_at, account.trouble) == (NOW, "auth_failed")
    assert account.token_claimed_until is None
    assert carrier.paths() == [UPS]


def test_a_token_address_that_fails_pauses_nobody(carrier):
    account = client_account(carrier)
    make_watch(account, "1Z0001", "ups")
    carrier.lay(UPS, "no", status=503)
    lay_token(carrier, "t-1")

    ask_account(account.pk, clock=lambda: NOW)
    account.refresh_from_db()
    before = (account.paused_at, account.failures)
    ask_account(account.pk, clock=lambda: NOW)

    assert before == (None, 1)
    assert len(carrier.asked) == 3


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("oops", Trouble.MALFORMED),
        (b'{"access_token": "\xff"}', Trouble.MALFORMED),
        ('{"access_token": 7}', Trouble.MALFORMED),
        ("[]", Trouble.MALFORMED),
        ("{}", Trouble.AUTH_FAILED),
        (r'{"access_token": "a\r\nX-Evil: 1"}', Trouble.AUTH_FAILED),
    ],
)
def test_what_is_no_token_is_none(carrier, body, expected):
    account = client_account(carrier)
    carrier.lay(UPS, body)

    assert trouble(account).trouble == expected
    assert Account.objects.get().token == {}


@pytest.mark.parametrize(("kind", "path"), [("ups", UPS), ("fedex", FEDEX)])
def test_the_secret_is_never_in_an_address(carrier, kind, path):
    account = client_account(carrier, kind)
    lay_token(carrier, "t-1", path=path)

    token(account)

    (asked,) = carrier.asked
    assert (asked.method, asked.path, asked.query) == ("POST", path, "")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


def test_where_a_header_is_wanted_the_secret_is_there_alone(carrier):
    account = client_account(carrier)
    lay_token(carrier, "t-1")

    token(account)

    (asked,) = carrier.asked
    pair = b64encode(f"shop:{SECRET}".encode()).decode()
    assert asked.headers["authorization"] == f"Basic {pair}"
    assert asked.body == b"grant_type=client_credentials"


def test_where_the_body_is_wanted_the_secret_is_there_alone(carrier):
    account = client_account(carrier, "fedex")
    lay_token(carrier, "t-1", path=FEDEX)

    token(account)

    (asked,) = carrier.asked
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["shop"],
        "client_secret": [SECRET],
    }
    assert "authorization" not in asked.headers


def test_a_provider_with_a_fixed_key_needs_no_token(carrier):
    assert token(make_account(carrier, "shipstation")) == ""
    assert carrier.asked == []


@pytest.mark.parametrize(
    ("kind", "stored", "missing"),
    [
        ("ups", {"client_id": "shop"}, "Client secret"),
        ("fedex", {"client_secret": SECRET}, "API key"),
        ("easypost", {"webhook_secret": SECRET}, "API key"),
        ("shipstation", {"api_key": ""}, "API key"),
        ("sorted_v1", {}, "Subscription key"),
    ],
)
def test_an_account_that_lacks_a_credential_is_paused_unasked(carrier, kind, stored, missing):
    account = make_account(carrier, kind)
    account.credentials = Sealed(stored)
    account.save()
    watch = make_watch(account, "EC-000-000-001")

    ask_account(account.pk, clock=lambda: NOW)

    account.refresh_from_db()
    watch.refresh_from_db()
    assert (account.paused_at, account.trouble) == (NOW, "auth_failed")
    assert account.trouble_detail == f"missing: {missing}"
    assert (carrier.asked, watch.due_at, watch.ended) == ([], NOW, "")
    assert not Misfit.objects.exists()


def test_an_account_whose_key_is_lost_is_paused_unasked(carrier, settings):
    account = make_account(carrier)
    make_watch(account)
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]

    ask_account(account.pk, clock=lambda: NOW)

    account.refresh_from_db()
    assert (account.paused_at, account.trouble) == (NOW, "auth_failed")
    assert "CREDENTIAL_KEYS" in account.trouble_detail
    assert carrier.asked == []


@pytest.mark.parametrize("is_key_lost", [True, False])
def test_no_farewell_is_said_without_credentials(carrier, settings, is_key_lost):
    account = make_account(carrier, options={"pushes": "on"})
    watch = make_watch(account, ended="unwanted", due_at=None, is_enrolled=True)
    if is_key_lost:
        settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    else:
        Account.objects.update(credentials=Sealed())

    farewells.say(watch.pk)

    watch.refresh_from_db()
    assert (carrier.asked, watch.is_enrolled) == ([], True)


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_what_a_provider_must_be_told_staff_are_asked_for(client):
    required = {field.name for field in client.fields if field.is_required}

    assert set(client.authority.needs) <= required
