"""The one way out to the network."""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from ipaddress import ip_network
from threading import BoundedSemaphore
from urllib.parse import urljoin

from django.conf import settings
from requests import PreparedRequest
from requests.utils import DEFAULT_ACCEPT_ENCODING
from urllib3.response import HTTPResponse

from apps.outbound.addresses import Network, check_address, origin_of
from apps.outbound.connections import Adapter
from apps.outbound.deadlines import Allowance, spending
from apps.outbound.messages import Call, Reason, Reply, Unreachable
from apps.outbound.reasons import ERRORS, reason_of
from apps.outbound.resolving import LookUp, look_up
from apps.outbound.sockets import Way

logger = logging.getLogger(__name__)

HEADERS = {
    "User-Agent": "parcel-tracking",
    "Accept": "*/*",
    "Accept-Encoding": DEFAULT_ACCEPT_ENCODING,
}
# One at a time: what is packed twice can keep us unpacking long after its time is up.
ENCODINGS = {*HTTPResponse.CONTENT_DECODERS, "identity", ""}
REDIRECTS = {301, 302, 303, 307, 308}
REPEATABLE = {"GET", "HEAD"}
# What RFC 9110 lets a header be.
SENDABLE = re.compile(r"[!-9;-~]+:([!-~\x80-\xff][\t -~\x80-\xff]*)?")
# What an answer may have on the wire beside its body.
HEAD_BYTES = 64 * 1024
CHUNK_BYTES = 64 * 1024


class Gate:
    """Makes calls within limits and keeps their connections for the next ones.

    One gate is shared by all threads of a process; it is not carried over a fork. At most
    `in_flight` calls run at once, the others wait. `total_seconds` is for all of a call:
    waiting for its turn, connecting, TLS, redirects, repetitions, headers and body;
    `connect_seconds` for each try to connect and for the TLS handshake, `read_seconds` for
    each silence of the other side. `most_bytes` is for the body, unpacked. Redirects are
    followed `redirects` times, on the same scheme, host and port, for GET and HEAD.
    `networks` are the operator's own, which may be called in spite of what `addresses`
    forbids; `retries` is how often a call is sent again that a kept connection lost.
    `ca_file` holds certificates to be trusted beside the public authorities'.
    """

    def __init__(
        self,
        *,
        in_flight: int,
        connect_seconds: float,
        read_seconds: float,
        total_seconds: float,
        most_bytes: int,
        redirects: int,
        networks: Sequence[Network] = (),
        retries: int = 1,
        ca_file: str = "",
        look_up: LookUp = look_up,
    ) -> None:
        self._networks = tuple(networks)
        self._timeouts = connect_seconds, read_seconds
        self._total_seconds = total_seconds
        self._most_bytes = most_bytes
        self._redirects = redirects
        self._turns = BoundedSemaphore(in_flight)
        way = Way(connect_seconds, self._networks, look_up)
        self._adapter = Adapter(way, size=in_flight, retries=retries, ca_file=ca_file)

    def send(self, call: Call) -> Reply:
        """Return what came back, whatever its status; raise `Unreachable` when nothing did."""
        try:
            return self._send(call)
        except Unreachable as error:
            reason = error.reason
        except ERRORS as error:
            reason = reason_of(error)
        # Raised out here, so that nothing below hangs on to it and gets logged.
        raise Unreachable(reason)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._adapter.close()

    def _send(self, call: Call) -> Reply:
        _check(call.url, self._networks)
        most = self._most_bytes + HEAD_BYTES
        with (
            spending(self._total_seconds, self._timeouts[1], most) as allowance,
            self._turn(allowance),
        ):
            return self._follow(call)

    @contextmanager
    def _turn(self, allowance: Allowance) -> Iterator[None]:
        if not self._turns.acquire(timeout=allowance.left(self._total_seconds)):
            raise Unreachable(Reason.TIMED_OUT)
        try:
            yield
        finally:
            self._turns.release()

    def _follow(self, call: Call) -> Reply:
        url = call.url
        for _ in range(self._redirects + 1):
            reply = self._exchange(call, url)
            if reply.status not in REDIRECTS or "location" not in reply.headers:
                return reply
            url = _onward(call, url, reply.headers["location"])
        raise Unreachable(Reason.MISLED)

    def _exchange(self, call: Call, url: str) -> Reply:
        request = _prepared(call, url)
        raw = self._adapter.send(request, stream=True, timeout=self._timeouts).raw
        try:
            return self._read(raw)
        except BaseException:
            raw.close()  # what is left unread must not become the next call's answer
            raise
        finally:
            raw.release_conn()

    def _read(self, raw: HTTPResponse) -> Reply:
        encoding = raw.headers.get("content-encoding", "").lower()
        # An interim answer would leave the real one on the connection.
        if raw.status < 200 or encoding not in ENCODINGS:
            raise Unreachable(Reason.GARBLED)
        chunks, size = [], 0
        for chunk in raw.stream(CHUNK_BYTES, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > self._most_bytes:
                raise Unreachable(Reason.TOO_LARGE)
        headers = {name.lower(): value for name, value in raw.headers.itermerged()}
        return Reply(raw.status, headers, b"".join(chunks))


def allowed_networks() -> tuple[Network, ...]:
    """Return the operator's own networks that may be called, from the settings."""
    return _networks(tuple(getattr(settings, "OUTBOUND_ALLOWED_NETWORKS", ())))


@cache
def _networks(ranges: tuple[str, ...]) -> tuple[Network, ...]:
    if ranges:
        logger.warning("Outbound calls may also reach %s", ", ".join(ranges))
    return tuple(ip_network(text) for text in ranges)


def _check(url: str, networks: Sequence[Network]) -> None:
    try:
        check_address(url, networks)
    except ValueError:
        raise Unreachable(Reason.FORBIDDEN) from None


def _prepared(call: Call, url: str) -> PreparedRequest:
    request = PreparedRequest()
    try:
        request.prepare(call.method, url, {**HEADERS, **call.headers}, data=call.body)
    except ValueError:
        raise Unreachable(Reason.FORBIDDEN) from None
    if not all(SENDABLE.fullmatch(f"{name}:{value}") for name, value in call.headers.items()):
        raise Unreachable(Reason.FORBIDDEN)
    return request


def _onward(call: Call, url: str, location: str) -> str:
    """Return where a redirect leads; raise unless the rules follow it."""
    try:
        target = urljoin(url, location)
        is_near = origin_of(target) == origin_of(url)
    except ValueError:
        is_near = False
    if not is_near or call.method not in REPEATABLE:
        raise Unreachable(Reason.MISLED)
    return target
