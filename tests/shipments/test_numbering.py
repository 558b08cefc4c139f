"""A tracking number more, and a leg's carrier put right."""

import pytest

from apps.shipments import carrying, contents, correcting, numbering, recording
from apps.shipments.models import Item, Leg, Outbox, TrackingNumber
from apps.shipments.reports import LegReport, NumberReport
from apps.shipments.wanted import AddedNumber, LegChange, NewItem
from tests.builders import NOW, make_shipment, report, sighting

pytestmark = pytest.mark.django_db

DHL, UPS = LegReport("dhl", "DHL"), LegReport("ups", "UPS")


def add(shipment, number="JD09", **fields):
    pk = numbering.add_number(shipment.pk, AddedNumber(number, **fields), now=NOW)
    return TrackingNumber.objects.select_related("leg").get(pk=pk)


def test_an_added_number_is_followed_from_now_on():
    shipment = make_shipment()

    number = add(shipment, carrier_code="dhl")

    shipment.refresh_from_db()
    assert (number.is_followed, number.switched_at) == (True, NOW)
    assert (number.leg.carrier.code, number.leg.carrier_name) == ("dhl", "DHL")
    assert list(Outbox.objects.values_list("version", flat=True)) == [shipment.version] == [1]


def test_a_number_that_is_not_to_be_followed_is_left_alone():
    number = add(make_shipment(), is_followed=False)

    assert (number.is_followed, number.switched_at) == (False, None)


def test_a_carriers_other_names_mean_its_leg():
    shipment = make_shipment(report=report(legs=(LegReport("usps"),)))

    assert add(shipment, carrier_code="stamps_com").leg == Leg.objects.get()


def test_news_of_an_added_number_is_of_its_leg():
    shipment = make_shipment(report=report(legs=(DHL,)))
    leg = add(shipment, carrier_code="ups").leg

    told = report(sighting("delivered", leg=0), legs=(UPS,), numbers=(NumberReport("jd 09", 0),))
    recording.record(shipment.pk, told, now=NOW)

    assert shipment.events.get().leg == leg.position == 2
    assert TrackingNumber.objects.count() == 1


def test_a_leg_that_another_carrier_has_is_not_given_away():
    shipment = make_shipment(report=report(legs=(DHL, UPS)))

    with pytest.raises(numbering.OtherCarrier):
        add(shipment, carrier_code="dhl", leg=2)


def test_a_leg_nobody_named_gets_the_carrier_of_its_number():
    shipment = make_shipment(report=report(legs=(DHL, LegReport(service_name="Last mile"))))

    assert add(shipment, carrier_code="ups", leg=2).leg.carrier_code == "ups"


def test_a_guess_does_not_gainsay_a_named_leg():
    shipment = make_shipment(report=report(legs=(DHL, UPS)))

    assert add(shipment, "1Z5R89390357567127", leg=1).leg.carrier_code == "dhl"


def test_parts_of_another_shipment_are_none_of_this_one():
    shipment = make_shipment(report=report(legs=(DHL,)))

    with pytest.raises(Leg.DoesNotExist):
        add(shipment, leg=2)
    with pytest.raises(Item.DoesNotExist):
        add(shipment, item="sc_1")
    assert not TrackingNumber.objects.exists()


def test_a_number_of_the_whole_is_every_items_already():
    shipment = make_shipment(report=report(legs=(DHL,), numbers=(NumberReport("JD09", 0),)))
    item = contents.add_item(shipment.pk, NewItem("Mug"), now=NOW)

    with pytest.raises(correcting.NumberTaken):
        add(shipment, item=item)


def test_a_leg_changes_carrier_and_service_at_once():
    leg = LegReport("dhl", "DHL", "express", "Express", 2)
    said = report(sighting("delivered", leg=0), legs=(leg,), numbers=(NumberReport("JD09", 0),))
    shipment = make_shipment(report=said)

    result = carrying.change_leg(shipment.pk, 1, LegChange("UPS", service_code="next"), now=NOW)

    told = Leg.objects.get()
    assert (told.carrier.code, told.service_code, told.service_name) == ("ups", "next", "")
    assert (told.estimated_days, result.version, result.changed) == (None, 2, 1)


def test_a_carrier_nobody_knows_changes_nothing():
    shipment = make_shipment(report=report(legs=(DHL,)))

    with pytest.raises(correcting.UnknownCarrier):
        carrying.change_leg(shipment.pk, 1, LegChange("dhll"), now=NOW)
    with pytest.raises(Leg.DoesNotExist):
        carrying.change_leg(shipment.pk, 2, LegChange("ups"), now=NOW)


def test_a_number_of_a_leg_that_changed_carrier_is_asked_about_anew():
    shipment = make_shipment()
    add(shipment, carrier_code="dhl")
    TrackingNumber.objects.update(switched_at=None, asked_at=NOW, answered_at=NOW)

    carrying.change_leg(shipment.pk, 1, LegChange("ups"), now=NOW)

    number = TrackingNumber.objects.get()
    assert (number.switched_at, number.asked_at, number.is_followed) == (NOW, None, True)
