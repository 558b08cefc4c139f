"""Fetching a shop's page for the embed doctor, through the one gate."""

import re
from functools import cache
from http import HTTPStatus

from django.conf import settings

from apps.branding.doctor import Sheet
from apps.branding.hosts import LONGEST
from apps.outbound.gate import Gate, allowed_networks
from apps.outbound.messages import Call, Reason, Reply, Unreachable

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 3.0, 5.0, 10.0
HEADERS = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "en"}
PASTE = "Open the page in a browser, copy its HTML and paste it instead."
WHY = {
    Reason.FORBIDDEN: "Only public web pages are visited, at the usual ports of http and https.",
    Reason.UNRESOLVED: "There is no site of that name. Check the spelling.",
    Reason.REFUSED: "The site does not answer, or broke off.",
    Reason.TIMED_OUT: "The site took too long: after 10 seconds nobody waits any more.",
    Reason.UNTRUSTED: "The site's certificate does not hold, so browsers warn of it too.",
    Reason.TOO_LARGE: "The page is larger than 2 MB.",
    Reason.GARBLED: "What the site answered is no web page.",
    Reason.MISLED: "The address leads on to another one (from http:// to https://, or to www.?). "
    "Give the address that the browser shows in the end.",
}
_CHARSET = re.compile(r"charset=[\"']?([\w-]{1,40})", re.I)


class NotVisited(Exception):
    """The page could not be had; the message says why, in plain words."""


@cache
def gate() -> Gate:
    return Gate(
        in_flight=2,
        connect_seconds=CONNECT_SECONDS,
        read_seconds=READ_SECONDS,
        total_seconds=TOTAL_SECONDS,
        most_bytes=LONGEST,
        redirects=3,
        networks=allowed_networks(),
        ca_file=settings.OUTBOUND_CA_FILE,
    )


def visited(address: str, way: Gate) -> Sheet:
    """Return the page at an address, which anybody may have written; raise `NotVisited`."""
    try:
        reply = way.send(Call("GET", address, HEADERS))
    except Unreachable as error:
        raise NotVisited(f"{WHY[error.reason]} {PASTE}") from None
    _check(reply)
    policy = reply.headers.get("content-security-policy", "")
    return Sheet(_text(reply), address, (policy,) if policy else (), is_fetched=True)


def _check(reply: Reply) -> None:
    if reply.status != HTTPStatus.OK:
        hint = " It may want a log-in, or keep programs out." if reply.status in (401, 403) else ""
        raise NotVisited(f"The site answered with {reply.status} instead of a page.{hint} {PASTE}")
    kind = reply.headers.get("content-type", "").lower()
    if "html" not in kind:
        raise NotVisited(f"What lies there is no web page, but “{kind[:60] or 'nameless'}”.")


def _text(reply: Reply) -> str:
    """Return the page's text; a wrong or unknown character set never fails."""
    named = _CHARSET.search(reply.headers.get("content-type", ""))
    try:
        return reply.body.decode(named[1] if named else "utf-8", "replace")
    except (LookupError, ValueError):
        return reply.body.decode("utf-8", "replace")
