"""The job of our own API, run by the schedule in `tracking_site/jobs.py`."""

from django.utils import timezone
from django_tasks import task

from apps.native import housekeeping


@task()
def tidy() -> None:
    """Forget what nobody asks for any more."""
    housekeeping.tidy(timezone.now())
