"""The desk's jobs. They carry row numbers only; lost or doubled, they do no harm."""

from django.utils import timezone
from django_tasks import task

from apps.desk import pages, runs

# A job ends after this long, so that runs take turns on a worker's threads.
TURN_SECONDS = 30.0


@task()
def carry_on(run_id: int) -> None:
    """Do the next steps of a run, and again when there are more."""
    pages.load()  # whatever module it is in, the kind's runner is known then
    if runs.work(run_id, timezone.now, TURN_SECONDS):
        carry_on.enqueue(run_id)


@task()
def carry_on_unfinished() -> int:
    """Take up the runs that nobody works on: those that wait, and those whose worker died."""
    now = timezone.now()
    unfinished: list[int] = list(runs.unfinished(now).values_list("pk", flat=True)[:100])
    for run_id in unfinished:
        carry_on.enqueue(run_id)
    runs.tidy(now)
    return len(unfinished)
