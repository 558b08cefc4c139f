"""A shop puts right what it said of a shipment."""

from datetime import timedelta

import pytest

from apps.shipments import persons
from apps.shipments.amending import PersonErased, amend
from apps.shipments.models import Outbox, Recipient, Shipment, TrackingNumber
from apps.shipments.reading import journey_of
from apps.shipments.registering import register
from apps.shipments.wanted import Different
from tests.builders import NOW, make_merchant, make_shipment

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
NAMES = {
    "custom_reference": "A-2",
    "order_reference": "77",
    "channel": "fr",
    "origin_country": "DE",
    "destination_country": "FR",
}


def changed(shipment, **fields):
    return amend(shipment.pk, Different(**fields), now=LATER)


def test_names_and_countries_become_different_and_others_are_told():
    shipment = make_shipment(custom_reference="A-1", order_reference="77")

    result = changed(shipment, names=NAMES)

    shipment.refresh_from_db()
    assert {name: getattr(shipment, name) for name in NAMES} == NAMES
    assert (result.version, shipment.version, shipment.updated_at) == (1, 1, LATER)
    assert Outbox.objects.get().version == 1


def test_what_is_as_it_was_changes_nothing():
    shipment = make_shipment(**NAMES)

    assert changed(shipment, names=NAMES).is_changed is False
    assert not Outbox.objects.exists()


def test_a_recipient_is_merged_field_by_field():
    shipment = make_shipment()
    Recipient.objects.create(shipment=shipment, name="P. Jones", city="Wilmslow")

    changed(shipment, recipient={"name": "", "email": "p@example.com"})

    told = journey_of(shipment.pk).recipient
    assert (told.name, told.email, told.city) == ("", "p@example.com", "Wilmslow")
    assert changed(shipment, recipient={"city": "Wilmslow"}).is_changed is False


def test_a_recipient_comes_and_goes():
    shipment = make_shipment()

    assert changed(shipment, recipient={"name": "P."}).version == 1
    assert changed(shipment, recipient={"name": ""}).version == 2
    assert not Recipient.objects.exists()
    assert changed(shipment, recipient={"name": ""}).is_changed is False
    changed(shipment, recipient={"name": "P."})
    assert changed(shipment, has_no_recipient=True).version == 4
    assert changed(shipment, has_no_recipient=True).is_changed is False


def test_an_erased_person_stays_so_and_nothing_else_changes_with_it():
    shipment = make_shipment(custom_reference="A-1")
    persons.erase([shipment.pk], now=NOW)

    with pytest.raises(PersonErased):
        changed(shipment, names=NAMES, recipient={"name": "P."})

    assert Shipment.objects.get().custom_reference == "A-1"
    assert changed(shipment, names=NAMES).is_changed is True


def test_following_is_switched_without_news():
    pk = register(make_merchant().pk, carrier_code="ups", number="AB1", now=NOW)
    version = Shipment.objects.get().version

    result = amend(pk, Different(is_followed=True), now=LATER)

    assert (result.is_changed, result.version) == (False, version)
    assert TrackingNumber.objects.get().switched_at == LATER


def test_a_change_takes_as_many_statements_with_a_recipient_there(django_assert_max_num_queries):
    shipment = make_shipment()
    Recipient.objects.create(shipment=shipment, name="P. Jones")

    with django_assert_max_num_queries(22):
        changed(shipment, names=NAMES, recipient={"name": "Q."}, is_followed=True)
