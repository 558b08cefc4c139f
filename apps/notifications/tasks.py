"""The jobs that pass word on; both are run by the schedule in `tracking_site/jobs.py`.

They carry nothing: the rows say what is to be told. Lost or doubled, they do no harm.
"""

from django.utils import timezone
from django_tasks import task

from apps.notifications import housekeeping
from apps.notifications import relay as relaying


@task()
def relay() -> None:
    """Pass word on until the next of these jobs begins."""
    relaying.run()


@task()
def tidy() -> None:
    """Forget what nobody asks for any more."""
    housekeeping.tidy(timezone.now())
