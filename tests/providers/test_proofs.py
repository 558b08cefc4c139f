"""How a push shows that it comes from the provider."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from apps.providers.proofs import Hmac, Proof, StandardWebhook, Word
from tests.builders import NOW

BODY = '{"id": 1, "place": "Βόλος", "code": "delivered"}'.encode()
KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OTHER = "whsec_" + base64.b64encode(KEY[::-1]).decode()
SENT = int(NOW.timestamp())


def digest(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


# Standard Webhooks, signed here by hand as its specification has it.


def signature(body=BODY, *, key=KEY, message="msg_1", sent=SENT):
    signed = f"{message}.{sent}.".encode() + body
    return "v1," + base64.b64encode(digest(key, signed)).decode()


def signed(body=BODY, **fields):
    message, sent = fields.get("message", "msg_1"), fields.get("sent", SENT)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(sent),
        "webhook-signature": signature(body, **fields),
    }


def holds(headers, body=BODY, secret=SECRET, now=NOW):
    return StandardWebhook().holds(headers, body, secret, now)


def test_56_a_right_signature_holds():
    assert holds(signed())


@pytest.mark.parametrize("body", [b"", b"[]", BODY * 10_000, "🦉".encode()])
def test_56_a_body_of_any_kind_can_be_signed(body):
    assert holds(signed(body), body)


def test_56_one_right_signature_of_several_is_enough():
    wrong = signature(key=KEY[::-1])

    for both in (f"{wrong} {signature()}", f"{signature()} {wrong}", f"v2,abc {signature()}"):
        assert holds(signed() | {"webhook-signature": both})


@pytest.mark.parametrize(
    "body",
    [
        BODY.replace(b"1", b"2"),
        BODY + b"\n",
        json.dumps(json.loads(BODY)).encode(),
        json.dumps(json.loads(BODY), ensure_ascii=False, sort_keys=True).encode(),
        b"",
        b"\xff" + BODY,
    ],
    ids=["one byte", "a line end", "escaped anew", "in another order", "nothing", "not UTF-8"],
)
def test_56_another_body_does_not_hold(body):
    assert not holds(signed(), body)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, "", " "])
def test_56_a_missing_header_does_not_hold(name, value):
    headers = signed() | {name: value}
    if value is None:
        del headers[name]

    assert not holds(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-signature": signature().replace("v1,", "v2,")},
        {"webhook-signature": signature().removeprefix("v1,")},
        {"webhook-signature": "v1," + base64.b64decode(signature()[3:]).hex()},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1"},
        {"webhook-signature": ",".join([signature(), signature()])},
        {"webhook-signature": "v1,\xe9"},
        {"webhook-id": "msg_2"},
        {"webhook-id": "msg_1,msg_1"},
        {"webhook-timestamp": str(SENT + 1)},
    ],
)
def test_56_another_id_time_version_or_writing_does_not_hold(headers):
    assert not holds(signed() | headers)


@pytest.mark.parametrize("secret", ["", "whsec_", OTHER, "whsec_a", "!!!!", "whsec_é", "\ud800"])
def test_56_another_secret_does_not_hold(secret):
    assert not holds(signed(), secret=secret)
    assert not holds(signed(key=b""), secret=secret)


def test_a_secret_may_stand_without_its_prefix():
    assert holds(signed(), secret=SECRET.removeprefix("whsec_"))


@pytest.mark.parametrize("seconds", [-299, -240, 0, 240, 299])
def test_57_a_time_within_five_minutes_holds(seconds):
    assert holds(signed(), now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 86_400])
def test_57_a_time_beyond_five_minutes_does_not(seconds):
    assert not holds(signed(), now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "sent",
    [
        *("0", "-1", "1" + "0" * 20, "now", f"{SENT}.0", f"{SENT}.5", f"{SENT},{SENT}"),
        *(f" {SENT}", f"+{SENT}", f"{SENT}\n", "1e9", "NaN", "9" * 11, "١٢٣٤٥٦٧٨٩٠"),
    ],
)
def test_57_what_is_no_time_of_now_does_not_hold(sent):
    assert not holds(signed(sent=sent))


def test_a_proved_push_has_its_senders_id():
    assert StandardWebhook().sender_id(signed(message="msg_7")) == "msg_7"
    assert Word("x-key").sender_id(signed()) == ""


# The body's digest in a header.

PLAIN = "a secret"


@pytest.mark.parametrize(
    ("proof", "written"),
    [
        (Hmac("x-sign"), digest(PLAIN.encode(), BODY).hex()),
        (Hmac("x-sign", prefix="sha256="), "sha256=" + digest(PLAIN.encode(), BODY).hex()),
        (
            Hmac("x-sign", forms=("base64",)),
            base64.b64encode(digest(PLAIN.encode(), BODY)).decode(),
        ),
    ],
    ids=["hex", "prefix", "base64"],
)
class TestHmac:
    def test_56_only_the_right_digest_in_the_right_writing_holds(self, proof, written):
        assert proof.holds({"x-sign": written}, BODY, PLAIN, NOW)
        for wrong in ("", "sha256=", written[:-1], written + "0", written.swapcase(), "\xe9"):
            assert not proof.holds({"x-sign": wrong}, BODY, PLAIN, NOW)

    def test_56_nothing_else_may_differ(self, proof, written):
        assert not proof.holds({"x-sign": written}, BODY + b" ", PLAIN, NOW)
        assert not proof.holds({"x-sign": written}, BODY, "another", NOW)
        assert not proof.holds({"x-other": written}, BODY, PLAIN, NOW)
        assert not proof.holds({}, BODY, PLAIN, NOW)

    def test_56_an_empty_secret_proves_nothing(self, proof, written):
        empty = digest(b"", BODY)
        for forged in (empty.hex(), base64.b64encode(empty).decode(), "sha256=" + empty.hex()):
            assert not proof.holds({"x-sign": forged}, BODY, "", NOW)


def test_a_proof_may_take_several_writings():
    proof = Hmac("x-sign", forms=("base64", "hex"))
    right = digest(PLAIN.encode(), BODY)

    for written in (right.hex(), base64.b64encode(right).decode()):
        assert proof.holds({"x-sign": written}, BODY, PLAIN, NOW)


EASYPOST = Hmac("x-hmac-signature", prefix="hmac-sha256-hex=", normal_form="NFKD")


@pytest.mark.parametrize("secret", ["s\u00e9cret", "se\u0301cret"], ids=["composed", "decomposed"])
def test_easypost_signs_with_the_secret_in_its_decomposed_form(secret):
    written = "hmac-sha256-hex=" + digest("se\u0301cret".encode(), BODY).hex()
    composed = "hmac-sha256-hex=" + digest("s\u00e9cret".encode(), BODY).hex()

    assert EASYPOST.holds({"x-hmac-signature": written}, BODY, secret, NOW)
    assert not EASYPOST.holds({"x-hmac-signature": composed}, BODY, secret, NOW)


# A word that was agreed.


@pytest.mark.parametrize("given", ["", "a secre", "a secret ", "A secret", "\xe9"])
def test_only_the_word_itself_holds(given):
    assert Word("x-key").holds({"x-key": PLAIN}, BODY, PLAIN, NOW)
    assert not Word("x-key").holds({"x-key": given}, BODY, PLAIN, NOW)


def test_an_empty_word_proves_nothing():
    assert not Word("x-key").holds({"x-key": ""}, BODY, "", NOW)
    assert not Word("x-key").holds({}, BODY, "", NOW)


def test_a_proof_that_is_none_is_no_proof():
    with pytest.raises(NotImplementedError):
        Proof().holds({}, BODY, PLAIN, NOW)
