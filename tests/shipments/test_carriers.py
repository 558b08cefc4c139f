"""Carriers' rows: for every code that anything of ours can give a leg, and their pages."""

import importlib
import re
from urllib.parse import urlsplit

import pytest
from django.apps import apps

from apps.dialects import (
    aftership_words,
    dhl_services,
    easypost_words,
    fedex_words,
    shipstation_words,
    ups_words,
)
from apps.providers.registry import CLIENTS
from apps.shipments import recognition
from apps.shipments.formats.carriers import COURIERS, NO_CARRIER, POSTS
from apps.shipments.formats.hints import HINTS
from apps.shipments.models import Carrier, CarrierName, Leg, carrier_page
from apps.shipments.reports import LegReport
from tests.builders import make_shipment, report

pytestmark = pytest.mark.django_db

migration = importlib.import_module("apps.shipments.migrations.0004_more_carriers")

TABLES = {
    "formats": [one.code for one in (*COURIERS.values(), *POSTS.values())],
    "formats without a line of their own": [
        courier.courier_code
        for courier, definition in recognition.definitions()
        if not {definition.id, courier.courier_code} & COURIERS.keys()
    ],
    "hints": [hint.carrier.code for hint in HINTS],
    "DHL's services": [service.carrier_code for service in dhl_services.SERVICES.values()],
    "DHL": [dhl_services.UNNAMED.carrier_code, *dhl_services.CARRIERS, *dhl_services.DIVISIONS],
    "DHL's partners": [code for code, _ in dhl_services.PARTNERS.values()],
    "UPS's and FedEx's partners": [
        code for code, _ in (*ups_words.PARTNERS.values(), *fedex_words.PARTNERS.values())
    ],
    "AfterShip": [*aftership_words.SLUGS, *aftership_words._ALSO],
    "EasyPost": [*easypost_words.CARRIERS, *easypost_words._ALSO],
    "ShipStation": [*shipstation_words.USPS_CARRIERS],
    "clients": [code for client in CLIENTS.values() for code in client.carriers or ()],
}


@pytest.mark.parametrize("codes", TABLES.values(), ids=TABLES)
def test_every_code_we_can_give_has_its_carrier(codes):
    known = set(CarrierName.objects.values_list("code", flat=True))

    assert codes
    assert set(codes) - {NO_CARRIER} <= known


def test_every_carrier_goes_by_its_own_code_and_name():
    names = set(CarrierName.objects.values_list("carrier_id", "code"))

    for carrier in Carrier.objects.all():
        assert (carrier.pk, carrier.code) in names
        assert carrier.name
        assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", carrier.code)


def test_carriers_pages_are_secure_and_take_the_number():
    pages = [page for page in Carrier.objects.values_list("tracking_url", flat=True) if page]

    assert len(pages) > 20
    for page in pages:
        address = urlsplit(carrier_page(page, "AB 1"))
        assert address.scheme == "https"
        assert "AB1" in f"{address.path}?{address.query}#{address.fragment}"


def leg_of(code, name=""):
    shipment = make_shipment(report=report(legs=(LegReport(code, name),)))
    return Leg.objects.get(shipment=shipment)


def test_a_leg_of_a_new_carrier_has_its_row_and_page():
    leg = leg_of("royal_mail")

    assert (leg.carrier.code, leg.carrier_name) == ("royal_mail", "Royal Mail")
    assert carrier_page(leg.carrier.tracking_url, "RB123456785GB") == (
        "https://www.royalmail.com/track-your-item#/tracking-results/RB123456785GB"
    )


def test_dhls_two_codes_for_its_parcels_at_home_are_one_carrier():
    assert leg_of("dhl_paket").carrier_code == "dhl_parcel_de"


def load():
    migration.load(apps, None)


def test_what_staff_have_entered_stays():
    Carrier.objects.filter(code="gls").update(name="GLS Spain", tracking_url="https://a.example/")
    before = (Carrier.objects.count(), CarrierName.objects.count())

    load()

    gls = Carrier.objects.get(code="gls")
    assert (gls.name, gls.tracking_url) == ("GLS Spain", "https://a.example/")
    assert (Carrier.objects.count(), CarrierName.objects.count()) == before


def test_numbers_that_are_taken_are_passed_over():
    Carrier.objects.filter(code__in=["acs", "gls"]).delete()
    Carrier.objects.create(code="our_van", number=200, name="Our van")

    load()

    numbers = list(Carrier.objects.values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers)
    assert Carrier.objects.filter(code__in=["acs", "gls"]).count() == 2


def test_legs_recorded_before_are_pointed_to_their_carriers():
    shipment = make_shipment()
    for position, code in enumerate(("GLS", "dhl_paket", "nobody", ""), 1):
        Leg.objects.create(shipment=shipment, position=position, order=position, carrier_code=code)

    load()

    columns = ("carrier__code", "carrier_code", "carrier_name")
    assert list(Leg.objects.order_by("position").values_list(*columns)) == [
        ("gls", "gls", "GLS"),
        ("dhl_parcel_de", "dhl_parcel_de", "DHL Paket"),
        (None, "nobody", ""),
        (None, "", ""),
    ]
