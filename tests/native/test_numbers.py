"""A shop puts tracking numbers and carriers right, and says which to ask about."""

import pytest

from apps.providers.enrolling import enrol
from apps.providers.models import Watch
from apps.shipments.models import Event, Leg, TrackingNumber
from apps.shipments.reports import ItemReport, LegReport, Limits, NumberReport
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.native.managing import Program, pointers
from tests.native.shapes import DHL, make_whole, path_of
from tests.providers.making import make_account

UPS_NUMBER = "1Z5R89390357567127"


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def shipment(merchant):
    return make_whole(merchant)


def add(program, shipment, number, **more):
    return program.post(path_of(shipment, "tracking_numbers"), {"tracking_number": number, **more})


def named(number):
    return f"tn_{TrackingNumber.objects.get(number=number).pk}"


def test_numbers_are_listed_with_leg_carrier_and_item(program, shipment):
    first, second = program.get(path_of(shipment, "tracking_numbers")).json()["data"]

    assert (first["tracking_number"], first["leg"], first["carrier_code"]) == ("JD01", 1, "dhl")
    assert (first["item"], first["is_followed"]) == (None, False)
    lid = shipment.items.get(custom_reference="LID")
    assert (second["leg"], second["item"]) == (2, lid.reference)


def test_a_number_goes_to_the_leg_of_its_carrier(program, shipment):
    told = add(program, shipment, "JD09", carrier_code="DHL").json()

    assert (told["leg"], told["carrier_code"], told["is_followed"]) == (1, "dhl", True)
    assert Leg.objects.count() == 2


def test_a_number_that_tells_its_carrier_needs_none(program, shipment):
    assert add(program, shipment, UPS_NUMBER).json()["leg"] == 2


def test_a_new_carrier_gets_a_leg_behind_the_others(program, shipment):
    told = add(program, shipment, "9400 1000", carrier_code="stamps_com").json()

    assert (told["leg"], told["carrier_code"]) == (3, "usps")
    assert program.get(path_of(shipment, "legs", 3)).json()["carrier_name"]


def test_the_first_number_makes_the_first_leg(program, merchant):
    bare = make_shipment(merchant)

    told = add(program, bare, "ABC-1").json()

    assert (told["leg"], told["carrier_code"], told["tracking_number"]) == (1, None, "ABC-1")


def test_a_number_nobody_knows_goes_to_the_only_leg(program, merchant):
    one = make_shipment(merchant, report(legs=(DHL,)))

    assert add(program, one, "ABC-1").json()["carrier_code"] == "dhl"


def test_among_several_legs_a_number_nobody_knows_must_name_its_own(program, shipment):
    assert add(program, shipment, "ABC-1").status_code == 409
    assert add(program, shipment, "ABC-1", leg=2).json()["carrier_code"] == "ups"


def test_a_leg_without_name_and_number_becomes_the_carriers(program, merchant):
    blank = make_shipment(merchant, report(legs=(LegReport(),)))

    told = add(program, blank, "JD09", carrier_code="dhl").json()

    assert (told["leg"], Leg.objects.get().carrier_code) == (1, "dhl")


def test_a_number_can_be_one_items(program, shipment):
    mug = shipment.items.get(custom_reference="MUG").reference

    told = add(program, shipment, "JD09", carrier_code="dhl", item=mug).json()

    assert told["item"] == mug
    assert program.get(path_of(shipment, "items", mug)).json()["tracking_numbers"] == ["JD09"]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"tracking_number": " - "}, "/tracking_number"),
        ({"tracking_number": "a\x00"}, "/tracking_number"),
        ({"tracking_number": "1" * 101}, "/tracking_number"),
        ({"carrier_code": "dhll"}, "/carrier_code"),
        ({"leg": 9}, "/leg"),
        ({"leg": 0}, "/leg"),
        ({"item": "sc_1"}, "/item"),
    ],
)
def test_what_a_number_cannot_be_is_pointed_at(program, shipment, more, pointer):
    body = {"tracking_number": "JD09", "carrier_code": "dhl", **more}

    answer = program.post(path_of(shipment, "tracking_numbers"), body)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})
    assert TrackingNumber.objects.count() == 2


@pytest.mark.parametrize(
    "more",
    [
        {"tracking_number": "jd 01", "carrier_code": "dhl"},
        {"tracking_number": "JD09", "carrier_code": "ups", "leg": 1},
    ],
)
def test_a_number_that_does_not_fit_is_a_conflict(program, shipment, more):
    answer = program.post(path_of(shipment, "tracking_numbers"), more)

    assert (answer.status_code, TrackingNumber.objects.count()) == (409, 2)


def test_a_full_shipment_takes_no_more_numbers(program, merchant):
    numbers = tuple(NumberReport(f"N{n}", 0) for n in range(Limits.NUMBERS))
    full = make_shipment(merchant, report(legs=(DHL,), numbers=numbers))

    assert add(program, full, "JD09").status_code == 409


def test_a_full_shipment_takes_no_more_legs(program, merchant):
    legs = tuple(LegReport(f"carrier-{n}") for n in range(Limits.LEGS))
    full = make_shipment(merchant, report(legs=legs))

    assert add(program, full, "JD09", carrier_code="dhl").status_code == 409


def test_an_added_number_is_watched(program, shipment):
    make_account(merchant=shipment.merchant)

    add(program, shipment, "JD09", carrier_code="dhl")
    enrol(NOW)

    assert Watch.objects.get().folded == "JD09"


def test_a_wrong_number_is_put_right_and_what_it_brought_goes(program, shipment):
    path = path_of(shipment, "tracking_numbers", named("JD01"))

    told = program.patch(path, {"tracking_number": "JD02"}).json()

    assert (told["tracking_number"], told["carrier_code"]) == ("JD02", "dhl")
    assert Event.objects.get().superseded_at is not None


def test_another_carrier_is_that_of_the_whole_leg(program, shipment):
    path = path_of(shipment, "tracking_numbers", named("JD01"))

    told = program.patch(path, {"carrier_code": "usps"}).json()

    assert (told["tracking_number"], told["carrier_code"]) == ("JD01", "usps")
    assert Leg.objects.get(position=1).carrier_code == "usps"


@pytest.mark.parametrize("body", [{"tracking_number": "jd-01"}, {"carrier_code": "DHL"}])
def test_what_a_number_is_already_changes_nothing(program, shipment, body):
    answer = program.patch(path_of(shipment, "tracking_numbers", named("JD01")), body)

    shipment.refresh_from_db()
    assert (answer.status_code, shipment.version) == (200, 1)


def test_a_number_that_the_shipment_has_already_is_a_conflict(program, shipment):
    path = path_of(shipment, "tracking_numbers", named("JD01"))

    assert program.patch(path, {"tracking_number": "1Z02"}).status_code == 409


def test_a_number_given_back_is_listened_to_again(program, shipment):
    path = path_of(shipment, "tracking_numbers", named("JD01"))
    program.patch(path, {"tracking_number": "JD02"})

    add(program, shipment, "JD01", carrier_code="dhl")

    shipment.refresh_from_db()
    assert shipment.former_numbers is None


def test_following_is_begun_and_stopped(program, shipment):
    path = path_of(shipment, "tracking_numbers", named("JD01"))

    begun = program.patch(path, {"is_followed": True}).json()
    stopped = program.delete(path)

    assert begun["is_followed"] is True
    assert (stopped.status_code, program.get(path).json()["is_followed"]) == (204, False)


def test_no_number_of_another_shipment_is_reached(program, merchant, shipment):
    other = make_shipment(merchant)

    answer = program.patch(path_of(other, "tracking_numbers", named("JD01")), {"is_followed": True})

    assert answer.status_code == 404
    assert not TrackingNumber.objects.filter(is_followed=True).exists()


def test_legs_are_listed_in_the_order_of_travel(program, shipment):
    Leg.objects.filter(position=2).update(order=0)

    legs = program.get(path_of(shipment, "legs")).json()["data"]

    assert [leg["position"] for leg in legs] == [2, 1]
    assert legs[1]["tracking_numbers"][0]["tracking_number"] == "JD01"


def test_a_legs_service_is_put_right(program, shipment):
    body = {"service_code": "express", "service_name": "Express"}

    told = program.patch(path_of(shipment, "legs", 1), body).json()

    assert {name: told[name] for name in body} == body
    assert told["carrier_code"] == "dhl"


def test_a_leg_of_another_carrier_loses_service_and_events(program, merchant):
    leg = LegReport("dhl", "DHL", "express", "Express")
    said = report(sighting("delivered", leg=0), legs=(leg,), numbers=(NumberReport("JD01", 0),))
    shipment = make_shipment(merchant, said)

    told = program.patch(path_of(shipment, "legs", 1), {"carrier_code": "stamps_com"}).json()

    shipment.refresh_from_db()
    assert (told["carrier_code"], told["service_code"]) == ("usps", None)
    assert (shipment.code, shipment.version) == ("unknown.no_scans", 2)


def test_a_leg_without_a_number_keeps_its_events(program, merchant):
    shipment = make_shipment(merchant, report(sighting("delivered", leg=0), legs=(DHL,)))

    program.patch(path_of(shipment, "legs", 1), {"carrier_code": "ups", "service_code": "next"})

    shipment.refresh_from_db()
    leg = Leg.objects.get()
    assert (leg.carrier_code, leg.carrier_name, leg.service_code) == ("ups", "UPS", "next")
    assert shipment.code == "delivered"


def test_a_leg_as_it_is_changes_nothing(program, shipment):
    answer = program.patch(path_of(shipment, "legs", 1), {"carrier_code": "DHL"})

    shipment.refresh_from_db()
    assert (answer.status_code, shipment.version) == (200, 1)


def test_a_carrier_nobody_knows_is_pointed_at(program, shipment):
    answer = program.patch(path_of(shipment, "legs", 1), {"carrier_code": "dhll"})

    assert (answer.status_code, pointers(answer)) == (422, {"/carrier_code"})
    assert "`dhl`" in answer.json()["errors"][0]["detail"]


def test_items_in_one_box_share_its_number(program, merchant):
    items = (ItemReport(custom_reference="MUG"), ItemReport(custom_reference="LID"))
    shipment = make_shipment(merchant, report(legs=(DHL,), items=items))
    mug, lid = shipment.items.order_by("position").values_list("reference", flat=True)

    codes = [add(program, shipment, "JD09", item=item).status_code for item in (mug, lid, lid)]

    assert codes == [201, 201, 409]
    assert add(program, shipment, "JD09").status_code == 409
