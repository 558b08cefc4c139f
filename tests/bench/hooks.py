"""Hooks: how long a merchant's system waits for news, from the commit to its receiver."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from datetime import datetime
from statistics import quantiles

import msgspec

from tests.bench.rounds import Figure
from tests.builders import make_merchant, make_shipment
from tests.notifications.making import make_endpoint, news_of
from tests.notifications.receiving import receiving

MERCHANTS, RATE = 20, 50
PATIENCE_SECONDS = 60
RELAY = "from apps.notifications import relay; relay.run(seconds=600)"


def measure(quick: bool) -> tuple[list[Figure], bool]:
    """Return milliseconds of waiting, with one receiver of twenty that takes 5 s for each."""
    count = 250 if quick else 2500
    with ExitStack() as open_ones:
        slow = open_ones.enter_context(receiving(_slowly))
        receivers = [open_ones.enter_context(receiving()) for _ in range(MERCHANTS - 1)]
        shipments = _shipments([slow, *receivers], count)
        with _relay():
            _record(shipments)
            waits = _waits(receivers, count * (MERCHANTS - 1) // MERCHANTS)
    cuts = quantiles(waits, n=100)
    return [Figure("H1-p50", cuts[49], []), Figure("H1-p99", cuts[98], [])], False


def _slowly(handler):
    time.sleep(5)
    handler.send_response(200)
    handler.end_headers()


def _shipments(receivers, count):
    """Return shipments of all merchants by turns."""
    merchants = [make_merchant(f"Shop {number}") for number in range(MERCHANTS)]
    for merchant, receiver in zip(merchants, receivers, strict=True):
        make_endpoint(receiver.url, merchant)
    return [make_shipment(merchants[number % MERCHANTS]) for number in range(count)]


@contextmanager
def _relay():
    env = {**os.environ, "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8"}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", RELAY]
    process = subprocess.Popen(command, env=env)  # noqa: S603
    try:
        time.sleep(3)  # it has begun
        yield
    finally:
        process.kill()
        process.wait()


def _record(shipments):
    begun = time.monotonic()
    for number, shipment in enumerate(shipments):
        time.sleep(max(0, begun + number / RATE - time.monotonic()))
        news_of(shipment)


def _waits(receivers, count):
    """Return how long each message was on its way, in milliseconds."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while sum(len(one.got) for one in receivers) < count and time.monotonic() < ends:
        time.sleep(0.1)
    got = [pair for one in receivers for pair in zip(one.got, one.times, strict=True)]
    if len(got) < count:
        raise RuntimeError(f"{count - len(got)} messages did not arrive.")
    return [(arrived - _recorded_at(body)).total_seconds() * 1000 for (_, body), arrived in got]


def _recorded_at(body):
    told = msgspec.json.decode(body)["data"]["shipment"]
    return datetime.fromisoformat(told["updated_at"])
