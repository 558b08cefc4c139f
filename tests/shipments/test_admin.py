"""The vault's plain lists over HTTP, as a superuser sees them."""

import pytest
from django.contrib.auth.models import User

from apps.shipments.models import Carrier, Outbox, Shipment, UnknownWord
from tests.builders import NOW, make_shipment, report, sighting

QUERIES = 14


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff"))
    return client


@pytest.fixture
def shipment(db):
    return make_shipment(report=report(sighting("accepted")))


@pytest.mark.parametrize("model", ["shipment", "carrier", "outbox", "unknownword"])
def test_what_staff_only_look_at_cannot_be_added_or_deleted(staff, shipment, model):
    UnknownWord.objects.create(source="acs", word="XJ", times=3, last_seen_at=NOW)
    row = {"shipment": Shipment, "carrier": Carrier, "outbox": Outbox, "unknownword": UnknownWord}
    pk = row[model].objects.first().pk

    assert staff.get(f"/admin/shipments/{model}/").status_code == 200
    assert staff.get(f"/admin/shipments/{model}/{pk}/change/").status_code == 200
    assert staff.post(f"/admin/shipments/{model}/add/").status_code == 403
    assert staff.post(f"/admin/shipments/{model}/{pk}/delete/").status_code == 403


@pytest.mark.parametrize("model", ["merchant", "carrier", "outbox", "unknownword"])
def test_lists_cost_few_queries(staff, shipment, django_assert_max_num_queries, model):
    with django_assert_max_num_queries(QUERIES):
        staff.get(f"/admin/shipments/{model}/", {"q": "a"})


def test_a_carrier_shows_all_its_names(staff, db):
    usps = Carrier.objects.get(code="usps")

    html = staff.get(f"/admin/shipments/carrier/{usps.pk}/change/").text

    assert "Stamps.com" in html
