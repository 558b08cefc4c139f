"""The jobs that mail goes by; all are run by the schedule in `tracking_site/jobs.py`.

They carry nothing: the rows say what is to be done. Lost or doubled, they do no harm. Picking
and sending are jobs of their own, so that a slow provider holds up nobody but itself.
"""

import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from apps.mails import housekeeping, pausing, picking, posting, silence

# A job ends about when the next one begins. Between two looks it rests a little.
SECONDS, PAUSE_SECONDS = 57.0, 1.0


@task()
def pick() -> None:
    """Make letters of changes, until the next of these jobs begins."""
    if not settings.SENDS_MAIL:
        picking.pass_over()
        return
    pausing.find_paused(timezone.now())
    for rest in _rounds():
        if not picking.pick(timezone.now()):
            rest()


@task()
def send() -> None:
    """Send what is due, until the next of these jobs begins or nothing is taken."""
    if not settings.SENDS_MAIL:
        return
    for rest in _rounds():
        counted = posting.post(timezone.now)
        if counted[posting.DOWN]:
            return
        if not counted:
            rest()


@task()
def find_silent() -> None:
    """Make letters about parcels that fell silent."""
    if settings.SENDS_MAIL:
        silence.find_silent(timezone.now())


@task()
def tidy() -> None:
    """Forget what nobody asks for any more."""
    housekeeping.tidy(timezone.now())


def _rounds() -> Iterator[Callable[[], None]]:
    """Yield a way to rest, again and again until the next job begins."""
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        yield lambda: time.sleep(PAUSE_SECONDS)
