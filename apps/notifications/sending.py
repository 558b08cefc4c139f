"""One try to deliver one message. Threads do this; they never touch the database."""

import time
from functools import cache

from django.conf import settings
from msgspec import Struct

from apps.outbound.gate import Gate, allowed_networks
from apps.outbound.messages import Call, Unreachable

# A receiver has 15 seconds in all, and 64 KB to say why it refuses.
CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 15.0
MOST_BYTES = 64 * 1024
# So many messages are under way at once in one process.
IN_FLIGHT = 64
SHOWN = 2000


class Outgoing(Struct, frozen=True):
    """A message ready to go."""

    delivery_id: int
    endpoint_id: int
    tries: int
    url: str
    headers: dict[str, str]
    body: str


class Outcome(Struct, frozen=True):
    """What came of a try. `status` is None when no answer came; `reason` says why."""

    delivery_id: int
    endpoint_id: int
    tries: int
    status: int | None
    milliseconds: int
    reason: str = ""
    retry_after: str = ""
    answer: str = ""

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


_open: list[Gate] = []


@cache
def gate() -> Gate:
    gate = Gate(
        in_flight=IN_FLIGHT,
        connect_seconds=CONNECT_SECONDS,
        read_seconds=TOTAL_SECONDS,
        total_seconds=TOTAL_SECONDS,
        most_bytes=MOST_BYTES,
        redirects=0,
        networks=allowed_networks(),
        retries=0,
        ca_file=settings.OUTBOUND_CA_FILE,
    )
    _open.append(gate)
    return gate


def close() -> None:
    """Close every connection that is kept; the next message opens its own."""
    gate.cache_clear()
    while _open:
        _open.pop().close()


def send(outgoing: Outgoing) -> Outcome:
    """Send a message and tell what came of it; never raises for what a receiver does."""
    call = Call("POST", outgoing.url, outgoing.headers, outgoing.body.encode())
    begun = time.monotonic()
    try:
        reply = gate().send(call)
    except Unreachable as error:
        return _outcome(outgoing, begun, status=None, reason=error.reason.value)
    return _outcome(
        outgoing,
        begun,
        status=reply.status,
        retry_after=reply.headers.get("retry-after", "")[:100],
        answer=reply.body.decode("utf-8", "replace")[:SHOWN].replace("\0", ""),
    )


def broken(outgoing: Outgoing) -> Outcome:
    """Return the outcome of a try that failed on our side."""
    return _outcome(outgoing, time.monotonic(), status=None, reason="failed")


def _outcome(
    outgoing: Outgoing,
    begun: float,
    *,
    status: int | None,
    reason: str = "",
    retry_after: str = "",
    answer: str = "",
) -> Outcome:
    return Outcome(
        delivery_id=outgoing.delivery_id,
        endpoint_id=outgoing.endpoint_id,
        tries=outgoing.tries,
        status=status,
        milliseconds=round((time.monotonic() - begun) * 1000),
        reason=reason,
        retry_after=retry_after,
        answer=answer,
    )
