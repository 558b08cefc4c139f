"""Asking carriers again about many parcels: told beforehand, bit by bit, within quotas."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.urls import reverse

from apps.desk import asking, runs
from apps.desk.models import Membership, Role, Run
from apps.providers import budgets
from apps.providers.models import Account, Watch
from apps.shipments.models import Shipment
from tests.builders import NOW, make_merchant, make_shipment
from tests.desk.seating import seat
from tests.providers.making import make_account, make_watch

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=6)
LIST = "admin:shipments_shipment_changelist"


@pytest.fixture
def anna():
    return seat(make_merchant())


@pytest.fixture
def acme(anna):
    return Membership.objects.get(user=anna).merchant


@pytest.fixture
def web(client, anna):
    client.force_login(anna)
    return client


def watches(account, count, due_at=LATER):
    return [
        make_watch(account, number=f"94001{account.pk}{n:03d}", due_at=due_at) for n in range(count)
    ]


def begun(anna, shipments=None):
    merchant = Membership.objects.get(user=anna).merchant
    own = Shipment.objects.filter(merchant=merchant) if shipments is None else shipments
    return asking.start(own, merchant=merchant, user=anna, now=NOW)


def worked(run, now=NOW):
    runs.work(run.pk, lambda: now, 60)
    run.refresh_from_db()
    return run


def approved(anna):
    run = worked(begun(anna))
    assert runs.approve(run, NOW)
    return run


def due(now=NOW):
    return Watch.objects.filter(due_at__lte=now).count()


def test_it_is_told_what_asking_takes_and_nothing_is_asked(anna, acme):
    watches(make_account(merchant=acme, daily_budget=100), 3)
    make_shipment(acme)

    run = worked(begun(anna))

    assert run.state == "checked"
    assert (run.found["shipments"], run.found["watched"], run.found["to_do"]) == (4, 3, 3)
    (told,) = run.found["accounts"]
    # Half of the 95 calls of a day that are used: one in half an hour.
    assert (told["watches"], told["calls"], told["minutes"]) == (3, 3, 91)
    assert due() == 0


def test_what_is_over_or_not_watched_is_not_asked_about(anna, acme):
    account = make_account(merchant=acme)
    make_watch(account, due_at=None, ended="final")

    run = worked(begun(anna))

    assert (run.found["shipments"], run.found["to_do"]) == (1, 0)


def test_an_approved_run_brings_all_forward_where_no_quota_is(anna, acme):
    watches(make_account(merchant=acme, hourly_budget=None, daily_budget=None), 3)

    run = worked(approved(anna))

    assert (run.state, run.found["asked"]) == ("done", {"brought_forward": 3, "due_anyhow": 0})
    assert due() == 3
    assert bytes(run.table) == b""


def test_no_more_is_brought_forward_than_half_of_what_the_quota_bears(anna, acme):
    account = make_account(merchant=acme, hourly_budget=10)
    watches(account, 30)
    bears = budgets.allowance(account, NOW).calls
    batch = account.client.limits.batch

    run = worked(approved(anna))

    assert run.state == "applying"
    assert due() == run.done == -(-bears // 2) * batch < 30
    assert run.leased_until == NOW + asking.PAUSE


def test_it_waits_while_the_provider_has_not_caught_up_and_goes_on_when_it_has(anna, acme):
    account = make_account(merchant=acme, hourly_budget=10)
    watches(account, 30)
    run = worked(approved(anna))
    first = run.done

    then = NOW + asking.PAUSE
    assert worked(run, then).done == first
    Watch.objects.filter(due_at__lte=NOW).update(due_at=LATER)  # asked meanwhile
    run = worked(run, then + asking.PAUSE)

    assert run.done == first * 2
    assert due(then + asking.PAUSE) == first


def test_an_account_that_may_not_be_asked_yet_is_waited_for(anna, acme):
    account = make_account(merchant=acme)
    watches(account, 2)
    Account.objects.update(not_before=NOW + timedelta(minutes=5))

    assert worked(approved(anna)).done == 0
    run = worked(Run.objects.get(), NOW + timedelta(minutes=5))

    assert (run.state, run.done) == ("done", 2)


def test_an_account_that_is_paused_or_gone_is_passed_over(anna, acme):
    watches(make_account(merchant=acme), 2)
    gone = make_account(merchant=acme)
    watches(gone, 1)
    run = approved(anna)
    gone.delete()
    Account.objects.update(paused_at=NOW)

    worked(run)

    assert (run.state, run.found["asked"]) == ("done", {"passed_over": 2})
    assert due() == 0


def test_many_shipments_are_looked_up_in_parts(anna, acme, django_assert_max_num_queries):
    account = make_account(merchant=acme)
    wanted = [Shipment(merchant=acme) for _ in range(asking.LOOKED_UP + 1)]
    Shipment.objects.bulk_create(wanted)
    watches(account, 1)
    run = begun(anna)

    with django_assert_max_num_queries(9):
        assert runs.work(run.pk, lambda: NOW, 0)
    run.refresh_from_db()

    assert (run.done, run.state) == (asking.LOOKED_UP, "checking")
    assert worked(run).found["to_do"] == 1


def send(web, shipments, follow=True, **more):
    data = {"action": "ask_again", "_selected_action": [one.pk for one in shipments], **more}
    return web.post(reverse(LIST), data, follow=follow)


def test_ticked_shipments_are_asked_about_in_the_browser(web, acme):
    account = make_account(merchant=acme)
    first, _second = watches(account, 2)

    send(web, [Shipment.objects.get(pk=first.shipment_id)])
    run = worked(Run.objects.get())
    page = web.get(reverse("admin:run", args=[run.pk])).content.decode()
    assert "Questions" in page and str(account) in page
    web.post(reverse("admin:run_apply", args=[run.pk]))
    worked(run)

    run.refresh_from_db()
    assert run.state == "done"
    entries = LogEntry.objects.filter(content_type__model="run").order_by("pk")
    assert [entry.change_message[:9] for entry in entries] == [
        "Asked wha",
        "Approved.",
        "Asked aga",
    ]


def test_another_merchants_shipments_are_never_asked_about(web, acme):
    foreign = make_watch(make_account(merchant=make_merchant("Other")), due_at=LATER)
    own = make_shipment(acme)

    send(web, [own, Shipment.objects.get(pk=foreign.shipment_id)])

    assert worked(Run.objects.get()).found["shipments"] == 1


def test_whoever_may_only_look_has_nobody_asked(client, acme):
    client.force_login(seat(acme, "vera", Role.VIEWER))

    send(client, [make_shipment(acme)])

    assert not Run.objects.exists()


def test_shipments_of_several_merchants_are_a_run_of_the_platforms_staff_only(
    client, web, anna, acme
):
    other = make_merchant("Other")
    Membership.objects.create(user=anna, merchant=other, role=Role.OPERATOR)
    both = [make_shipment(acme), make_shipment(other)]

    refused = send(web, both)
    assert "one merchant" in refused.content.decode()
    assert not Run.objects.exists()
    client.force_login(User.objects.create_superuser("root"))
    send(client, both)

    assert Run.objects.get().merchant is None
