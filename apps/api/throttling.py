"""How often one may call: so many requests a minute for each key or stranger's address."""

import ipaddress
import math
import time

from django.conf import settings
from django.db import connection
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from apps.api.models import ApiKey, Calls

# Rows nobody added to for so many seconds are swept out.
FORGOTTEN_AFTER = 3600

# Counts on within the minute, starts again after it, and once the clock was set back.
COUNT = """
    INSERT INTO api_calls (who, since, times) VALUES (%s, %s, 1)
    ON CONFLICT (who) DO UPDATE SET
        times = CASE WHEN ABS(excluded.since - api_calls.since) < %s
            THEN api_calls.times + 1 ELSE 1 END,
        since = CASE WHEN ABS(excluded.since - api_calls.since) < %s
            THEN api_calls.since ELSE excluded.since END
    RETURNING since, times
"""


class PerKey(BaseThrottle):
    """Count by key; callers without a valid key are counted by address.

    DRF's own throttles keep the time of each call in the cache, which takes eight
    statements in a database and lets parallel requests slip through together. This is
    one statement, so all workers count together.
    """

    seconds = 60
    since = 0.0
    now = 0.0
    times = 0

    def allow_request(self, request: Request, view: APIView) -> bool:
        self.now = self.clock()
        self.since, self.times = count(self.who(request), self.now, self.seconds)
        if self.times == 1:
            Calls.objects.filter(since__lt=self.now - FORGOTTEN_AFTER).delete()
        return self.times <= most_a_minute()

    def wait(self) -> float:
        """Return the seconds until the count starts again."""
        return self.since + self.seconds - self.now

    def headers(self) -> dict[str, str]:
        """Return what is allowed and what is left of it, after a call was counted.

        As structured fields, in the words of the IETF's draft on RateLimit headers.
        """
        left = max(most_a_minute() - self.times, 0)
        return {
            "RateLimit-Policy": f'"minute";q={most_a_minute()};w={self.seconds}',
            "RateLimit": f'"minute";r={left};t={max(math.ceil(self.wait()), 0)}',
        }

    def clock(self) -> float:
        return time.time()

    def who(self, request: Request) -> str:
        key = request.auth
        return key.prefix if isinstance(key, ApiKey) else self.address_of(request)

    def address_of(self, request: Request) -> str:
        """Return the caller's network: an IPv4 address, or the /64 an IPv6 address is in."""
        # With NUM_PROXIES unset the whole forwarded header would count as the address, and
        # each invented one as a new caller.
        behind_proxies = api_settings.NUM_PROXIES is not None
        given = self.get_ident(request) if behind_proxies else request.META.get("REMOTE_ADDR", "")
        try:
            address = ipaddress.ip_address(given)
        except ValueError:
            return "unknown"
        if address.version == 4:
            return str(address)
        return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))


def most_a_minute() -> int:
    return int(settings.API_REQUESTS_A_MINUTE)


def count(who: str, now: float, seconds: int) -> tuple[float, int]:
    """Add one call and return when its count began and how many there were since."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [who, now, seconds, seconds])
        since, times = cursor.fetchone()
    return since, times
