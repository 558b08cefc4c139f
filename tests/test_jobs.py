"""Which engine runs jobs, what runs by itself, and what becomes of a job; no worker needed."""

from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab as celery_crontab
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks import task, task_backends
from django_tasks.base import Task
from django_tasks.exceptions import InvalidTaskError
from huey import crontab as huey_crontab

from tests.jobs.app.tasks import fail, note
from tracking_site import jobs
from tracking_site.engine import run
from tracking_site.jobs import CELERY, HUEY, SCHEDULE, Choice
from tracking_site.management.commands.worker import count

in_real_transactions = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def queue(settings, tmp_path):
    """The default engine, on a file of this test's own."""
    settings.TASKS = {"default": jobs.engine("", "test", tmp_path, SCHEDULE)}
    engine = task_backends["default"]
    yield engine.queued.huey
    engine.queued.huey.storage.close()


@pytest.mark.parametrize(
    ("url", "engine"),
    [
        ("", HUEY),
        ("redis://host:6379/0", HUEY),
        ("rediss://host", HUEY),
        ("amqp://guest:guest@host//", CELERY),
        ("amqps://host", CELERY),
    ],
)
def test_the_engine_follows_from_the_address(url, engine, tmp_path):
    assert jobs.engine(url, "test", tmp_path, SCHEDULE)["BACKEND"] == engine


@pytest.mark.parametrize("url", ["postgres://u:word@host/db", "word", "redis:word", "://word"])
def test_an_address_of_no_engine_stops_the_start_and_is_not_repeated(url, tmp_path):
    with pytest.raises(ImproperlyConfigured) as raised:
        jobs.engine(url, "test", tmp_path, SCHEDULE)

    assert "JOBS_URL must begin with" in str(raised.value)
    assert "word" not in str(raised.value)


def test_a_missing_package_is_named_with_where_to_find_it(tmp_path, monkeypatch):
    monkeypatch.setitem(jobs.CHOICES, "redis", Choice(HUEY, "no_such_package"))

    with pytest.raises(ImproperlyConfigured, match="no_such_package.*requirements/scale.txt"):
        jobs.engine("redis://host", "test", tmp_path, SCHEDULE)


@pytest.mark.parametrize("periodic", SCHEDULE, ids=lambda one: one.task)
def test_what_the_schedule_names_is_a_job(periodic):
    assert isinstance(import_string(periodic.task), Task)


@pytest.mark.parametrize("periodic", SCHEDULE, ids=lambda one: one.task)
def test_a_start_nobody_took_is_dropped_before_the_next(periodic):
    when = celery_crontab(periodic.minutes, periodic.hours, periodic.weekdays)
    gap = 3600 // len(when.minute) * (24 // len(when.hour)) * (7 // len(when.day_of_week))

    assert 0 < periodic.seconds < gap


@pytest.mark.parametrize("minutes", ["5,35", "*/7", *(one.minutes for one in SCHEDULE)])
def test_both_engines_read_the_minutes_alike(minutes):
    is_due = huey_crontab(minute=minutes)

    due = {minute for minute in range(60) if is_due(datetime(2026, 11, 21, 12, minute, tzinfo=UTC))}

    assert due == celery_crontab(minute=minutes).minute


@pytest.mark.parametrize("weekday", range(7))
def test_both_engines_mean_the_same_hour_and_weekday(weekday):
    when = {"minute": "23", "hour": "3", "day_of_week": str(weekday)}
    is_due, celerys = huey_crontab(**when), celery_crontab(**when)

    hours = [datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=23, hours=n) for n in range(168)]
    (due,) = [hour for hour in hours if is_due(hour)]

    assert due.hour == 3
    assert {due.isoweekday() % 7} == celerys.day_of_week == {weekday}


@in_real_transactions
def test_what_is_queued_in_a_transaction_waits_for_its_end(queue):
    with transaction.atomic():
        note.enqueue("folder", "word")
        within = queue.pending_count()

    assert (within, queue.pending_count()) == (0, 1)


@in_real_transactions
def test_what_is_queued_in_a_transaction_that_fails_never_was(queue):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        note.enqueue("folder", "word")
        raise ZeroDivisionError

    assert queue.pending_count() == 0


def test_only_values_can_be_queued(queue):
    with pytest.raises(TypeError):
        note.enqueue(object(), "word")


@task(takes_context=True)
def curious(context):
    return context


def test_a_job_that_asks_about_itself_is_refused(queue):
    with pytest.raises(InvalidTaskError, match="nothing but their arguments"):
        curious.enqueue()


def test_a_message_that_is_not_signed_by_us_is_not_opened(queue):
    note.enqueue("folder", "word")
    data = queue.storage.dequeue()

    with pytest.raises(ValueError, match="mismatch"):
        queue.deserialize_task(data[:-1] + b"x")


@pytest.mark.parametrize("path", ["os.getcwd", "no.such.module", "nonsense", ""])
def test_what_is_no_job_is_not_run(path, db, caplog):
    run(path, [], {})

    assert f"Job failed: {path}" in caplog.text


def test_a_job_that_fails_does_not_raise(db, caplog):
    run(fail.module_path, ["error"], {})

    assert "Job failed: tests.jobs.app.tasks.fail" in caplog.text


@pytest.mark.parametrize("text", ["0", "-1", "many", "257", "٣", ""])
def test_a_number_of_threads_that_cannot_be_is_refused(text):
    with pytest.raises(CommandError, match="a number from 1 to 256 is needed"):
        call_command("worker", f"--threads={text}")


def test_a_number_of_threads_is_taken():
    assert count("16") == 16


def test_a_worker_without_an_engine_says_so():
    with pytest.raises(CommandError, match="needs no worker"):
        call_command("worker")
