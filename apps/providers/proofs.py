"""How a push shows that it comes from the provider: over its raw bytes, in constant time."""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

# A signature with a time is good for this long either way.
TOLERANCE_SECONDS = 300
_SECONDS = re.compile(r"[0-9]{1,11}")


class Proof(Struct, frozen=True):
    """Checks pushes with the account's secret. Header names are in small letters."""

    def holds(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
        raise NotImplementedError

    def sender_id(self, headers: Mapping[str, str]) -> str:
        """Return the sender's own id of a proved push, where the proof covers one."""
        return ""


class Hmac(Proof, frozen=True):
    """HMAC-SHA256 of the body in one header.

    `forms` lists how the digest may be written, `hex` or `base64`; `prefix` stands before
    it. `normal_form` is the Unicode form the provider gives the secret before use.
    """

    header: str
    forms: tuple[str, ...] = ("hex",)
    prefix: str = ""
    normal_form: str = ""

    def holds(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
        given = headers.get(self.header, "")
        if not secret or not given.startswith(self.prefix):
            return False
        key = unicodedata.normalize(self.normal_form, secret) if self.normal_form else secret  # type: ignore[arg-type]
        digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
        return any(same(given[len(self.prefix) :], WRITTEN[form](digest)) for form in self.forms)


WRITTEN: Mapping[str, Callable[[bytes], str]] = {
    "hex": lambda digest: digest.hex(),
    "base64": lambda digest: base64.b64encode(digest).decode(),
}


class Word(Proof, frozen=True):
    """A fixed word in a header, which the provider was told when pushes were ordered."""

    header: str

    def holds(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
        return bool(secret) and same(headers.get(self.header, ""), secret)


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


class StandardWebhook(Proof, frozen=True):
    """Standard Webhooks 1.0: id, time and body signed together, with one or several secrets.

    The secret is base64, with or without `whsec_` before it.
    """

    def holds(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
        written = headers.get("webhook-timestamp", "")
        message = self.sender_id(headers)
        if not message or not _SECONDS.fullmatch(written):
            return False
        sent_at = datetime.fromtimestamp(int(written), UTC)
        if abs(now - sent_at) > timedelta(seconds=TOLERANCE_SECONDS):
            return False
        try:
            # The library's own `verify` looks at the clock; ours is passed in.
            right = Webhook(secret).sign(message, sent_at, body.decode())
        except (ValueError, EmptyWebhookSecretError):
            return False
        return any(same(given, right) for given in headers.get("webhook-signature", "").split(" "))

    def sender_id(self, headers: Mapping[str, str]) -> str:
        return headers.get("webhook-id", "")
