"""What protects a form without cookies: a signed value that ages, and the browser's word.

A form holds a ticket for one purpose: this door, this brand, this site that frames it. A
page that says `no-referrer` has its forms sent with `Origin: null`; browsers then still tell
by `Sec-Fetch-Site` whether our own page sent it.
"""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from apps.pages.languages import gettext as _

LIVES = 12 * 3600


def issue(purpose: str, now: datetime) -> str:
    """Return a value that only we can make, for one purpose and with its time."""
    return _signer(purpose).sign(f"{int(now.timestamp()):x}")


def is_fresh(ticket: str, purpose: str, now: datetime, lives: int = LIVES) -> bool:
    """Tell whether a ticket is ours, for this purpose, and `lives` seconds old at most."""
    time = issued_at(ticket, purpose)
    return time is not None and abs(now.timestamp() - time) <= lives


def issued_at(ticket: str, purpose: str) -> int | None:
    """Return when a ticket for this purpose was made (Unix), None for one that is not ours."""
    try:
        return int(_signer(purpose).unsign(ticket), 16)
    except (BadSignature, ValueError):
        return None


def accepts(request: HttpRequest, purpose: str, now: datetime) -> bool:
    """Tell whether a form was sent from a page of ours, with a fresh ticket for the purpose."""
    return is_fresh(request.POST.get("ticket", ""), purpose, now) and _is_ours(request)


def stale() -> str:
    """Return what to say of a form that was not accepted."""
    return _("This form was open for too long. Send it once more.")


def _signer(purpose: str) -> Signer:
    return Signer(salt=f"apps.pages.tickets {purpose}", sep=".")


def _is_ours(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin", "null")
    if origin == "null":
        return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    public = urlsplit(settings.PUBLIC_URL)
    known = (f"{request.scheme}://{request.get_host()}", f"{public.scheme}://{public.netloc}")
    return origin in (*known, *settings.CSRF_TRUSTED_ORIGINS)
