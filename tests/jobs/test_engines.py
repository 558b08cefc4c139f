"""Every engine does the same, shown with worker processes as in use."""

import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from celery.beat import Scheduler as CeleryScheduler
from django.utils import timezone
from django_tasks import task_backends
from huey.consumer import Scheduler as HueyScheduler

from tests.jobs.app.tasks import fail, note, note_time, wait_for
from tests.jobs.settings import SCHEDULE
from tests.jobs.workers import until

ALONE = ("--no-periodic", "--threads", "1")


def test_a_job_runs(place):
    note.enqueue(str(place.folder), "done")

    with place.worker("--no-periodic"):
        until(lambda: place.notes == ["done"])


def test_a_job_for_later_runs_not_before_its_time(place):
    due_at = timezone.now() + timedelta(seconds=1)

    with place.worker("--no-periodic"):
        note_time.using(run_after=due_at).enqueue(str(place.folder), due_at.isoformat())

        assert until(lambda: place.notes) == ["in time"]


@pytest.mark.parametrize("kind", ["error", "exit"])
def test_a_job_that_fails_stops_nothing_and_tells_nothing_private(place, kind):
    fail.enqueue(kind)
    note.enqueue(str(place.folder), "after")

    with place.worker(*ALONE) as process:
        until(lambda: place.notes == ["after"])

        assert process.poll() is None
    assert "Job failed: tests.jobs.app.tasks.fail" in place.log
    assert "Jane Roe" not in place.log


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_worker_ends_what_it_has_begun_and_leaves_the_rest(place, number):
    with place.worker(*ALONE) as process:
        wait_for.enqueue(str(place.folder), "go")
        until(lambda: place.notes == ["begun"])
        note.enqueue(str(place.folder), "next")

        process.send_signal(number)
        (place.folder / "go").touch()

        assert process.wait(30) == 0
        assert place.notes == ["begun", "ended"]
    with place.worker(*ALONE):
        until(lambda: place.notes == ["begun", "ended", "next"])


def test_a_killed_worker_loses_no_job_but_the_one_in_hand(place):
    with place.worker(*ALONE) as process:
        wait_for.enqueue(str(place.folder), "go")
        until(lambda: place.notes == ["begun"])
        for word in "abc":
            note.enqueue(str(place.folder), word)
        process.kill()
        process.wait(30)
    (place.folder / "go").touch()

    with place.worker(*ALONE):
        until(lambda: {*"abc"} <= {*place.notes})


def fire(place, now):
    """Do what the engine's own scheduler does when the minute comes."""
    engine = task_backends["default"]
    if place.engine.startswith("huey"):
        scheduler = HueyScheduler(engine.queued.huey, threading.Event(), 1, True)
        scheduler.enqueue_periodic_tasks(now)
    else:
        scheduler = CeleryScheduler(engine.app)
        for entry in scheduler.schedule.values():
            if now.minute in entry.schedule.minute:
                scheduler.apply_async(entry, advance=False)


def test_the_schedule_fires_at_its_minutes(place, settings):
    settings.TASKS = place.tasks(SCHEDULE)

    with place.worker("--no-periodic"):
        for minute in (4, 5, 34, 35, 36):
            fire(place, datetime(2026, 11, 21, 12, minute, tzinfo=UTC))

        until(lambda: sorted(place.notes) == ["tick"] * 5 + ["tock"] * 2)


def test_nothing_is_kept_of_what_is_done(place):
    if not place.engine.startswith("huey"):
        assert not task_backends["default"].app.conf.result_backend
        return
    huey = task_backends["default"].queued.huey
    fail.enqueue("error")
    note.enqueue(str(place.folder), "done")

    with place.worker(*ALONE):
        until(lambda: place.notes == ["done"])

    assert (huey.pending_count(), huey.scheduled_count(), huey.result_count()) == (0, 0, 0)
