"""The engine for many machines: Celery on RabbitMQ."""

import logging
import os
import threading
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from celery import Celery, signals
from celery.beat import EmbeddedService
from celery.schedules import crontab

from tracking_site.engine import GRACE_SECONDS, Engine, Unready, run
from tracking_site.jobs import Periodic

logger = logging.getLogger(__name__)

# A job is acknowledged when it is done, so RabbitMQ gives it to another worker when this one
# dies; and a worker holds no more jobs than it has threads.
CAREFUL = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "task_ignore_result": True,
    "result_backend": None,
    "task_serializer": "json",
    "accept_content": ["json"],
    "timezone": "UTC",
    "broker_connection_timeout": 5,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": {"confirm_publish": True},
    "task_publish_retry_policy": {"max_retries": 2, "interval_start": 0, "interval_step": 0.2},
    "worker_enable_remote_control": False,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
}


class CeleryEngine(Engine):
    def put(
        self, path: str, args: list[Any], kwargs: dict[str, Any], run_after: datetime | None
    ) -> None:
        self.app.tasks["run"].apply_async((path, args, kwargs), eta=run_after)

    @property
    def app(self) -> Celery:
        return app_of(self.url, self.queue, self.schedule)

    def check_server(self) -> None:
        try:
            with self.app.connection_for_read() as connection:
                connection.ensure_connection(max_retries=1, timeout=5)
        except Exception as error:
            reason = f"The RabbitMQ of JOBS_URL does not answer ({type(error).__name__})."
            raise Unready(reason) from error

    def work(self, threads: int, *, is_periodic: bool, ready: Callable[[], None]) -> None:
        signals.setup_logging.connect(leave_logging_alone)
        signals.worker_shutting_down.connect(limit_the_end)
        if is_periodic:
            # In a thread: a process of its own would outlive this one when that is killed.
            EmbeddedService(self.app, thread=True, scheduler_cls="celery.beat:Scheduler").start()
        self.app.Worker(
            pool="threads",
            concurrency=threads,
            quiet=True,
            ready_callback=lambda _consumer: ready(),
            without_gossip=True,
            without_mingle=True,
        ).start()


@cache
def app_of(url: str, queue: str, schedule: tuple[Periodic, ...]) -> Celery:
    """Return the one Celery application of these options, whatever thread asks."""
    # Without the fixup for Django: `run` looks after the database's connections itself.
    app = Celery(queue, broker=url, fixups=[], set_as_current=False)
    app.conf.update(CAREFUL, task_default_queue=queue, beat_schedule=starts(schedule))
    app.task(run, name="run")
    return app


def starts(schedule: tuple[Periodic, ...]) -> dict[str, Any]:
    return {
        one.task: {
            "task": "run",
            "args": (one.task, [], {}),
            "schedule": crontab(one.minutes, one.hours, one.weekdays),
            "options": {"expires": one.seconds},
        }
        for one in schedule
    }


def leave_logging_alone(**_: object) -> None:
    """Keep Celery from setting up logging, by being connected."""


def limit_the_end(**_: object) -> None:
    """Leave when jobs in hand take too long; they were not acknowledged and come back."""
    timer = threading.Timer(GRACE_SECONDS, leave)
    timer.daemon = True
    timer.start()


def leave() -> None:
    logger.warning("Jobs in hand did not end within %s s; they come back.", GRACE_SECONDS)
    os._exit(0)
