"""The gates to providers: one each for this process, so that connections are used again."""

from functools import cache
from threading import BoundedSemaphore

from django.conf import settings

from apps.outbound.gate import Gate, allowed_networks
from apps.providers.registry import CLIENTS

# At most so many accounts of one provider are asked for at once by one process, so that a
# provider that hangs never takes all of a worker's threads.
TURNS = 3
CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 5.0, 15.0, 30.0
MOST_BYTES = 8 * 1024 * 1024


_open: list[Gate] = []


@cache
def gate_to(kind: str) -> Gate:
    gate = Gate(
        in_flight=CLIENTS[kind].limits.in_flight * TURNS,
        connect_seconds=CONNECT_SECONDS,
        read_seconds=READ_SECONDS,
        total_seconds=TOTAL_SECONDS,
        most_bytes=MOST_BYTES,
        redirects=2,
        networks=allowed_networks(),
        ca_file=settings.OUTBOUND_CA_FILE,
    )
    _open.append(gate)
    return gate


def close() -> None:
    """Close every connection that is kept; the next call opens its own."""
    gate_to.cache_clear()
    while _open:
        _open.pop().close()


@cache
def turns_at(kind: str) -> BoundedSemaphore:
    return BoundedSemaphore(TURNS)
