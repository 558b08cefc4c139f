import json

import pytest

from apps.outbound.messages import Reply
from apps.providers.asking import Ask, Trouble
from apps.providers.clients.easypost import EasyPost
from apps.shipments.reports import Report
from tests.builders import NOW, recorded

CLIENT = EasyPost()
NUMBER = "9400100000000000000011"
ID = json.loads(recorded("easypost/journey.json"))["id"]

BODY = b'{"id":"evt_1"}'
# By `openssl dgst -sha256 -hmac`, with the accent apart from its letter and as one with it.
SIGNED_APART = "ab34e673a75acd5fa619d29c743709a0b67813c057d17c02eac9ce180679d34f"
SIGNED_AS_ONE = "84921890582a8d03333a4ca26d3fdf207f67bdb859b81adc79277be7b6e2f03b"


def request(**fields):
    [call] = CLIENT.requests([Ask(**fields)], {})
    return call


def answer(ask, body):
    [call] = CLIENT.requests([ask], {})
    [told] = CLIENT.answers(call, Reply(200, {}, body), NOW)
    return told


def test_the_first_question_makes_a_tracker():
    call = request(name=NUMBER, carrier_code="usps")

    assert (call.method, call.path) == ("POST", "/trackers")
    assert call.headers["Content-Type"] == "application/json"
    assert json.loads(call.body) == {"tracker": {"tracking_code": NUMBER, "carrier": "USPS"}}


@pytest.mark.parametrize("carrier_code", ["", "apc", "nobody"])
def test_a_carrier_easypost_may_not_know_is_left_to_it(carrier_code):
    body = json.loads(request(name=NUMBER, carrier_code=carrier_code).body)

    assert body == {"tracker": {"tracking_code": NUMBER}}


def test_the_trackers_id_is_what_is_asked_by_from_then_on():
    told = answer(Ask(NUMBER), recorded("easypost/journey.json"))

    assert isinstance(told.told, Report)
    assert told.remote == {"id": ID}
    call = request(name=NUMBER, remote=told.remote)
    assert (call.method, call.path, call.body) == ("GET", f"/trackers/{ID}", b"")


def test_a_tracker_that_was_asked_by_its_id_answers_for_it_whatever_its_number():
    told = answer(Ask("420282029400", remote={"id": ID}), recorded("easypost/journey.json"))

    assert told.name == "420282029400"
    assert isinstance(told.told, Report)


def test_another_tracker_is_no_answer():
    told = answer(Ask("1Z", remote={"id": "trk_other"}), recorded("easypost/journey.json"))

    assert told.told.trouble is Trouble.PARTIAL


@pytest.mark.parametrize("tracker_id", ["trk_1/../../users", "trk_", "", "shp_1", "trk_1?x=1"])
def test_an_id_that_could_lead_elsewhere_is_never_asked_by(tracker_id):
    body = json.dumps({"id": tracker_id, "tracking_code": "1", "tracking_details": []}).encode()

    assert answer(Ask("1"), body).remote == {}
    assert request(name="1", remote={"id": tracker_id}).path == "/trackers"


def test_nothing_has_to_be_said_before_or_after():
    assert CLIENT.enrolment(Ask("1"), {}) is None
    assert CLIENT.farewell(Ask("1", remote={"id": ID}), {}) is None


def test_an_error_inside_a_good_answer_is_none():
    problem = CLIENT.problem(Reply(200, {}, b'{"error": {"code": "X", "message": "secret"}}'), NOW)

    assert problem.trouble is Trouble.MALFORMED
    assert "secret" not in problem.detail


def test_a_push_brings_the_id_along():
    push = CLIENT.pushed(recorded("easypost/push.json"))

    assert [(a.name, a.remote) for a in push.answers] == [(NUMBER, {"id": ID})]


def test_a_push_about_no_tracker_is_taken_and_tells_nothing():
    push = CLIENT.pushed(recorded("easypost/push_batch.json"))

    assert (push.answers, push.sender_id) == ((), "evt_00000000000000000000000000000002")


def holds(secret, signature, header="x-hmac-signature"):
    return CLIENT.proof.holds({header: signature}, BODY, secret, NOW)


@pytest.mark.parametrize("secret", ["cr\u00e8me", "cre\u0300me"], ids=["as one", "apart"])
def test_a_secret_signs_with_its_accents_apart(secret):
    assert holds(secret, f"hmac-sha256-hex={SIGNED_APART}")
    assert not holds(secret, f"hmac-sha256-hex={SIGNED_AS_ONE}")


@pytest.mark.parametrize(
    ("signature", "header"),
    [
        (SIGNED_APART, "x-hmac-signature"),
        (f"hmac-sha256-hex={SIGNED_APART[:-1]}", "x-hmac-signature"),
        (f"hmac-sha256-hex={SIGNED_APART}", "x-hmac-signature-v2"),
        ("", "x-hmac-signature"),
    ],
)
def test_a_signature_of_another_kind_proves_nothing(signature, header):
    assert not holds("cr\u00e8me", signature, header)
