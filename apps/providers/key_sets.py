"""Pushes signed with RSA by a key of a published set (JSON Web Key Set, RFC 7517)."""

from base64 import b64decode, urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from apps.dialects import moments
from apps.providers.proofs import TOLERANCE_SECONDS, Proof


class _Key(msgspec.Struct):
    kid: str = ""
    n: str = ""
    e: str = ""


class _KeySet(msgspec.Struct):
    keys: list[_Key] = []


class SignedByKeySet(Proof, frozen=True):
    """ShipStation's way: RSA-SHA256 over the time, a dot and the body, in three headers.

    The account's secret is the key set's JSON, entered by staff, so that no push makes us
    call anybody.
    """

    key_id: str
    signature: str
    timestamp: str

    def holds(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
        time = headers.get(self.timestamp, "")
        try:
            if abs(moments.read(time).instant - now) > timedelta(seconds=TOLERANCE_SECONDS):
                return False
            key = _key(secret, headers.get(self.key_id, ""))
            signature = b64decode(headers.get(self.signature, ""), validate=True)
            key.verify(signature, time.encode() + b"." + body, PKCS1v15(), SHA256())
        except (InvalidSignature, LookupError, ValueError):
            return False
        return True


def _key(key_set: str, key_id: str) -> RSAPublicKey:
    """Return a key of the set; raise `LookupError` or `ValueError` when there is none."""
    keys = {key.kid: key for key in msgspec.json.decode(key_set or "{}", type=_KeySet).keys}
    key = keys[key_id]
    return RSAPublicNumbers(_number(key.e), _number(key.n)).public_key()


def _number(text: str) -> int:
    return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
