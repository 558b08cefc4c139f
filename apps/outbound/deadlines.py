"""What one call may spend, in time and in bytes, whatever it is doing.

A call is made by one thread from beginning to end, so what it has left is kept with the
thread, where the sockets look before every wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

from apps.outbound.messages import Reason, Unreachable


class Allowance:
    """The seconds left until a call must be over, and the bytes its present answer may have."""

    __slots__ = ("_ends", "_most_bytes", "_read_seconds", "received")

    def __init__(self, seconds: float, read_seconds: float, most_bytes: int) -> None:
        self._ends = monotonic() + seconds
        self._read_seconds = read_seconds
        self._most_bytes = most_bytes
        self.received = 0

    def left(self, at_most: float) -> float:
        """Return how many seconds something may take now; raise when none are left."""
        left = self._ends - monotonic()
        if left <= 0:
            raise Unreachable(Reason.TIMED_OUT)
        return min(left, at_most)

    def silence(self) -> float:
        """Return how many seconds the other side may stay silent now."""
        return self.left(self._read_seconds)

    def begin_answer(self) -> None:
        self.received = 0

    def receive(self, count: int) -> None:
        """Count bytes as they come off the wire, headers too; raise when they are too many."""
        self.received += count
        if self.received > self._most_bytes:
            raise Unreachable(Reason.TOO_LARGE)


_present: ContextVar[Allowance] = ContextVar("allowance")


@contextmanager
def spending(seconds: float, read_seconds: float, most_bytes: int) -> Iterator[Allowance]:
    """Make everything this thread does inside one call."""
    allowance = Allowance(seconds, read_seconds, most_bytes)
    token = _present.set(allowance)
    try:
        yield allowance
    finally:
        _present.reset(token)


def allowance() -> Allowance:
    """Return what the call this thread is making has left."""
    return _present.get()
