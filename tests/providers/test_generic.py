"""The provider for carriers without an API."""

import json

import pytest
from django.utils import timezone

from apps.dialects.payloads import Refused
from apps.outbound.encryption import Sealed
from apps.providers.asking import Ask, Request
from apps.providers.clients.generic import Generic
from apps.providers.models import Heard
from apps.shipments.models import Event
from tests.builders import NOW
from tests.providers.tables import make_taker, row, table
from tests.providers.test_proofs import SECRET, signed

CLIENT = Generic()


def pushed(**fields):
    event = {"tracking_number": "AB1", "code": "delivered", "occurred_at": "2026-03-01"}
    return json.dumps({"events": [event | fields]}).encode()


def test_it_is_never_asked():
    assert not CLIENT.can_be_asked
    assert CLIENT.requests([Ask("AB1")], {}) == []


def test_a_signed_push_tells_of_each_number():
    body = pushed()

    (answer,) = CLIENT.pushed(body).answers

    assert CLIENT.proof.holds(signed(body), body, SECRET, NOW)
    assert answer.name == "AB1"
    assert answer.told.source == CLIENT.kind
    assert [seen.code for seen in answer.told.sightings] == ["delivered"]


def test_the_senders_id_is_the_signed_one():
    assert CLIENT.pushed(pushed()).sender_id == ""
    assert CLIENT.proof.sender_id(signed(message="msg_9")) == "msg_9"


def test_a_push_that_is_wrong_is_refused_with_its_path():
    with pytest.raises(Refused) as caught:
        CLIENT.pushed(pushed(code="arrived"))

    assert caught.value.faults[0].path == "$.events[0].code"


def test_what_it_reads_as_an_answer_is_the_same_language():
    assert CLIENT.read(Request((), ""), pushed()) == list(CLIENT.pushed(pushed()).answers)


@pytest.fixture
def account(db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    account = make_taker("AB1")
    account.credentials = Sealed(webhook_secret=SECRET)
    account.save()
    return account


def push_table(client, account, body, headers=None, content_type="text/csv; charset=utf-8"):
    headers = signed(body) if headers is None else headers
    where = f"/hooks/{account.hook_token}/"
    return client.post(where, body, content_type=content_type, headers=headers)


def test_a_signed_table_is_recorded(client, account):
    answer = push_table(client, account, table(row("AB1"), row("AB1", "delivered", 2)))

    assert answer.json() == {"status": "ok", "recorded": 1, "unknown": []}
    assert Event.objects.count() == 2


def test_a_table_nobody_signed_leaves_no_trace(client, account):
    assert push_table(client, account, table(row("AB1")), {}).status_code == 401
    assert not Event.objects.exists()


def test_a_pushed_table_with_a_bad_line_is_refused_whole(client, account):
    answer = push_table(client, account, table(row("AB1"), row("AB1", "moon")))

    assert answer.status_code == 422
    assert answer.json()["details"] == [
        {
            "path": "line 3, code",
            "reason": "`moon` is not one of the codes",
        }
    ]
    assert not Event.objects.exists()
    assert not Heard.objects.exists()


def test_a_table_that_says_it_is_json_is_refused_as_json(client, account):
    answer = push_table(client, account, table(row("AB1")), content_type="application/json")

    assert (answer.status_code, answer.json()["details"][0]["path"]) == (400, "$")


def test_only_our_own_format_is_pushed_as_a_table(client, account):
    account.kind = "ups"
    account.save()

    answer = push_table(client, account, table(row("AB1")), {"credential": SECRET})

    assert answer.status_code == 400
