"""Who is calling: a key in a header, whose name each API chose for itself."""

import re
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Q
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from apps.api.models import ApiKey

# Eight letters to find the row by, a dot, and the secret. Anything else is not looked up.
KEY = re.compile(r"[0-9A-Za-z]{8}\.[0-9A-Za-z]{32}")
# How exactly we know when a key was used last; written oftener, it would cost every call.
EXACTNESS = timedelta(minutes=1)


class KeyInHeader(BaseAuthentication):
    """Take the key from one header, after `scheme`; `request.auth` becomes the `ApiKey`.

    Raises `NotAuthenticated` without a key and `AuthenticationFailed` with one that is
    wrong, revoked or expired. At most one query; nothing is written.
    """

    def __init__(self, header: str, scheme: str = "") -> None:
        self.header, self.scheme = header, scheme

    def authenticate(self, request: Request) -> tuple[None, ApiKey]:
        given = request.headers.get(self.header, "")
        if not given:
            raise NotAuthenticated(f"Send your key in the header {self.header}.")
        key = key_of(self._bare(given))
        if key is None:
            raise AuthenticationFailed("The key is not valid.")
        return None, key

    def authenticate_header(self, request: Request) -> str:
        return self.scheme or f'ApiKey header="{self.header}"'

    def _bare(self, given: str) -> str:
        """Return the key without its scheme; what has another scheme is no key."""
        if not self.scheme:
            return given
        scheme, _, key = given.partition(" ")
        return key.strip() if scheme.casefold() == self.scheme.casefold() else ""


def key_of(given: str) -> ApiKey | None:
    """Return the usable key that these letters open, if any."""
    if not KEY.fullmatch(given):
        return None
    try:
        key = cast(ApiKey, ApiKey.objects.get_from_key(given))
    except ApiKey.DoesNotExist:
        return None
    return None if key.has_expired else key


def note_use(key: ApiKey, now: datetime) -> None:
    """Write down that a key is used: one statement a minute at most, however many call at once."""
    if key.last_used_at is not None and now - key.last_used_at < EXACTNESS:
        return
    is_older = Q(last_used_at=None) | Q(last_used_at__lte=now - EXACTNESS)
    ApiKey.objects.filter(is_older, pk=key.pk).update(last_used_at=now)
    key.last_used_at = now
