"""Imports brought to their ends, without a worker."""

from apps.desk import importing, runs
from apps.desk.models import Membership
from tests.builders import NOW

ROW = ("R1", "A1", "JJD000390007882974565", "dhl", "maria@example.com", "Mug", "2")


def at_noon():
    return NOW


def begun(payload, anna):
    merchant = Membership.objects.get(user=anna).merchant
    return importing.start(payload, "shop.csv", merchant=merchant, user=anna, now=NOW)


def worked(run):
    while runs.work(run.pk, at_noon, 60):
        pass
    run.refresh_from_db()
    return run


def checked(payload, anna):
    return worked(begun(payload, anna))


def imported(payload, anna, **given):
    run = checked(payload, anna)
    assert runs.approve(run, NOW, **given), run.failure
    return worked(run)
