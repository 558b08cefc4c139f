"""What machines beside us are told, and who else is not."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from prometheus_client.parser import text_string_to_metric_families

from apps.providers.operations import readiness
from apps.providers.tallies import add
from tests.builders import NOW
from tests.providers.making import make_account, make_watch

TOKEN = "a-token-of-16-and-more"


def unreachable(execute, sql, params, many, context):
    raise OperationalError("connection to server at db.example failed")


def test_living_needs_no_database(client):
    answer = client.get("/health/live")

    assert answer.status_code == 200
    assert answer.content == b"alive\n"


def test_a_quiet_site_is_ready(client, db):
    answer = client.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json() == {
        "is_ready": True,
        "database": True,
        "migrations": True,
        "oldest_due_seconds": 0.0,
    }


def test_a_database_that_fails_is_told_without_its_name(client, db):
    with connection.execute_wrapper(unreachable):
        answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["database"] is False
    assert "example" not in answer.content.decode()


def test_a_missing_migration_is_told(client, db):
    MigrationRecorder(connection).record_unapplied("providers", "0001_initial")

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json()["migrations"] is False


@pytest.mark.parametrize(("seconds", "is_ready"), [(60, True), (61, False)])
def test_a_question_that_is_long_due_is_told(db, settings, seconds, is_ready):
    settings.SYNC_LAG_LIMIT_SECONDS = 60
    make_watch(make_account(), due_at=NOW - timedelta(seconds=seconds))

    found = readiness(NOW)

    assert found["is_ready"] is is_ready
    assert found["oldest_due_seconds"] == seconds


def test_a_question_that_is_not_due_yet_is_no_lag(db):
    make_watch(make_account(), due_at=NOW + timedelta(seconds=1))

    assert readiness(NOW)["oldest_due_seconds"] == 0.0


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_answers_are_not_kept_by_anybody(client, db, path):
    assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_machines_may_ask_in_plain_http(client, db, settings, path):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get(path).status_code == 200
    assert client.get("/").status_code == 301


def numbers(client, **more):
    text = client.get("/metrics", **more).content.decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_numbers_are_told_by_provider_and_trouble(client, db):
    add("shipstation", {"asked": 3, "answered": 2, "rate_limited": 1})
    add("sorted_v2", {"asked": 5, "malformed": 4})

    assert numbers(client) == {
        ("tracking_provider_asked_total", "shipstation"): 3,
        ("tracking_provider_asked_total", "sorted_v2"): 5,
        ("tracking_provider_answered_total", "shipstation"): 2,
        ("tracking_provider_errors_total", "shipstation", "rate_limited"): 1,
        ("tracking_provider_errors_total", "sorted_v2", "malformed"): 4,
        ("tracking_provider_lag_seconds", "shipstation"): 0,
        ("tracking_provider_lag_seconds", "sorted_v2"): 0,
    }


def test_lag_is_told_for_a_provider_that_was_never_asked(client, db):
    make_watch(make_account(), due_at=NOW)

    assert numbers(client)["tracking_provider_lag_seconds", "shipstation"] > 0


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_this_machine_sees_the_numbers(client, db, address):
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "", "unix:"])
def test_another_machine_does_not(client, db, address):
    answer = client.get("/metrics", REMOTE_ADDR=address)

    assert answer.status_code == 401
    assert answer.content == b""


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_a_proxy_on_this_machine_does_not_open_them(client, db, name):
    assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 401


def test_behind_a_proxy_a_token_is_needed(client, db, settings):
    settings.IS_BEHIND_PROXY = True

    assert client.get("/metrics").status_code == 401


def test_the_token_opens_them_from_anywhere(client, db, settings):
    settings.METRICS_TOKEN = TOKEN

    answer = client.get(
        "/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, REMOTE_ADDR="192.0.2.1"
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer é"])
def test_with_a_token_set_nothing_else_opens_them(client, db, settings, given):
    settings.METRICS_TOKEN = TOKEN

    answer = client.get("/metrics", headers={"Authorization": given})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
