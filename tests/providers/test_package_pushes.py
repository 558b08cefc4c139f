"""Pushes about one package or one leg of several, which do not say so."""

import pytest
from django.utils import timezone
from msgspec.structs import replace

from apps.providers import keeping
from apps.providers.asking import Ask, Request
from apps.providers.clients.ups import Ups
from apps.providers.keeping import Told
from apps.shipments import recording
from apps.shipments.models import Item
from apps.shipments.reports import LegReport, NumberReport
from tests.builders import NOW, recorded, report
from tests.providers.making import make_watch, shipment_of
from tests.providers.test_hooks import listening, push
from tests.providers.test_proofs import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def pushed_by_ups(client, **legs):
    """Return the watch of a parcel UPS says it has delivered, of all legs that are given."""
    account = listening("ups")
    watch = make_watch(account, "1Z0A12B30390000017", "ups")
    codes = ("ups", *legs)
    numbers = [NumberReport(number, i) for i, number in enumerate((watch.name, *legs.values()))]
    known = report(legs=tuple(map(LegReport, codes)), numbers=tuple(numbers))
    recording.record(watch.shipment_id, known, now=NOW)
    push(client, account, recorded("ups/alert.json"), {"credential": SECRET})
    watch.refresh_from_db()
    return watch


def test_a_delivery_that_leaves_open_whose_it_was_is_asked_about_at_once(client):
    watch = pushed_by_ups(client, elta="EL123")

    before = shipment_of(watch).code
    answer = Ups().read(Request((Ask(watch.name),), ""), recorded("ups/delivered_dst.json"))[0]
    keeping.keep(watch.account, [Told(watch, [answer.told])], NOW)

    assert (before, watch.due_at) == ("delivered", NOW)
    assert shipment_of(watch).code == "in_transit.handed_over"


def test_an_open_push_about_a_parcel_on_its_way_saves_a_question(client):
    account = listening("ups")
    watch = make_watch(account, "1Z0A12B30390000017", "ups")
    body = recorded("ups/alert.json").replace(b'"D", "code": "FS"', b'"I", "code": "DS"')
    body = body.replace(b"20250310", b"20260301")

    push(client, account, body, {"credential": SECRET})

    watch.refresh_from_db()
    assert shipment_of(watch).code.startswith("in_transit")
    assert watch.due_at > NOW


def test_a_push_about_one_package_tells_nothing_of_the_others(client):
    account = listening("ups")
    watch = make_watch(account, "1Z0A12B30190000066", "ups")
    answer = Ups().read(Request((Ask(watch.name),), ""), recorded("ups/pieces.json"))[0]
    numbers = tuple(NumberReport(n.number, n.leg, n.item) for n in answer.told.numbers)
    known = replace(answer.told, sightings=(), numbers=numbers)
    recording.record(watch.shipment_id, known, now=NOW)
    body = recorded("ups/alert.json").replace(b"1Z0A12B30390000017", b"1Z0A12B30190000075")

    response = push(client, account, body, {"credential": SECRET})

    codes = Item.objects.order_by("position").values_list("code", flat=True)
    assert response.json()["recorded"] == 1
    assert [code.partition(".")[0] for code in codes][1] == "delivered"
    assert shipment_of(watch).code == "delivered.partial"
