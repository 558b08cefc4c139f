"""Finding a host's addresses within a call's time."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Thread

# Takes a host's name, returns its addresses as text, the best first; raises OSError for none.
LookUp = Callable[[str], Sequence[str]]


def look_up(host: str) -> list[str]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def in_time(look_up: LookUp, host: str, seconds: float) -> Sequence[str]:
    """Return what `look_up` finds; raise what it raises, or `TimeoutError`.

    The system's resolver cannot be hurried, so it is left behind on a thread of its own,
    until its own time is up. Only new connections look hosts up.
    """
    found: Future[Sequence[str]] = Future()
    Thread(target=_fill, args=(found, look_up, host), name="look-up", daemon=True).start()
    return found.result(seconds)


def _fill(found: Future[Sequence[str]], look_up: LookUp, host: str) -> None:
    try:
        found.set_result(look_up(host))
    except Exception as error:
        found.set_exception(error)
