"""The desk's jobs. They carry row numbers only; lost or doubled, they do no harm."""

from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks import task

from apps.branding import housekeeping
from apps.desk import erasing, pages, runs

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


@task()
def forget_erased() -> None:
    """Take persons out of what is held of shipments that a program had erased."""
    erasing.forget_erased(timezone.now())


@task()
def forget_sessions() -> None:
    """Forget the sessions of staff that ran out."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


@task()
def clear_files() -> None:
    """Delete the files of brands that nothing names any more."""
    housekeeping.clear_files(timezone.now())
