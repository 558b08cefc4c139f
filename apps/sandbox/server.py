"""The sandbox as a server: in a thread for tests, or for as long as a process lives."""

import asyncio
import ssl
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from apps.sandbox.answering import Carrier
from apps.sandbox.ledger import Ledger
from apps.sandbox.messages import Question, Reply
from apps.sandbox.wire import Connection

# Connections that may wait to be taken.
BACKLOG = 1024
LOG_LENGTH = 10_000


def real_time() -> datetime:
    return datetime.now(UTC)


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    latency: float = 0,
    speed: float = 1,
    state: Path | None = None,
    clock: Callable[[], datetime] = real_time,
    ssl_context: ssl.SSLContext | None = None,
) -> "Server":
    """Return a server that is not started yet.

    Port 0 takes a free one. `latency` is in seconds and added to every answer. `speed` is
    how many of a script's seconds pass in one. `state` is the file in which starts are
    kept. `clock` returns the time, aware.
    """
    scheme = "https" if ssl_context else "http"
    carrier = Carrier(Ledger(state), speed=speed, clock=clock, scheme=scheme)
    return Server(host, port, carrier=carrier, latency=latency, ssl_context=ssl_context)


class Server:
    """Counts what came: `accepted` connections, `requests`, and the latest of them in `log`.

    `log` holds `GET /path?query` for each request, oldest first. `port` is the true one
    once it is started.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        carrier: Carrier,
        latency: float,
        ssl_context: ssl.SSLContext | None,
    ) -> None:
        self.host = host
        self.port = port
        self.carrier = carrier
        self.latency = latency
        self.accepted = 0
        self.requests = 0
        self.log: deque[str] = deque(maxlen=LOG_LENGTH)
        self.connections: set[Connection] = set()
        self._ssl_context = ssl_context
        self._thread: threading.Thread | None = None
        self._stopping: Callable[[], object] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Return the address without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.carrier.scheme}://{host}:{self.port}"

    def opened(self, connection: Connection) -> None:
        self.accepted += 1
        self.connections.add(connection)

    def answer(self, question: Question) -> Reply:
        self.requests += 1
        self.log.append(f"{question.method} {question.target}")
        return self.carrier.answer(question)

    def start(self) -> Self:
        """Serve in a thread of its own; return once it listens. Raises `OSError` if it cannot."""
        up: Future[None] = Future()
        self._thread = threading.Thread(target=self._live, args=(up,), daemon=True)
        self._thread.start()
        up.result()
        return self

    def stop(self) -> None:
        """End the thread and every connection. A server is started once only."""
        if self._thread and self._stopping:
            self._stopping()
            self._thread.join()

    def run(self, is_up: Callable[[], None]) -> None:
        """Serve until it is stopped, and tell once it listens. Raises `OSError` if it cannot."""
        asyncio.run(self._serve(is_up))

    def _live(self, up: "Future[None]") -> None:
        try:
            self.run(lambda: up.set_result(None))
        except OSError as error:
            if up.done():
                raise
            up.set_exception(error)

    async def _serve(self, is_up: Callable[[], None]) -> None:
        loop, end = asyncio.get_running_loop(), asyncio.Event()
        server = await loop.create_server(
            lambda: Connection(self),
            self.host,
            self.port,
            backlog=BACKLOG,
            ssl=self._ssl_context,
        )
        self.port = server.sockets[0].getsockname()[1]
        self._stopping = partial(loop.call_soon_threadsafe, end.set)
        is_up()
        try:
            await end.wait()
        finally:
            server.close()
            for connection in tuple(self.connections):
                connection.transport.abort()
            self.carrier.ledger.close()
