"""Pushes that cannot be recorded: wanted again, unless that would not help."""

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.utils import timezone

from apps.providers.models import Misfit
from apps.shipments.models import Event
from tests.builders import NOW
from tests.providers.making import make_watch, shipment_of
from tests.providers.test_hooks import NUMBER, listening, push, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def failing(error):
    """Have the database refuse what a change of a shipment writes last."""

    def execute(execute, sql, params, many, context):
        if "shipments_outbox" in sql and sql.startswith("INSERT"):
            raise error
        return execute(sql, params, many, context)

    return connection.execute_wrapper(execute)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, IntegrityError, RuntimeError])
def test_what_could_not_be_recorded_is_wanted_again(client, error):
    account = listening()
    make_watch(account, NUMBER)

    with failing(error("Jane Roe")):
        response = push(client, account, said(NUMBER))
    again = push(client, account, said(NUMBER))

    assert (response.status_code, "Retry-After" in response.headers) == (503, True)
    assert (again.status_code, again.json()["recorded"]) == (200, 1)
    assert Event.objects.count() == 1


@pytest.mark.parametrize("error", [DataError, OverflowError])
def test_what_no_database_could_hold_is_a_misfit_and_not_wanted_again(client, error):
    account = listening()
    make_watch(account, NUMBER)

    with failing(error("Jane Roe")):
        response = push(client, account, said(NUMBER, signee="Jane Roe"))

    misfit = Misfit.objects.get()
    assert (response.status_code, response.json()["recorded"]) == (200, 0)
    assert push(client, account, said(NUMBER)).json() == {"status": "known"}
    assert '"signee": "xxxx xxx"' in misfit.sample
    assert not Event.objects.exists()


def test_a_report_that_fails_keeps_no_other_of_its_push_from_being_recorded(client):
    account = listening()
    watch = make_watch(account, NUMBER)
    gone = make_watch(account, "AB2")
    body = said(NUMBER, "AB2")

    with failing_for(gone):
        response = push(client, account, body)
    again = push(client, account, body)

    assert (response.status_code, shipment_of(watch).code) == (503, "in_transit")
    assert again.json()["recorded"] == 2
    assert shipment_of(gone).code == "in_transit"
    assert Event.objects.count() == 2


def failing_for(watch):
    """Have the database refuse every change that concerns the watch's shipment."""

    def execute(execute, sql, params, many, context):
        rows = params if many else [params or ()]
        if "shipments_outbox" in sql and any(watch.shipment_id in _flat(row) for row in rows):
            raise IntegrityError("refused")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(execute)


def _flat(row):
    return [one for value in row for one in (value if isinstance(value, list) else [value])]


def test_nonsense_is_wanted_again_while_the_database_is_away(client):
    account = listening()

    with connection.execute_wrapper(refusing_misfits):
        response = push(client, account, said(NUMBER, code="arrived"))

    assert (response.status_code, "Retry-After" in response.headers) == (503, True)


def refusing_misfits(execute, sql, params, many, context):
    if "providers_misfit" in sql:
        raise OperationalError("connection to server at db.example failed")
    return execute(sql, params, many, context)
