"""Jobs that leave a line in a file, so that another process sees what became of them."""

import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_tasks import task


@task()
def note(folder, word):
    with Path(folder, "notes").open("a") as file:
        file.write(f"{word}\n")


@task()
def note_time(folder, due_at):
    is_late_enough = timezone.now() >= datetime.fromisoformat(due_at)
    note.call(folder, "in time" if is_late_enough else "early")


@task()
def wait_for(folder, name):
    """Say so, then wait until there is a file of this name."""
    note.call(folder, "begun")
    while not Path(folder, name).exists():
        time.sleep(0.02)
    note.call(folder, "ended")


@task()
def fail(kind):
    raise {"error": ValueError, "exit": SystemExit}[kind]("about Jane Roe")


@task()
def tick():
    note.call(settings.VAR_DIR, "tick")


@task()
def tock():
    note.call(settings.VAR_DIR, "tock")
