"""ShipEngine's own Python client, unchanged, against a running server."""

import json

import pytest
from shipengine import ShipEngine
from shipengine.errors import ShipEngineError

from apps.api.throttling import PerKey
from apps.dialects import shipstation
from apps.shipments.models import TrackingNumber
from tests.api.stations import LISTED
from tests.builders import make_key, make_merchant, make_shipment, recorded

# The server's threads see only what is committed; the carriers come back after each test.
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

NUMBER = "9405511899223197428490"


@pytest.fixture
def client(live_server):
    merchant = make_merchant()
    make_shipment(merchant, shipstation.read(recorded("shipstation_usps.json")))
    return client_of(live_server, make_key(merchant))


def client_of(live_server, key):
    return ShipEngine(
        {"api_key": key, "base_uri": f"{live_server.url}/", "timeout": 10, "retries": 1}
    )


def test_a_package_is_tracked_by_carrier_and_number(client):
    answer = client.track_package_by_carrier_code_and_tracking_number("stamps_com", NUMBER)

    assert answer == json.loads(recorded("shipstation_usps.json"))


def test_a_package_is_tracked_by_label(client):
    label_id = f"se-{TrackingNumber.objects.get().pk}"

    answer = client.track_package_by_label_id(label_id)

    assert answer["tracking_number"] == NUMBER
    assert len(answer["events"]) == 6


def test_carriers_are_listed(client):
    carriers = client.list_carriers()["carriers"]

    assert {carrier["carrier_code"] for carrier in carriers} >= LISTED


def test_labels_are_listed_by_tracking_number(client):
    (label,) = client.list_labels_by_tracking_number(NUMBER)["labels"]

    assert label["label_id"] == f"se-{TrackingNumber.objects.get().pk}"


@pytest.mark.parametrize(
    ("carrier_code", "number", "error_code"),
    [
        ("stamps_com", "unknown", "not_found"),
        ("nobody", NUMBER, "invalid_field_value"),
        ("stamps_com", "", "field_value_required"),
        ("stamps_com", "Ω" * 60, "not_found"),
        ("stamps_com", "1" * 200, "invalid_string_length"),
    ],
)
def test_what_cannot_be_tracked_raises_the_clients_own_error(
    client, carrier_code, number, error_code
):
    with pytest.raises(ShipEngineError) as raised:
        client.track_package_by_carrier_code_and_tracking_number(carrier_code, number)

    assert raised.value.error_code == error_code


def test_an_unknown_label_raises_the_clients_own_error(client):
    with pytest.raises(ShipEngineError) as raised:
        client.track_package_by_label_id("se-28529731")

    assert raised.value.error_code == "not_found"


def test_a_wrong_key_is_told_as_json(client, live_server):
    """The client does not raise on 401 but hands the body over."""
    stranger = client_of(live_server, "wrong")

    answer = stranger.list_carriers()

    assert answer["errors"][0]["error_code"] == "unauthorized"


def test_the_client_recovers_from_too_many_requests_by_itself(
    client, settings, monkeypatch, caplog
):
    settings.API_REQUESTS_A_MINUTE = 1
    monkeypatch.setattr(PerKey, "seconds", 1)

    answers = [client.list_carriers() for _ in range(2)]

    assert answers[0]["carriers"] == answers[1]["carriers"] != []
    assert "Too Many Requests" in caplog.text
