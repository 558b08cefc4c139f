"""A number registered without its carrier."""

import pytest

from apps.shipments import recording, registering
from apps.shipments.models import Leg
from apps.shipments.reports import LegReport, NumberReport
from tests.builders import NOW, make_merchant, report, sighting

UPS = "1Z5R89390357567127"

pytestmark = pytest.mark.django_db


def registered(**fields):
    pk = registering.register(make_merchant().pk, now=NOW, **fields)
    return Leg.objects.get(shipment_id=pk)


def test_it_gets_the_carrier_it_must_be_of():
    leg = registered(number=UPS)

    assert (leg.carrier_code, leg.carrier_name, leg.carrier.code) == ("ups", "UPS", "ups")


def test_it_gets_the_post_that_issued_it():
    leg = registered(number="RB123456785GB")

    assert (leg.carrier_code, leg.carrier_name) == ("royal_mail", "Royal Mail")
    assert leg.carrier.code == "royal_mail"


@pytest.mark.parametrize("number", ["986578788855", "60120172242323", "my parcel", "RB123456785CV"])
def test_it_gets_none_when_several_could_have_given_it(number):
    leg = registered(number=number)

    assert (leg.carrier_code, leg.carrier_name) == ("", "")


def test_a_carrier_that_was_named_is_believed():
    assert registered(number=UPS, carrier_code="fedex").carrier_code == "fedex"


def test_what_its_carrier_reports_lands_on_the_same_leg():
    leg = registered(number=UPS)
    told = report(
        sighting("in_transit", leg=0),
        legs=(LegReport("ups", "UPS"),),
        numbers=(NumberReport(UPS, leg=0),),
    )

    recording.record(leg.shipment_id, told, now=NOW)

    assert Leg.objects.filter(shipment_id=leg.shipment_id).count() == 1
