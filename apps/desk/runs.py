"""Work that takes longer than a click, done in steps by whichever worker has time.

A kind of run says how it is checked and how it is done:

    @runner(Run.Kind.IMPORT)
    class Import:
        def check(self, run: Run, now: datetime) -> Step: …
        def apply(self, run: Run, now: datetime) -> Step: …

Both are called again and again until a step `is_over`. They do a bounded part of the work (a
second or two), begin where `run.done` and `run.found` say, and raise `Failure` for what nobody
can mend by waiting. A check writes nothing and holds no lock. What `apply` does is committed
with its step: a process may die at any moment, then it is kept or undone as a whole, and
another process goes on when the lease has ended.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from msgspec import UNSET, Struct, UnsetType

from apps.desk.models import Run
from apps.shipments.models import Merchant

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Person = AbstractBaseUser | AnonymousUser

LEASE = timedelta(minutes=2)
# A run that ends its worker this often without getting on is left alone.
MOST_TRIES = 5
# What was checked and not decided on is dropped, and tables are forgotten, after this long.
KEPT = timedelta(days=7)

BUSY = (Run.State.CHECKING, Run.State.APPLYING)
OVER = (Run.State.DONE, Run.State.DROPPED)
# Large, and needed by the one who works on it only.
HEAVY = ("table", "given", "found")

GAVE_UP = "It stopped several times without getting on. Try again; if it stops again, ask for help."
UNEXPECTED = "Something went wrong that we did not expect. It is in the site's log."


class Failure(Exception):
    """A run cannot be done; the message is told to staff."""


class Step(Struct, frozen=True):
    """How far a run has got. What is left out stays as it was.

    With `again_at` nobody works on it before then, though it is not over.
    """

    done: int
    total: int | None = None
    found: dict[str, Any] | None = None
    table: bytes | UnsetType = UNSET
    is_over: bool = False
    again_at: datetime | None = None


class Runner(Protocol):
    def check(self, run: Run, now: datetime) -> Step:
        """Find out a part of what would be done; change nothing."""

    def apply(self, run: Run, now: datetime) -> Step:
        """Do a part of it."""


RUNNERS: dict[str, Runner] = {}


def runner(kind: Run.Kind) -> Callable[[type[Runner]], type[Runner]]:
    """Make a class the one that runs a kind."""

    def made_known(made: type[Runner]) -> type[Runner]:
        RUNNERS[kind] = made()
        return made

    return made_known


def start(
    kind: Run.Kind,
    *,
    merchant: Merchant | None,
    user: Person,
    given: dict[str, Any],
    table: bytes = b"",
    now: datetime,
) -> Run:
    """Write down what is to be done and have it checked after the commit."""
    run = Run.objects.create(
        kind=kind,
        merchant=merchant,
        made_by_id=user.pk,
        made_at=now,
        changed_at=now,
        given=given,
        table=table,
    )
    _send(run.pk)
    return run


def approve(run: Run, now: datetime, **given: Any) -> bool:
    """Have what was checked done; False when it no longer waits for that.

    `given` is added to what the run was started with.
    """
    return _turn(
        run, (Run.State.CHECKED,), now, state=Run.State.APPLYING, given={**run.given, **given}
    )


def retry(run: Run, now: datetime) -> bool:
    """Check again what failed; False when it did not."""
    return _turn(run, (Run.State.FAILED,), now, state=Run.State.CHECKING, found={}, failure="")


def drop(run: Run, now: datetime) -> bool:
    """End a run that is not over; what it has done already stays done. False when it was over."""
    open_states = [state for state in Run.State if state not in OVER]
    own = Run.objects.filter(pk=run.pk, state__in=open_states)
    changed = own.update(
        state=Run.State.DROPPED, table=b"", given={}, leased_until=None, changed_at=now
    )
    return bool(changed)


def _turn(run: Run, before: tuple[Run.State, ...], now: datetime, **fields: Any) -> bool:
    with transaction.atomic():
        own = Run.objects.filter(pk=run.pk, state__in=before)
        changed = own.update(done=0, tries=0, leased_until=None, changed_at=now, **fields)
        if changed:
            _send(run.pk)
    return bool(changed)


def _send(run_id: int) -> None:
    from apps.desk.tasks import carry_on

    carry_on.enqueue(run_id)


def unfinished(now: datetime) -> QuerySet[Run]:
    """Return the runs that nobody works on."""
    return Run.objects.filter(_is_free(now), state__in=BUSY)


def work(run_id: int, clock: Clock, seconds: float) -> bool:
    """Do as many steps as fit the time; True when there are more that nobody has to wait for.

    Of a job that was sent twice, the second finds nothing to do.
    """
    began = now = clock()
    until = _claim(run_id, now)
    while until:
        until, is_more = _guarded_step(run_id, until, now)
        now = clock()
        if until and (now - began).total_seconds() >= seconds:
            Run.objects.filter(pk=run_id, leased_until=until).update(leased_until=None)
            return is_more
    return False


def _is_free(now: datetime) -> Q:
    return Q(leased_until=None) | Q(leased_until__lte=now)


def _claim(run_id: int, now: datetime) -> datetime | None:
    """Take a run for the length of a lease, which is also the proof of having it."""
    until = now + LEASE
    taken = unfinished(now).filter(pk=run_id).update(leased_until=until, tries=F("tries") + 1)
    return until if taken else None


def _guarded_step(run_id: int, until: datetime, now: datetime) -> tuple[datetime | None, bool]:
    """Do a step; a database that fails leaves the run to be taken up again."""
    try:
        return _step(run_id, until, now), True
    except (InterfaceError, OperationalError):
        raise
    except Failure as failure:
        _fail(run_id, until, str(failure), now)
    except Exception:
        # Whatever it is, the run's page has to say so, and it must not be tried forever.
        logger.exception("A run failed: %s", run_id)
        _fail(run_id, until, UNEXPECTED, now)
    return None, False


def _step(run_id: int, until: datetime, now: datetime) -> datetime | None:
    """Do one step and write it down; return the new lease, None when there is no more to do."""
    run = _held(run_id, until)
    if run is None:
        return None
    if run.tries > MOST_TRIES:
        raise Failure(GAVE_UP)
    act = _check if run.state == Run.State.CHECKING else _apply
    step = act(run, until, now)
    return run.leased_until if step and not (step.is_over or step.again_at) else None


def _check(run: Run, until: datetime, now: datetime) -> Step | None:
    """Check outside any transaction, then write it down if the run is still ours."""
    step = RUNNERS[run.kind].check(run, now)
    with transaction.atomic():
        if _held(run.pk, until, is_locked=True) is None:
            return None
        _write(run, step, now)
    return step


@transaction.atomic
def _apply(run: Run, until: datetime, now: datetime) -> Step | None:
    """Apply with the row locked, so that a step that outlasts its lease is still the only one."""
    if _held(run.pk, until, is_locked=True) is None:
        return None
    step = RUNNERS[run.kind].apply(run, now)
    _write(run, step, now)
    return step


def _held(run_id: int, until: datetime, *, is_locked: bool = False) -> Run | None:
    own = Run.objects.filter(pk=run_id, leased_until=until, state__in=BUSY)
    if is_locked:
        return own.only("pk").select_for_update().first()
    return own.select_related("merchant").first()


def _write(run: Run, step: Step, now: datetime) -> None:
    run.done, run.changed_at, run.tries = step.done, now, 0
    run.leased_until = now + LEASE
    if step.total is not None:
        run.total = step.total
    if step.found is not None:
        run.found = step.found
    if step.table is not UNSET:
        run.table = step.table
    if step.again_at:
        run.leased_until = step.again_at
    if step.is_over:
        is_check = run.state == Run.State.CHECKING
        run.state = Run.State.CHECKED if is_check else Run.State.DONE
        run.leased_until = None
    run.save()


def _fail(run_id: int, until: datetime, failure: str, now: datetime) -> None:
    own = Run.objects.filter(pk=run_id, leased_until=until)
    own.update(state=Run.State.FAILED, failure=failure[:300], leased_until=None, changed_at=now)


def tidy(now: datetime) -> None:
    """Drop what nobody decided on, and forget the tables of what is long over."""
    old = Run.objects.filter(changed_at__lt=now - KEPT)
    waiting = old.filter(state__in=(Run.State.CHECKED, Run.State.FAILED))
    waiting.update(state=Run.State.DROPPED, table=b"", given={})
    old.filter(state__in=OVER).exclude(table=b"").update(table=b"")
