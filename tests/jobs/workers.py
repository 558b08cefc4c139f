"""Real worker processes on every engine, each on a database and a queue of its own."""

import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django_tasks import task_backends

from run import ROOT
from tracking_site import celery, huey, jobs

# What a process sees for its jobs to be on each engine.
ENGINES = {
    "huey-sqlite": {"JOBS_URL": ""},
    "huey-redis": {"JOBS_URL": "redis://127.0.0.1:6379/9"},
    "celery-rabbitmq": {"JOBS_URL": "amqp://guest:guest@127.0.0.1:5672//"},
}
PATIENCE_SECONDS = 40


@dataclass(frozen=True)
class Place:
    """Where one test has its jobs: an engine, a folder, and what processes must see for both.

    The database is SQLite in that folder; give `DATABASE_URL` to `worker` for another.
    """

    engine: str
    folder: Path
    env: dict[str, str]

    def tasks(self, schedule=()):
        """Return Django's TASKS for queueing from this process."""
        url, queue = self.env["JOBS_URL"], self.env["JOBS_QUEUE"]
        return {"default": jobs.engine(url, queue, self.folder, schedule)}

    @property
    def notes(self):
        file = self.folder / "notes"
        return file.read_text().split("\n")[:-1] if file.exists() else []

    @property
    def log(self):
        return (self.folder / "log").read_text()

    def worker(self, *arguments, **env):
        return worker(self.engine, self.env | env, *arguments)


def place(engine, folder):
    env = {
        "VAR_DIR": str(folder),
        "JOBS_QUEUE": f"test-{secrets.token_hex(6)}",
        "SECRET_KEY": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "tests.jobs.settings",
        **ENGINES[engine],
    }
    return Place(engine, folder, env)


@contextmanager
def worker(engine, env, *arguments):
    """Start `manage.py worker` and yield its process once it takes jobs; kill what is left.

    `env` has VAR_DIR and JOBS_QUEUE, and comes on top of this process's environment less its
    database. What it logs goes to the file `log` in VAR_DIR.
    """
    seen = {name: word for name, word in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, str(ROOT / "manage.py"), "worker", *arguments]
    with (
        Path(env["VAR_DIR"], "log").open("a") as log,
        process_of(command, seen | ENGINES[engine] | dict(env), log) as process,
    ):
        lines = iter(process.stdout.readline, "")
        assert any(line == "Ready for jobs.\n" for line in lines), "It ended; see its log."
        yield process


@contextmanager
def process_of(command, env, log):
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=log, text=True, process_group=0
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def until(condition):
    """Wait for something that other processes bring about."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.02)
    return found


def clear_away(place):
    """Delete the queue and close what this process opened for it."""
    engine = task_backends["default"]
    if place.engine.startswith("huey"):
        queue = engine.queued.huey
        queue.flush()
        if place.env["JOBS_URL"]:
            queue.storage.pool.disconnect()
        else:
            queue.storage.close()
        huey.queue_of.cache_clear()
    else:
        with engine.app.connection_for_write() as connection:
            connection.default_channel.queue_delete(engine.queue)
            connection.default_channel.exchange_delete(engine.queue)
        engine.app.close()
        celery.app_of.cache_clear()
