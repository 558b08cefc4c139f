from base64 import b64encode, urlsafe_b64encode

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from apps.dialects import shipstation_words
from apps.providers.asking import Ask, Trouble
from apps.providers.clients.shipstation import ShipStation
from apps.shipments.reports import Certainty
from tests.builders import recorded
from tests.dialects.test_shipstation_words import DETAIL_ROWS, STATUS_ROWS, rows_of
from tests.providers.case import Case, Failure, Journey, PushCase

NUMBER = "9405511899223197428490"
ASK = Ask(NUMBER, "usps")
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _number(value):
    size = (value.bit_length() + 7) // 8
    return urlsafe_b64encode(value.to_bytes(size)).rstrip(b"=").decode()


def key_set():
    public = KEY.public_key().public_numbers()
    key = {"kty": "RSA", "kid": "key-1", "n": _number(public.n), "e": _number(public.e)}
    return msgspec.json.encode({"keys": [key]}).decode()


def signed(body, secret, now):
    time = now.isoformat().replace("+00:00", "Z")
    signature = KEY.sign(time.encode() + b"." + body, PKCS1v15(), SHA256())
    return {
        "x-shipengine-rsa-sha256-key-id": "key-1",
        "x-shipengine-rsa-sha256-signature": b64encode(signature).decode(),
        "x-shipengine-timestamp": time,
    }


def code_of(word):
    status, _, detail = word.partition("/")
    return shipstation_words.event_code(status, detail, "", "")


CASE = Case(
    client=ShipStation(),
    credentials={"api_key": "k"},
    journeys=(
        Journey(
            "shipstation_usps.json",
            ASK,
            "delivered",
            6,
            numbers=(NUMBER,),
            certainties=frozenset({Certainty.INFERRED, Certainty.ASSUMED}),
            newest=("2021-09-20T19:03:00+00:00", -300),
        ),
    ),
    unknown=Journey("shipstation/unknown_code.json", ASK, "in_transit", 2),
    empty=Journey("shipstation/empty.json", ASK, "unknown.no_scans", 0),
    failures=(
        Failure(400, Trouble.ACCESS_DENIED, recorded("shipstation/not_connected.json")),
        Failure(400, Trouble.INVALID_NUMBER, recorded("shipstation/unsupported.json")),
        Failure(404, Trouble.NOT_FOUND),
        Failure(403, Trouble.AUTH_FAILED),
    ),
    words={row[0]: row[1] for row in STATUS_ROWS}
    | {f"IT/{detail}": code for detail, code in rows_of(DETAIL_ROWS) if code != "unknown.unmapped"},
    code_of=code_of,
    pushes=(PushCase("shipstation/push.json", key_set(), signed, NUMBER),),
)
