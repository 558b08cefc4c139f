"""Signatures as Standard Webhooks asks for them, by its own library."""

from datetime import datetime, timedelta

from standardwebhooks import Webhook

from apps.notifications.models import Endpoint, new_secret
from apps.outbound.encryption import Sealed

# How long messages are signed with the former secret too.
OVERLAP = timedelta(hours=24)


def headers_of(endpoint: Endpoint, message_id: str, body: str, now: datetime) -> dict[str, str]:
    """Return the headers of one try: its own time, signed with every secret that holds."""
    signatures = (Webhook(secret).sign(message_id, now, body) for secret in _secrets(endpoint, now))
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def rotate(endpoint: Endpoint, now: datetime) -> str:
    """Give an endpoint a new secret and return it; the one before holds for a day."""
    before, secret = endpoint.secrets.get("now"), new_secret()
    named = {"now": secret, "before": before} if before else {"now": secret}
    endpoint.secrets, endpoint.rotated_at = Sealed(named), now
    endpoint.save(update_fields=["secrets", "rotated_at"])
    return secret


def _secrets(endpoint: Endpoint, now: datetime) -> list[str]:
    is_over = endpoint.rotated_at is None or now - endpoint.rotated_at >= OVERLAP
    names = ("now",) if is_over else ("now", "before")
    return [endpoint.secrets[name] for name in names if name in endpoint.secrets]
