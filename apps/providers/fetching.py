"""Calls to one account's provider by several threads; what comes back waits in a queue.

The threads never touch the database: they take requests and leave answers.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from msgspec import Struct

from apps.outbound.gate import Gate
from apps.outbound.messages import Call, Reason, Unreachable
from apps.providers.asking import Answer, Problem, Request, Trouble
from apps.providers.models import Account

log = logging.getLogger(__name__)

# What it means for a parcel that no reply could be had.
REASONS: Mapping[Reason, Trouble] = {
    Reason.FORBIDDEN: Trouble.AUTH_FAILED,  # the account's address is wrong
    Reason.UNRESOLVED: Trouble.TRANSIENT,
    Reason.REFUSED: Trouble.TRANSIENT,
    Reason.TIMED_OUT: Trouble.TRANSIENT,
    Reason.UNTRUSTED: Trouble.TRANSIENT,
    Reason.TOO_LARGE: Trouble.MALFORMED,
    Reason.GARBLED: Trouble.MALFORMED,
    Reason.MISLED: Trouble.TRANSIENT,
}


class Fetched(Struct, frozen=True):
    """What came of one request. `body` is the reply's, empty without one."""

    ticket: int
    request: Request
    answers: list[Answer]
    token: str
    body: bytes = b""


class Pace:
    """Lets calls through at a rate. One process asks for an account, so its own clock will do."""

    def __init__(self, a_second: float) -> None:
        self.gap = 1 / a_second if a_second else 0.0
        self.next_at = 0.0
        self.lock = threading.Lock()

    def wait(self) -> None:
        if not self.gap:
            return
        with self.lock:
            at = max(self.next_at, time.monotonic())
            self.next_at = at + self.gap
        time.sleep(max(0.0, at - time.monotonic()))


class Fetcher:
    """Sends requests for one account; use it as a context."""

    def __init__(
        self, account: Account, gate: Gate, token: str, clock: Callable[[], datetime]
    ) -> None:
        self.account = account
        self.client = account.client
        self.gate = gate
        self.token = token
        self.clock = clock
        self.pace = Pace(self.client.limits.a_second)
        self.done: SimpleQueue[Fetched] = SimpleQueue()
        self.waiting: dict[int, Future[None]] = {}
        self.threads = ThreadPoolExecutor(self.client.limits.in_flight, f"ask-{account.kind}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.threads.shutdown(wait=True, cancel_futures=True)

    def submit(self, ticket: int, request: Request) -> None:
        self.waiting[ticket] = self.threads.submit(self._fetch, ticket, request)

    def cancel(self) -> list[int]:
        """Take back the requests no thread has begun with; return their tickets."""
        return [ticket for ticket, job in list(self.waiting.items()) if job.cancel()]

    def collect(self, seconds: float) -> Fetched | None:
        """Return what came next, or None when nothing did within so many seconds."""
        try:
            fetched = self.done.get(timeout=seconds)
        except Empty:
            return None
        self.waiting.pop(fetched.ticket, None)
        return fetched

    def _fetch(self, ticket: int, request: Request) -> None:
        token = self.token
        answers, body = self._answers(request, token)
        self.done.put(Fetched(ticket, request, answers, token, body))

    def _answers(self, request: Request, token: str) -> tuple[list[Answer], bytes]:
        try:
            self.pace.wait()
            reply = self.gate.send(call(self.account, request, token))
            return self.client.answers(request, reply, self.clock()), reply.body
        except Unreachable as error:
            problem = Problem(REASONS[error.reason], error.reason.value)
        except Exception as error:
            # A fault of ours in a client or a reader must cost these parcels only.
            log.exception("asking %s failed", self.account.kind)
            problem = Problem(Trouble.MALFORMED, f"our reader failed: {type(error).__name__}")
        return [Answer(ask.name, problem) for ask in request.asks], b""


def call(account: Account, request: Request, token: str) -> Call:
    """Return what to send for a request, with the headers that identify the account."""
    query = f"?{urlencode(request.query)}" if request.query else ""
    identity = account.client.authority.headers(account.credentials, token)
    headers = {"Accept": "application/json", **request.headers, **identity}
    return Call(request.method, f"{account.base}{request.path}{query}", headers, request.body)
