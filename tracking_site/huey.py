"""The engine for one machine, on a file of its own, or for a few, on Redis."""

import signal
import threading
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.api import TaskWrapper
from huey.consumer import Consumer
from huey.serializer import SignedSerializer

from tracking_site.engine import GRACE_SECONDS, Engine, Unready, run
from tracking_site.jobs import Periodic

STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# How long an idle thread leaves a file alone, and how often a dead thread is looked for.
LONGEST_SLEEP, CARE_SECONDS = 0.5, 10


class Queue(NamedTuple):
    huey: Huey
    job: TaskWrapper  # what does one job, see `run`


class HueyEngine(Engine):
    def put(
        self, path: str, args: list[Any], kwargs: dict[str, Any], run_after: datetime | None
    ) -> None:
        if run_after is None:
            self.queued.job(path, args, kwargs)
        else:
            self.queued.job.schedule((path, args, kwargs), eta=run_after)

    @property
    def queued(self) -> Queue:
        return queue_of(self.url, self.queue, self.folder, self.schedule)

    def check_server(self) -> None:
        try:
            self.queued.huey.pending_count()
        except Exception as error:
            where = "Redis of JOBS_URL" if self.url else "file jobs.sqlite3"
            raise Unready(f"The {where} does not answer ({type(error).__name__}).") from error

    def work(self, threads: int, *, is_periodic: bool, ready: Callable[[], None]) -> None:
        consumer = self.queued.huey.create_consumer(
            workers=threads,
            periodic=is_periodic,
            max_delay=LONGEST_SLEEP,
            shutdown_timeout=GRACE_SECONDS,
        )
        stopping = started(consumer)
        ready()
        while not stopping.wait(CARE_SECONDS):
            consumer.check_worker_health()
        consumer.stop(graceful=True)


def started(consumer: Consumer) -> threading.Event:
    """Start a consumer and return what a signal to stop sets.

    Its own handlers let only one of SIGTERM and SIGINT end gracefully; a signal that comes
    before ours are there waits.
    """
    stopping = threading.Event()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    consumer.start()
    for number in STOPS:
        signal.signal(number, lambda *_: stopping.set())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    return stopping


@cache
def queue_of(url: str, queue: str, folder: str, schedule: tuple[Periodic, ...]) -> Queue:
    """Return the one queue of these options, whatever thread asks.

    Huey pickles what it queues, so it is signed: who can write to Redis and nothing else
    cannot make us load it.
    """
    signed = SignedSerializer(secret=settings.SECRET_KEY, salt=queue)
    kind = RedisHuey if url else SqliteHuey
    huey = kind(queue, results=False, serializer=signed, **storage(url, folder))
    for one in schedule:
        when = crontab(one.minutes, one.hours, day_of_week=one.weekdays, strict=True)
        huey.periodic_task(when, name=one.task, expires=one.seconds)(firing(one.task))
    return Queue(huey, huey.task(name="run")(run))


def storage(url: str, folder: str) -> dict[str, Any]:
    """Return where the queue is, with an end to every wait for it."""
    if not url:
        return {"filename": str(Path(folder) / "jobs.sqlite3"), "timeout": 20}
    from redis import ConnectionPool

    pool = ConnectionPool.from_url(url, socket_connect_timeout=5, socket_timeout=10)
    return {"connection_pool": pool}


def firing(path: str) -> Callable[[], None]:
    def fire() -> None:
        run(path, [], {})

    return fire
