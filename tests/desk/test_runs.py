"""Work in steps: it goes on where it stopped, whoever dies; nothing is lost and nothing doubled."""

import os
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, connections
from django_tasks import task_backends

from apps.desk import runs
from apps.desk.models import Run
from apps.desk.runs import Failure, Step
from apps.shipments.models import Merchant
from tests.builders import NOW, make_merchant

pytestmark = pytest.mark.django_db

STEPS = 5


def at_noon():
    return NOW


class Counting:
    """Adds a merchant in each step of applying: what is lost or doubled shows in the table."""

    def check(self, run, now):
        return Step(1, total=STEPS, found={"seen": STEPS}, is_over=True)

    def apply(self, run, now):
        make_merchant(f"Step {run.done}")
        self.trouble(run)
        return Step(run.done + 1, is_over=run.done + 1 == STEPS)

    def trouble(self, run): ...


@contextmanager
def running(kind):
    runs.RUNNERS["test"] = kind
    try:
        yield
    finally:
        del runs.RUNNERS["test"]


@pytest.fixture
def counting():
    with running(Counting()):
        yield


def begin(now=NOW, **fields):
    user = User.objects.create(username="staff")
    return runs.start("test", merchant=None, user=user, given={}, now=now, **fields)


def approved():
    run = begin()
    runs.work(run.pk, at_noon, 60)
    run.refresh_from_db()
    runs.approve(run, NOW)
    return run


def state_of(run):
    run.refresh_from_db()
    return run.state


def test_a_run_is_checked_and_then_waits_for_a_word(counting):
    run = begin()

    is_more = runs.work(run.pk, at_noon, 60)

    assert not is_more
    assert state_of(run) == "checked"
    assert (run.total, run.found) == (STEPS, {"seen": STEPS})
    assert not Merchant.objects.exists()


def test_an_approved_run_is_done_step_by_step_to_the_end(counting):
    run = approved()

    runs.work(run.pk, at_noon, 60)

    assert state_of(run) == "done"
    assert run.done == Merchant.objects.count() == STEPS
    assert run.leased_until is None


def test_a_run_is_only_done_once_it_was_approved(counting):
    assert not runs.approve(begin(), NOW)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_job_is_sent_when_the_row_is_there(counting):
    jobs = task_backends["default"]
    jobs.clear()

    run = begin()

    assert [result.args for result in jobs.results] == [[run.pk]]


def test_a_turn_ends_when_its_time_is_over_and_says_that_there_is_more(counting):
    run = approved()

    is_more = runs.work(run.pk, at_noon, 0)

    assert is_more
    assert (state_of(run), run.done, run.leased_until) == ("applying", 1, None)


def test_what_somebody_works_on_is_left_to_them(counting):
    run = approved()
    Run.objects.update(leased_until=NOW + timedelta(seconds=1))

    assert not runs.work(run.pk, at_noon, 60)
    assert not Merchant.objects.exists()
    assert not runs.unfinished(NOW)


def test_a_lease_that_has_ended_is_taken_over(counting):
    run = approved()
    Run.objects.update(leased_until=NOW, done=3)

    runs.work(run.pk, at_noon, 60)

    assert [one.name for one in Merchant.objects.order_by("pk")] == ["Step 3", "Step 4"]


def test_a_step_that_fails_leaves_nothing_of_itself():
    class Failing(Counting):
        def trouble(self, run):
            if run.done == 2:
                raise Failure("The shop is closed.")

    with running(Failing()):
        run = approved()
        runs.work(run.pk, at_noon, 60)

    assert (state_of(run), run.failure) == ("failed", "The shop is closed.")
    assert run.done == Merchant.objects.count() == 2


def test_a_fault_of_ours_fails_the_run_and_tells_no_secret():
    class Broken(Counting):
        def trouble(self, run):
            raise KeyError("maria@example.com")

    with running(Broken()):
        run = approved()
        runs.work(run.pk, at_noon, 60)

    assert (state_of(run), run.failure) == ("failed", runs.UNEXPECTED)


def test_a_run_that_failed_can_be_tried_again_from_the_check():
    class Once(Counting):
        is_broken = True

        def trouble(self, run):
            if self.is_broken:
                raise Failure("Not now.")

    kind = Once()
    with running(kind):
        run = approved()
        runs.work(run.pk, at_noon, 60)
        kind.is_broken = False
        run.refresh_from_db()
        assert runs.retry(run, NOW)
        runs.work(run.pk, at_noon, 60)

    assert (state_of(run), run.failure, run.done) == ("checked", "", 1)


def test_a_database_that_fails_leaves_the_run_to_the_next_turn():
    class Gone(Counting):
        is_gone = True

        def trouble(self, run):
            if self.is_gone:
                raise OperationalError("server closed the connection")

    kind = Gone()
    with running(kind):
        run = approved()
        with pytest.raises(OperationalError):
            runs.work(run.pk, at_noon, 60)
        assert state_of(run) == "applying"
        kind.is_gone = False
        runs.work(run.pk, lambda: NOW + runs.LEASE, 60)

    assert (state_of(run), Merchant.objects.count()) == ("done", STEPS)


def test_a_run_that_never_gets_on_is_given_up(counting):
    run = approved()
    Run.objects.update(tries=runs.MOST_TRIES)

    runs.work(run.pk, at_noon, 60)

    assert (state_of(run), run.failure) == ("failed", runs.GAVE_UP)


def test_a_dropped_run_stops_and_forgets_its_table(counting):
    run = begin(table=b"personal data")

    assert runs.drop(run, NOW)
    runs.work(run.pk, at_noon, 60)

    assert (state_of(run), bytes(run.table)) == ("dropped", b"")
    assert not runs.drop(run, NOW)


def test_a_run_dropped_while_it_is_done_goes_no_further():
    class Dropped(Counting):
        def trouble(self, run):
            if run.done == 1:
                raise OperationalError("stands for a worker that stopped here")

    with running(Dropped()):
        run = approved()
        with pytest.raises(OperationalError):
            runs.work(run.pk, at_noon, 60)
        runs.drop(run, NOW)
        assert not runs.work(run.pk, lambda: NOW + runs.LEASE, 60)
    assert Merchant.objects.count() == 1


def test_a_step_may_ask_for_a_pause():
    class Pausing(Counting):
        def apply(self, run, now):
            return Step(run.done + 1, again_at=now + timedelta(minutes=1))

    with running(Pausing()):
        run = approved()

        assert not runs.work(run.pk, at_noon, 60)
        assert (state_of(run), run.done) == ("applying", 1)
        assert not runs.unfinished(NOW)
        assert runs.unfinished(NOW + timedelta(minutes=1)).get() == run


def test_old_runs_nobody_decided_on_are_dropped_and_old_tables_forgotten(counting):
    waiting, over, fresh = begin(table=b"a"), approved_of("b"), approved_of("c")
    runs.work(waiting.pk, at_noon, 60)
    Run.objects.filter(pk=over.pk).update(state="done", table=b"b")
    Run.objects.filter(pk=fresh.pk).update(changed_at=NOW + timedelta(days=1), state="checked")

    runs.tidy(NOW + runs.KEPT + timedelta(seconds=1))

    assert [state_of(one) for one in (waiting, over, fresh)] == ["dropped", "done", "checked"]
    assert not Run.objects.exclude(table=b"").exclude(pk=fresh.pk).exists()


def approved_of(name):
    user = User.objects.create(username=name)
    return runs.start("test", merchant=None, user=user, given={}, table=name.encode(), now=NOW)


class Dying(Counting):
    """Ends its process like a pulled plug, with rows written and not committed."""

    def trouble(self, run):
        if run.done == 3:
            os._exit(9)


def in_another_process(act):
    """Run something in a process of its own and return how that ended."""
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            act()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_process_that_dies_in_the_middle_loses_and_doubles_nothing():
    with running(Dying()):
        run = approved()
        ended = in_another_process(lambda: runs.work(run.pk, at_noon, 60))

    assert ended == 9
    assert (state_of(run), run.done, Merchant.objects.count()) == ("applying", 3, 3)
    with running(Counting()):
        assert not runs.work(run.pk, at_noon, 60)
        runs.work(run.pk, lambda: NOW + runs.LEASE, 60)
    assert (state_of(run), run.done) == ("done", STEPS)
    names = [one.name for one in Merchant.objects.order_by("pk")]
    assert names == [f"Step {step}" for step in range(STEPS)]
