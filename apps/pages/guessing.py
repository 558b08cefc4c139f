"""How often one may guess a second fact or have us send mail: per parcel, network, door, address.

A try is counted before it is looked at, in one statement, so that parallel guesses never
slip through together, and taken back when it was right. Only keyed digests are kept, and
they are swept out.
"""

import ipaddress
import logging
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from apps.pages.shown import Shown

log = logging.getLogger(__name__)

WINDOW, DAY, SWEPT_AFTER = 15 * 60, 24 * 3600, 25 * 3600
# Wrong tries in a window. A network is an IPv4 /24 or IPv6 /48 around an address, which for
# IPv6 is a /64; a door is a merchant's own, or the start page.
PARCEL, ADDRESS, NETWORK, DOOR = "parcel", "address", "network", "door"
LIMITS = {PARCEL: 5, ADDRESS: 20, NETWORK: 50, DOOR: 200}
ALARMING = (NETWORK, DOOR)
# Asking for mail, right or wrong, and what one e-mail address is sent: of one kind about one
# parcel, and in all.
ASKED = {PARCEL: "asked parcel", ADDRESS: "asked address", NETWORK: "asked network"}
MAILED_ALIKE, MAILED = "mailed alike", "mailed"
CODES_ALIKE, CODES = "codes alike", "codes"
LIMITS |= {ASKED[kind]: LIMITS[kind] for kind in ASKED}
LIMITS |= {MAILED_ALIKE: 1, MAILED: 5, CODES_ALIKE: 5, CODES: 10}
SPANS = dict.fromkeys((MAILED_ALIKE, MAILED, CODES_ALIKE, CODES), DAY)

# What somebody else is counting at the moment is swept out another time: nobody waits.
SWEEP = "DELETE FROM pages_tries WHERE who IN (SELECT who FROM pages_tries WHERE since < %s{lock})"
COUNT = """
    INSERT INTO pages_tries (who, since, times) VALUES {rows}
    ON CONFLICT (who) DO UPDATE SET
        times = CASE WHEN ABS(excluded.since - pages_tries.since) < %s
            THEN pages_tries.times + 1 ELSE 1 END,
        since = CASE WHEN ABS(excluded.since - pages_tries.since) < %s
            THEN pages_tries.since ELSE excluded.since END
    RETURNING who, since, times
"""
TAKE_BACK = """
    INSERT INTO pages_tries (who, since, times) VALUES {rows}
    ON CONFLICT (who) DO UPDATE SET
        times = CASE WHEN pages_tries.times > 0 THEN pages_tries.times - 1 ELSE 0 END
"""


class Key(NamedTuple):
    """Whose tries are counted: what kind it is of, and which one."""

    kind: str
    name: str

    @property
    def who(self) -> str:
        digest = salted_hmac("apps.pages.guessing", self.name, algorithm="sha256")
        return f"{self.kind} {digest.hexdigest()[:32]}"


class Try(Shown, frozen=True):
    """A counted try. `closed` are parcels with too many wrong ones.

    `wait` is in how many seconds the network and the door are open again, 0 when they are.
    """

    keys: tuple[Key, ...]
    wait: int = 0
    closed: frozenset[str] = frozenset()


def begin(request: HttpRequest, door: str, now: datetime) -> Try:
    """Count a try through a door, before anything is looked at; see `wait`.

    Who is stopped counts no further: one address must not close a network or a door.
    """
    _sweep(now.timestamp())
    return _counted((Key(DOOR, door), *_networks(request)), now)


def ask(request: HttpRequest, parcel: str, now: datetime) -> Try:
    """Count that somebody asks for mail about a parcel; see `wait`. It is never taken back."""
    _sweep(now.timestamp())
    names = (Key(PARCEL, parcel), *_networks(request))
    return _counted([Key(ASKED[kind], name) for kind, name in names], now)


def may_mail(kind: str, parcel: str, email: str, now: datetime) -> bool:
    """Count a mail that somebody asked for; tell whether the address may be sent it.

    One of a kind about a parcel a day, five in all: an address cannot be flooded through us.
    """
    keys = (Key(MAILED_ALIKE, f"{kind} {parcel} {email}"), Key(MAILED, email))
    return not _counted(keys, now).wait


def may_send_code(parcel: str, email: str, now: datetime) -> bool:
    """Count a code that somebody asked for; five a day for a parcel, ten for an address."""
    keys = (Key(CODES_ALIKE, f"{parcel} {email}"), Key(CODES, email))
    return not _counted(keys, now).wait


def _counted(keys: Collection[Key], now: datetime) -> Try:
    over = _over(keys, now)
    if not over:
        return Try(tuple(keys))
    take_back(Try(tuple(key for key in keys if key not in over)), now)
    until = max(since + _span(key) for key, since in over.items())
    return Try((), wait=max(1, round(until - now.timestamp())))


def aim(one: Try, parcels: Collection[str], now: datetime) -> Try:
    """Count the try at these parcels (any names), before a fact is compared; see `closed`."""
    keys = tuple(Key(PARCEL, name) for name in parcels)
    return Try((*one.keys, *keys), closed=frozenset(key.name for key in _over(keys, now)))


def take_back(one: Try, now: datetime) -> None:
    """Let a try that was right, or not looked at, not count."""
    _write(TAKE_BACK, one.keys, now.timestamp(), 0)


def _over(keys: Collection[Key], now: datetime) -> dict[Key, float]:
    """Add one to each key; return those over their limit, and since when they are counted."""
    told: dict[str, tuple[float, int]] = {}
    for span in {_span(key) for key in keys}:
        alike = [key for key in keys if _span(key) == span]
        told |= _write(COUNT, alike, now.timestamp(), 1, span, span)
    for key in keys:
        if key.kind in ALARMING and told[key.who][1] == LIMITS[key.kind] + 1:
            name = key.name if key.kind == DOOR else key.who[-8:]
            log.warning("Too many wrong look-ups: %s %s", key.kind, name)
    return {key: told[key.who][0] for key in keys if told[key.who][1] > LIMITS[key.kind]}


def _span(key: Key) -> int:
    return SPANS.get(key.kind, WINDOW)


def _sweep(now: float) -> None:
    locks = connection.features.has_select_for_update_skip_locked
    with connection.cursor() as cursor:
        sweep = SWEEP.format(lock=" FOR UPDATE SKIP LOCKED" if locks else "")
        cursor.execute(sweep, [now - SWEPT_AFTER])


def _write(
    statement: str, keys: Collection[Key], now: float, times: int, *more: int
) -> dict[str, tuple[float, int]]:
    """Write the keys' rows, always in one order, so that no two writers wait for each other."""
    names = sorted({key.who for key in keys})
    if not names:
        return {}
    rows = ", ".join(["(%s, %s, %s)"] * len(names))
    values = [value for name in names for value in (name, now, times)]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(rows=rows), [*values, *more])
        found = cursor.fetchall() if cursor.description else []
    return {who: (since, times) for who, since, times in found}


def _networks(request: HttpRequest) -> tuple[Key, Key]:
    """Return the caller's address and the network around it."""
    try:
        address = ipaddress.ip_address(_address(request))
    except ValueError:
        return Key(ADDRESS, "unknown"), Key(NETWORK, "unknown")
    address = getattr(address, "ipv4_mapped", None) or address
    number = int(address)
    near, wide = (number >> 64, number >> 80) if address.version == 6 else (number, number >> 8)
    return Key(ADDRESS, f"{address.version} {near}"), Key(NETWORK, f"{address.version} {wide}")


def _address(request: HttpRequest) -> str:
    """Return who calls, as the one proxy we trust tells it; anybody can invent what is before."""
    remote: str = request.META.get("REMOTE_ADDR", "")
    if not settings.IS_BEHIND_PROXY:
        return remote
    return request.headers.get("X-Forwarded-For", remote).rpartition(",")[2].strip()
