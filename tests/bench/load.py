"""A server of its own and a small client: what a request costs from the outside."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

# Enough that the two workers get even shares of them.
CONNECTIONS = 32


class Call(NamedTuple):
    method: str
    path: str
    body: bytes | None = None
    headers: dict[str, str] = {}
    expected: bytes = b""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def server(port: int) -> Iterator[None]:
    """Run the shipped server on the bench's settings until the block ends."""
    command = [
        os.path.join(os.path.dirname(sys.executable), "granian"),
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "1", "--no-access-log", "--log-level", "error"),
        "tracking_site.wsgi:application",
    ]
    process = subprocess.Popen(command, env={**os.environ}, start_new_session=True)
    try:
        _wait(port)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/hello")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def rate(port: int, calls: Sequence[Call], seconds: float) -> float:
    """Return requests a second over keep-alive connections; every answer is checked."""
    until = time.perf_counter() + seconds
    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        counts = pool.map(lambda n: _work(port, calls[n::CONNECTIONS], until), range(CONNECTIONS))
        total = sum(counts)
    return total / (time.perf_counter() - started)


def _work(port: int, calls: Sequence[Call], until: float) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    done = 0
    while time.perf_counter() < until:
        call = calls[done % len(calls)]
        connection.request(call.method, call.path, call.body, call.headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200 or call.expected not in text:
            raise AssertionError(f"{call.path}: {answer.status} {text[:200]!r}")
        done += 1
    return done
