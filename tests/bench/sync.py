"""Sync: how near asking comes to what concurrency and latency allow, and what it costs."""

import gc
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.outbound.encryption import Sealed
from apps.providers import claiming, gates
from apps.providers.base import Limits
from apps.providers.clients.shipstation import ShipStation
from apps.providers.models import Account, Watch
from apps.providers.registry import CLIENTS
from apps.providers.turns import ask_account
from apps.shipments.models import Event, Leg, Merchant, Outbox, Shipment, TrackingNumber
from tests.bench.rounds import Figure
from tests.outbound.certificates import Authority

IN_FLIGHT, LATENCY = 64, 0.1
LIMIT = IN_FLIGHT / LATENCY
HANGS = 30.0  # longer than any call may take
MILLION = 1_000_000


SHIPMENTS = """
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < %s)
    INSERT INTO shipments_shipment (merchant_id, reference, consignment_reference, token,
        custom_reference, order_reference, origin_country, destination_country, code, attempts,
        was_delayed, version, created_at, updated_at)
    SELECT %s, 'sp_' || n, 'EC-' || n, 'token-' || n, '', '', '', '', 'delivered', 0, FALSE, 1,
        %s, %s
    FROM number
"""
# Nine of ten are finished; the others are due, in four classes of urgency.
WATCHES = """
    INSERT INTO providers_watch (account_id, shipment_id, name, folded, carrier_code, remote,
        is_enrolled, due_at, urgency, failures, trouble, trouble_detail, ended, created_at)
    SELECT %s, id, reference, reference, 'usps', '{}', FALSE,
        CASE WHEN id %% 10 = 0 THEN %s END, id %% 4, 0, '', '',
        CASE WHEN id %% 10 = 0 THEN '' ELSE 'final' END, %s
    FROM shipments_shipment WHERE merchant_id = %s AND token LIKE 'token-%%'
"""


class Other(ShipStation):
    """The same language spoken by another provider, with connections and threads of its own."""

    kind = "bench_other"


class Carrier:
    """The sandbox in its own process."""

    def __init__(self, process: subprocess.Popen[str], scheme: str) -> None:
        self.process = process
        assert process.stdout
        self.url = f"{scheme}://127.0.0.1:{process.stdout.readline().strip()}"

    def counts(self) -> dict[str, float]:
        assert self.process.stdin and self.process.stdout
        print(file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


@contextmanager
def carrier(latency: float, tls: Path | None = None) -> Iterator[Carrier]:
    command = [sys.executable, "-m", "tests.bench.carrier", "--latency", str(latency)]
    command += ["--tls", str(tls)] if tls else []
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, **pipes)
    try:
        yield Carrier(process, "https" if tls else "http")
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=20)


class Ran(NamedTuple):
    """A turn: numbers a second, and this process's CPU a number in milliseconds."""

    rate: float
    cpu_ms: float


def prepare(limits: Limits) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    CLIENTS[Other.kind] = Other()
    for client in (CLIENTS["shipstation"], CLIENTS[Other.kind]):
        client.limits = limits  # type: ignore[misc]


def account(url: str, count: int, kind: str = "shipstation", script: str = "HANDOVER") -> Account:
    """Make an account with so many watches that are due, each of a shipment of its own."""
    merchant, _ = Merchant.objects.get_or_create(slug="sync", defaults={"name": "Sync"})
    made = Account.objects.create(
        merchant=merchant, kind=kind, base_url=url, credentials=Sealed(api_key="bench")
    )
    for start in range(0, count, 1000):
        _watches(made, merchant, script, range(start, min(count, start + 1000)))
    return made


def _watches(made: Account, merchant: Merchant, script: str, numbers: range) -> None:
    shipments = Shipment.objects.bulk_create([Shipment(merchant=merchant) for _ in numbers])
    legs = Leg.objects.bulk_create(
        [Leg(shipment=one, position=1, order=1, carrier_code="usps") for one in shipments]
    )
    names = [f"SBX-{script}-{made.pk}N{number:06}" for number in numbers]
    tracked = TrackingNumber.objects.bulk_create(
        [
            TrackingNumber(leg=leg, number=n, folded=n.replace("-", ""))
            for leg, n in zip(legs, names, strict=True)
        ]
    )
    now = timezone.now()
    Watch.objects.bulk_create(
        Watch(
            account=made,
            shipment=shipment,
            number=number,
            name=number.number,
            folded=number.folded,
            carrier_code="usps",
            due_at=now,
            created_at=now,
        )
        for shipment, number in zip(shipments, tracked, strict=True)
    )


def due_again(made: Account) -> None:
    Watch.objects.filter(account=made).update(due_at=timezone.now(), ended="")


def turn(made: Account, count: int) -> Ran:
    """Ask about all of an account's watches and check that it was all of them."""
    started, used = time.perf_counter(), time.process_time()
    outcomes = ask_account(made.pk, seconds=3600)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    if not outcomes or outcomes["answered"] != count:
        raise AssertionError(f"asked {count}, came of it: {outcomes}")
    return Ran(count / seconds, 1000 * cpu / count)


def measure(quick: bool, scale: bool) -> tuple[list[Figure], bool]:
    """Return the figures; the reference is concurrency over latency, so none is noisy."""
    prepare(Limits(in_flight=IN_FLIGHT))
    gc.freeze()  # as the worker does
    count, rounds = 2000, 3 if quick else 5
    figures = [*_persisted(count, rounds), *_reused(count), *_hanging(count, 2 if quick else 4)]
    figures += [_unchanged(1000 if quick else 10_000), *_statements()]
    figures.append(_memory(2000, 6000 if quick else 100_000))
    if scale:
        figures.append(_due_list())
    return figures, False


def _persisted(count: int, rounds: int) -> list[Figure]:
    """S1, S2: everything is news; and again: nothing is."""
    first, again = [], []
    with carrier(LATENCY) as stub:
        turn(account(stub.url, 200), 200)
        for _ in range(rounds):
            made = account(stub.url, count)
            first.append(turn(made, count))
            due_again(made)
            again.append(turn(made, count))
    return [
        _median("S1", [ran.rate / LIMIT for ran in first]),
        _median("S2", [ran.cpu_ms for ran in first]),
        _median("S1-again", [ran.rate / LIMIT for ran in again]),
        _median("S2-again", [ran.cpu_ms for ran in again]),
    ]


def _median(name: str, rounds: list[float]) -> Figure:
    return Figure(name, statistics.median(rounds), rounds)


def _reused(count: int) -> list[Figure]:
    """S3: the part of HTTPS requests that went over a kept connection."""
    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(Path(folder))
        authority.server("127.0.0.1")
        (key,) = Path(folder).glob("127.0.0.1-*.pem")
        settings.OUTBOUND_CA_FILE = str(authority.file)
        gates.close()
        with carrier(LATENCY, key) as stub:
            made = account(stub.url, count)
            ran = turn(made, count)
            counts = stub.counts()
        gates.close()
        settings.OUTBOUND_CA_FILE = ""
    reused = 1 - counts["accepted"] / counts["requests"]
    return [Figure("S3", reused, []), Figure("S3-rate", ran.rate / LIMIT, [])]


def _hanging(count: int, rounds: int) -> list[Figure]:
    """S5: one provider's rate while another's calls all hang, beside its rate alone."""
    prepare(Limits(in_flight=16))
    ratios = []
    with carrier(LATENCY) as stub, carrier(HANGS) as dead:
        for _ in range(rounds):
            alone = turn(account(stub.url, count // 2), count // 2).rate
            silent = account(dead.url, 100, Other.kind)
            thread = threading.Thread(target=_hang, args=(silent,))
            thread.start()
            beside = turn(account(stub.url, count // 2), count // 2).rate
            gates.close()
            thread.join()
            ratios.append(beside / alone)
    prepare(Limits(in_flight=IN_FLIGHT))
    return [_median("S5", ratios)]


def _hang(silent: Account) -> None:
    try:
        ask_account(silent.pk)
    finally:
        connection.close()


def _unchanged(count: int) -> Figure:
    """S4: rows and versions that asking again about known journeys writes."""
    with carrier(0) as stub:
        made = account(stub.url, count)
        turn(made, count)
        due_again(made)
        before = _written()
        turn(made, count)
        return Figure("S4", float(sum(_written()) - sum(before)), [])


def _written() -> tuple[int, int, int]:
    versions = sum(Shipment.objects.values_list("version", flat=True))
    return Event.objects.count(), Outbox.objects.count(), versions


def _statements() -> list[Figure]:
    """Statements a number: with its whole journey as news, and without news."""
    found = []
    with carrier(0) as stub:
        made = account(stub.url, 1000)
        for name in ("S8-news", "S8-none"):
            with CaptureQueriesContext(connection) as queries:
                turn(made, 1000)
            found.append(Figure(name, len(queries) / 1000, []))
            due_again(made)
    return found


def _memory(first: int, last: int) -> Figure:
    """S6: megabytes this process grows by from the first so many watches to all of them."""
    with carrier(0) as stub:
        turn(account(stub.url, first), first)
        start = _resident()
        turn(account(stub.url, last), last)
        return Figure("S6", _resident() - start, [])


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _due_list() -> Figure:
    """C6: milliseconds for the next 500 due of a million shipments, 900,000 of them finished."""
    made = account("http://127.0.0.1:9", 1)
    now = timezone.now()
    at = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(SHIPMENTS, [MILLION, made.merchant_id, at(now), at(now)])
        cursor.execute(WATCHES, [made.pk, at(now - timedelta(hours=1)), at(now), made.merchant_id])
        cursor.execute("ANALYZE")
    times = []
    for _ in range(20):
        started = time.perf_counter()
        with transaction.atomic():
            found = claiming.due_ids(made, 500, now)
        times.append(1000 * (time.perf_counter() - started))
        assert len(found) == 500
    return _median("C6", times)
