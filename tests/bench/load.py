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
    started = time.perf_counter()
    total = sum(len(times) for times in _all(port, calls, CONNECTIONS, started + seconds))
    return total / (time.perf_counter() - started)


class Times(NamedTuple):
    """Seconds that half, and that all but one of a hundred answers took at most."""

    p50: float
    p99: float


def times(port: int, calls: Sequence[Call], seconds: float) -> Times:
    """Return how long answers take at eight connections."""
    found = _all(port, calls, 8, time.perf_counter() + seconds)
    took = sorted(one for times in found for one in times)
    return Times(took[len(took) // 2], took[len(took) * 99 // 100])


def known(port: int, calls: Sequence[Call]) -> list[Call]:
    """Return the calls of somebody who has the answers already."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    return [call._replace(headers={**call.headers, **_mark(connection, call)}) for call in calls]


def is_known(call: Call) -> bool:
    return "If-None-Match" in call.headers


def _mark(connection: http.client.HTTPConnection, call: Call) -> dict[str, str]:
    connection.request(call.method, call.path, call.body, call.headers)
    answer = connection.getresponse()
    answer.read()
    return {"If-None-Match": answer.headers["ETag"]}


def _all(port: int, calls: Sequence[Call], connections: int, until: float) -> list[list[float]]:
    with ThreadPoolExecutor(connections) as pool:
        parts = (calls[n::connections] for n in range(connections))
        return list(pool.map(lambda part: _work(port, part, until), parts))


def _work(port: int, calls: Sequence[Call], until: float) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    took: list[float] = []
    while (started := time.perf_counter()) < until:
        call = calls[len(took) % len(calls)]
        connection.request(call.method, call.path, call.body, call.headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 304:  # marks change with the words about time
            call.headers.update({"If-None-Match": answer.headers["ETag"]} if is_known(call) else {})
            if answer.status != 200 or call.expected not in text:
                raise AssertionError(f"{call.path}: {answer.status} {text[:200]!r}")
        took.append(time.perf_counter() - started)
    return took
