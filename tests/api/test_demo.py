"""The demo: the documents' own parcels on pages and in every API."""

import json
import stat

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.http import HttpRequest

from apps.shipments.models import Event, Shipment
from tests.api.callers import Caller
from tests.builders import make_merchant, recorded


@pytest.fixture
def folder(db, settings, tmp_path, monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    settings.VAR_DIR = tmp_path / "demo"
    settings.VAR_DIR.mkdir()
    return settings.VAR_DIR


@pytest.fixture
def facts(described):
    call_command("demo", verbosity=0)
    return described()


@pytest.fixture
def described(folder, capsys):
    def run():
        capsys.readouterr()
        call_command("demo", "--describe")
        return json.loads(capsys.readouterr().out)

    return run


def test_the_description_says_where_everything_is(facts):
    assert list(facts) == ["url", "admin", "keys", "shipments", "pages"]
    assert list(facts["keys"]) == ["merchant", "carrier"]
    assert list(facts["shipments"]) == ["sorted_v2", "sorted_v1", "shiplemon", "shipstation"]


def test_every_page_answers(client, facts):
    statuses = {name: client.get(path).status_code for name, path in facts["pages"].items()}

    assert set(statuses.values()) == {200}
    assert {"sorted_v2", "sorted_v1", "shipstation", "shiplemon"} <= set(statuses)


def test_the_documents_contents_level_parcel_is_served(facts):
    caller = Caller("x-api-key", facts["keys"]["merchant"])
    reference = facts["shipments"]["sorted_v2"]

    body = caller.get(f"/pro/tracking/{reference}/shipment_contents").json()

    document = json.loads(recorded("sorted_v2_contents.json").replace(b"12:00.00", b"12:00:00"))
    del body["_links"], document["_links"]
    assert body == document


def test_the_documents_two_legs_are_served(facts):
    caller = Caller("ocp-apim-subscription-key", facts["keys"]["merchant"])

    body = caller.get(f"/tracking/{facts['shipments']['sorted_v1']}").json()

    assert body == json.loads(recorded("sorted_v1_two_legs.json"))


def test_the_documents_usps_parcel_is_served(facts):
    caller = Caller("API-Key", facts["keys"]["merchant"])

    body = caller.get("/v1/tracking", facts["shipments"]["shipstation"]).json()

    assert body == json.loads(recorded("shipstation_usps.json"))


def test_the_documents_greek_parcel_is_served(facts):
    caller = Caller("x-api-key", facts["keys"]["merchant"])
    path = f"/public/v1/shipments/{facts['shipments']['shiplemon']}/tracking"

    history = caller.get(path).json()["data"]["tracking_history"]

    assert history == json.loads(recorded("shiplemon_elta.json"))["data"]["tracking_history"]


def test_the_shops_key_lists_its_parcels_in_our_own_words_and_manages(facts):
    caller = Caller("Authorization", f"Bearer {facts['keys']['merchant']}")

    listed = caller.get("/api/shipments").json()["data"]

    assert facts["shipments"]["sorted_v2"] in {one["reference"] for one in listed}
    assert caller.get("/api/brands").status_code == 200


def test_the_carriers_key_pushes(facts):
    caller = Caller("ocp-apim-subscription-key", facts["keys"]["carrier"])
    consignment = Shipment.objects.get(consignment_reference=facts["shipments"]["sorted_v1"])
    package = consignment.items.order_by("position")[1].package_reference
    event = {"TimeStamp": "2020-02-11T10:00:00+01:00", "Code": "Delivered", "Description": "In"}
    packages = [{"PackageReference": package, "TrackingEvents": [event]}]
    events = [
        {
            "ConsignmentTrackingReference": consignment.consignment_reference,
            "PackageTrackingEvents": packages,
        }
    ]

    answer = caller.post(
        "/tracking/carrierevents", {"CarrierReference": "B", "ConsignmentTrackingEvents": events}
    )

    consignment.refresh_from_db()
    assert (answer.status_code, consignment.code) == (200, "delivered")


def test_the_staff_login_works_and_its_password_is_nobodys_guess(facts):
    admin = facts["admin"]
    known = authenticate(HttpRequest(), username=admin["username"], password=admin["password"])

    assert known.is_superuser
    assert len(admin["password"]) >= 12


def test_a_second_run_adds_nothing(facts, described):
    before = (Shipment.objects.count(), Event.objects.count())

    call_command("demo", verbosity=0)

    assert (Shipment.objects.count(), Event.objects.count()) == before
    assert described() == facts


def test_keys_and_password_are_kept_for_the_owner_only(facts, folder):
    assert stat.S_IMODE((folder / "demo.json").stat().st_mode) == 0o600


def test_a_demo_in_the_folder_run_py_gives_it_is_described_too(facts, folder, settings, described):
    settings.VAR_DIR = folder.parent

    assert described() == facts


def test_the_port_in_the_environment_counts(facts, described, monkeypatch):
    monkeypatch.setenv("PORT", "8123")

    assert described()["url"] == "http://127.0.0.1:8123"


def test_an_installation_with_shops_of_its_own_is_left_alone(folder):
    make_merchant("Real")

    with pytest.raises(CommandError):
        call_command("demo", verbosity=0)

    assert Shipment.objects.count() == 0


def test_without_a_demo_there_is_nothing_to_describe(described):
    with pytest.raises(CommandError):
        described()
