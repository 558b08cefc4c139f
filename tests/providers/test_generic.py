"""The provider for carriers without an API."""

import json

import pytest

from apps.dialects.payloads import Refused
from apps.providers.asking import Ask, Request
from apps.providers.clients.generic import Generic
from tests.builders import NOW
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
