"""What both job engines have in common, behind Django's Tasks API.

Nothing is remembered of a job: the database row it is about is the truth, so a job may be
lost or run twice, and results would only pile up.
"""

import logging
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import close_old_connections, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError
from django_tasks.utils import get_random_id
from structlog.contextvars import bound_contextvars

logger = logging.getLogger(__name__)

# What a job in hand is given when the worker is told to stop.
GRACE_SECONDS = 25


class Unready(Exception):
    """The engine cannot be used now, for a reason that is one sentence without secrets."""


class Engine(BaseTaskBackend):
    """Queues jobs for `manage.py worker`; one queued in a transaction waits for its end."""

    supports_defer = True

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        self.url = self.options["url"]
        self.queue = self.options["queue"]
        self.folder = self.options["folder"]
        self.schedule = self.options["schedule"]

    def validate_task(self, task: Task[..., Any]) -> None:
        super().validate_task(task)
        if task.takes_context:
            raise InvalidTaskError("Jobs here know nothing but their arguments.")

    def enqueue(
        self, task: Task[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> TaskResult[Any]:
        self.validate_task(task)
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        put = partial(self.put, task.module_path, result.args, result.kwargs, task.run_after)
        if transaction.get_connection().in_atomic_block:
            transaction.on_commit(put)
        else:
            put()
        return result

    @abstractmethod
    def put(
        self, path: str, args: list[Any], kwargs: dict[str, Any], run_after: datetime | None
    ) -> None:
        """Hand a job to the queue, so that a worker calls `run(path, args, kwargs)`."""

    @abstractmethod
    def check_server(self) -> None:
        """Raise `Unready` when the queue cannot be reached."""

    @abstractmethod
    def work(self, threads: int, *, is_periodic: bool, ready: Callable[[], None]) -> None:
        """Run jobs in this process until SIGTERM or SIGINT; then finish those in hand.

        `ready` is called once such a signal is heeded and jobs are taken, on Celery again
        after each loss of the server.
        """


def run(path: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Do one job; log what goes wrong with it and nothing of what it was about."""
    close_old_connections()
    with bound_contextvars(job=path):
        try:
            found = import_string(path)
            if not isinstance(found, Task):
                raise InvalidTaskError("No task goes by this name.")
            found.call(*args, **kwargs)
        except (Exception, SystemExit):
            logger.exception("Job failed: %s", path)
        finally:
            close_old_connections()
