"""What holds for all four APIs alike, whatever a request is like."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

from apps.api import lookups
from tests.api.addresses import at, in_each_language
from tests.api.callers import Caller
from tests.builders import make_key

ROOTS = [
    ("/pro", "correlation_id"),
    ("/pro/nothing", "correlation_id"),
    ("/pro/tracking/a/b/c", "correlation_id"),
    ("/pro/tracking/%00/x", "correlation_id"),
    ("/tracking", "CorrelationId"),
    ("/tracking/a/b/c/d", "CorrelationId"),
    ("/carrierTrackingEvents/", "CorrelationId"),
    ("/v1", "request_id"),
    ("/v1//tracking", "request_id"),
    ("/v1/%ff%fe", "request_id"),
    ("/v1/tracking%0A", "request_id"),
    ("/v1/shipments/x", "error"),
    ("/public/v1/", "error"),
    ("/public/v1/shipments/x/tracking/", "error"),
]


@in_each_language
def test_each_answer_has_an_id_of_its_own(merchant, shipment, header, path, member):
    caller = Caller(header, make_key(merchant))
    name = "x-shipengine-requestid" if header == "API-Key" else "x-correlation-id"

    ids = {caller.get(at(path, shipment))[name] for _ in range(3)}

    assert len(ids) == 3


@pytest.mark.parametrize(("path", "member"), ROOTS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "BREW"])
def test_an_unknown_path_is_told_in_its_language(db, path, member, method):
    answer = Client().generic(method, path)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert member in answer.json()


@pytest.mark.parametrize("path", ["/nothing", "/prose", "/v10/x", "/trackings/x", "/public"])
def test_elsewhere_an_error_is_no_json(client, db, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


@in_each_language
def test_a_fault_of_ours_is_logged_and_told_in_json_without_a_trace(
    merchant, shipment, header, path, member, monkeypatch, caplog
):
    def fail(*args, **kwargs):
        raise RuntimeError("a secret")

    monkeypatch.setattr(lookups, "by_reference", fail)
    monkeypatch.setattr("apps.api.shipstation.carrier_views", fail)

    answer = Caller(header, make_key(merchant)).get(at(path, shipment))

    assert answer.status_code == 500
    assert member in answer.json()
    assert "secret" not in answer.content.decode()
    assert "RuntimeError: a secret" in caplog.text


@in_each_language
def test_a_busy_database_asks_to_come_back(merchant, shipment, header, path, member, monkeypatch):
    def wait(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr(lookups, "by_reference", wait)
    monkeypatch.setattr("apps.api.shipstation.carrier_views", wait)

    answer = Caller(header, make_key(merchant)).get(at(path, shipment))

    assert answer.status_code == 503
    assert int(answer["Retry-After"]) >= 1
    assert member in answer.json()


@in_each_language
def test_a_forged_host_is_refused_in_json(merchant, shipment, header, path, member):
    caller = Caller(header, make_key(merchant))

    answer = caller.get(at(path, shipment), HTTP_HOST="evil.example")

    assert answer.status_code == 400
    assert member in answer.json()
    assert "evil" not in answer.content.decode()


def test_links_name_the_public_address_when_there_is_one(v2, shipment, settings):
    settings.PUBLIC_URL = "https://track.example/"

    links = v2.get(f"/pro/tracking/{shipment.reference}").json()["_links"]

    address = f"https://track.example/pro/tracking/{shipment.reference}"
    assert links[0]["href"] == address


def test_no_api_starts_a_session(v2, shipment):
    v2.get(f"/pro/tracking/{shipment.reference}")

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_session")
        assert cursor.fetchone() == (0,)


def test_writing_needs_no_csrf_token(merchant, shipment):
    client = Client(enforce_csrf_checks=True, headers={"x-api-key": make_key(merchant)})

    answer = client.put(
        f"/v1/shipments/{shipment.reference}/tracking",
        '{"tracking_history": []}',
        "application/json",
    )

    assert answer.status_code == 200
