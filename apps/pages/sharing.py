"""Links to pass on: they show less than the secret link, and end.

A shared link is the secret one with a level and a last day, sealed, so it needs no table,
tells nobody the secret, and opens nothing any more once the secret is renewed.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.urls import reverse
from django.utils.crypto import salted_hmac

from apps.pages import clocks
from apps.pages.shown import Shown
from apps.shipments.privacy import Level

# How many days each kind lives.
OFFERS = {Level.NUMBER: 7, Level.LINK: 30}
# How many days a link lives that is sent in place of one that ended.
RENEWED = 7
# What stands in a seal that opens a parcel whose own link has ended.
DESPITE = "renewed"


class Shared(NamedTuple):
    """What a shared link opens, for whom, and the last day it does (UTC).

    One that `is_renewed` opens it although the parcel's own link ended because of its age.
    """

    token: str
    level: Level
    until: date
    is_renewed: bool = False


class Offer(Shown, frozen=True):
    """A ready link. `days` is how long it lives, `until` its last day in words."""

    url: str
    is_status_only: bool
    days: int
    until: str


def offers(site: str, token: str, now: datetime) -> tuple[Offer, ...]:
    """Return the links that somebody who holds the secret one may pass on."""
    return tuple(_offer(site, token, level, now.date()) for level in OFFERS)


def renewed(site: str, token: str, now: datetime) -> str:
    """Return a link that opens a parcel for a week, whether its own link has ended or not."""
    until = now.date() + timedelta(days=RENEWED)
    sealed = seal(Shared(token, Level.LINK, until, is_renewed=True))
    return site + reverse("pages:shared", args=[sealed])


def _offer(site: str, token: str, level: Level, today: date) -> Offer:
    until = today + timedelta(days=OFFERS[level])
    return Offer(
        url=site + reverse("pages:shared", args=[seal(Shared(token, level, until))]),
        is_status_only=level == Level.NUMBER,
        days=OFFERS[level],
        until=clocks.short_day(until, today),
    )


def seal(shared: Shared) -> str:
    """Return a link's text; one parcel, level and day have one text."""
    text = f"{shared.level:d} {shared.until.toordinal()} {shared.token}"
    text += f" {DESPITE}" if shared.is_renewed else ""
    return urlsafe_b64encode(_cipher().encrypt(text.encode(), None)).rstrip(b"=").decode()


def unseal(text: str) -> Shared | None:
    """Return what was sealed, None for anything that is not letter by letter ours."""
    with suppress(InvalidTag, ValueError):
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        level, day, token, *more = _cipher().decrypt(sealed, None).decode().split(" ")
        until = date.fromordinal(int(day))
        shared = Shared(token, Level(int(level)), until, is_renewed=more == [DESPITE])
        return shared if seal(shared) == text else None
    return None


def _cipher() -> AESSIV:
    return AESSIV(salted_hmac("apps.pages.sharing", "seal", algorithm="sha512").digest())
