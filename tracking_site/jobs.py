"""What runs by itself and when, and which engine runs it: tables, read by the settings."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from msgspec import Struct


class Periodic(Struct, frozen=True):
    """A job that nobody asks for.

    `minutes` are those of the hour at which it starts, as in a crontab; `hours` are UTC, and
    weekday 0 is Sunday. A start that no worker took within `seconds` is dropped, for the next
    one does its work.
    """

    task: str
    minutes: str
    seconds: int
    hours: str = "*"
    weekdays: str = "*"


EVERY_MINUTE, EVERY_HOUR, EVERY_DAY = 55, 3300, 23 * 3600
SCHEDULE = (
    Periodic("apps.providers.tasks.enrol", "*", EVERY_MINUTE),
    Periodic("apps.providers.tasks.claim_due", "*", EVERY_MINUTE),
    Periodic("apps.providers.tasks.tidy", "17", EVERY_HOUR),
    Periodic("apps.notifications.tasks.relay", "*", EVERY_MINUTE),
    Periodic("apps.notifications.tasks.tidy", "27", EVERY_HOUR),
    Periodic("apps.native.tasks.tidy", "37", EVERY_HOUR),
    Periodic("apps.mails.tasks.pick", "*", EVERY_MINUTE),
    Periodic("apps.mails.tasks.send", "*", EVERY_MINUTE),
    Periodic("apps.mails.tasks.find_silent", "7", EVERY_HOUR),
    Periodic("apps.mails.tasks.tidy", "47", EVERY_DAY, hours="3"),
    Periodic("apps.desk.tasks.carry_on_unfinished", "*", EVERY_MINUTE),
    Periodic("apps.desk.tasks.forget_erased", "57", EVERY_HOUR),
    Periodic("apps.desk.tasks.forget_sessions", "13", EVERY_DAY, hours="3"),
    Periodic("apps.desk.tasks.clear_files", "23", EVERY_DAY, hours="3", weekdays="0"),
)


class Choice(Struct, frozen=True):
    """An engine, and the package it needs beyond those of every installation."""

    engine: str
    package: str


HUEY, CELERY = "tracking_site.huey.HueyEngine", "tracking_site.celery.CeleryEngine"
# By the scheme of JOBS_URL.
CHOICES = {
    "": Choice(HUEY, "huey"),
    "redis": Choice(HUEY, "redis"),
    "rediss": Choice(HUEY, "redis"),
    "amqp": Choice(CELERY, "celery"),
    "amqps": Choice(CELERY, "celery"),
}


def engine(url: str, queue: str, folder: Path, schedule: tuple[Periodic, ...]) -> dict[str, Any]:
    """Return an entry of Django's TASKS; raise ImproperlyConfigured for what cannot be one.

    `url` may hold a password, so no message repeats it.
    """
    scheme, mark, _ = url.partition("://")
    choice = CHOICES.get(scheme)
    if choice is None or (url and not (scheme and mark)):
        raise ImproperlyConfigured("JOBS_URL must begin with redis:// or amqp://, or be left out.")
    if find_spec(choice.package) is None:
        raise ImproperlyConfigured(
            f"JOBS_URL needs the package {choice.package}: install requirements/scale.txt."
        )
    options = {"url": url, "queue": queue, "folder": str(folder), "schedule": schedule}
    return {"BACKEND": choice.engine, "OPTIONS": options}
