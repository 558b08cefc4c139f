"""Tables of shops: checked first, then taken as a whole or not at all."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry

from apps.desk import importing, runs
from apps.desk.import_columns import COLUMNS
from apps.desk.models import Membership, Run
from apps.shipments.models import Item, Promise, Recipient, Shipment, TrackingNumber
from tests.builders import NOW, make_merchant, make_shipment
from tests.desk.seating import seat
from tests.desk.tables import csv_of, rows_of, xlsx_of
from tests.desk.taking import ROW, at_noon, begun, checked, imported, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return seat(make_merchant())


@pytest.fixture
def acme(anna):
    return Membership.objects.get(user=anna).merchant


# The run


def test_a_check_writes_no_shipment(anna):
    run = checked(csv_of(ROW), anna)

    assert run.state == "checked"
    assert (run.found["rows"], run.found["to_do"]) == (1, 1)
    assert not Shipment.objects.exists()


@pytest.mark.parametrize("made", [csv_of, xlsx_of])
def test_an_approved_table_becomes_shipments(made, anna, acme):
    header = [column.title for column in COLUMNS]

    run = imported(made([column.example for column in COLUMNS], header=header), anna)

    shipment = Shipment.objects.get()
    assert (run.state, run.found["created"]) == ("done", 1)
    assert shipment.merchant == acme
    assert (shipment.custom_reference, shipment.order_reference) == ("S-1001", "A-2001")
    assert (shipment.channel, shipment.origin_country) == ("shop-gr", "DE")
    assert shipment.destination_country == "GR"
    number = TrackingNumber.objects.select_related("leg").get()
    assert (number.number, number.is_followed) == ("00340434161094042557", True)
    assert number.leg.carrier_id
    recipient = Recipient.objects.get(shipment=shipment)
    assert (recipient.email, recipient.postal_code) == ("maria@example.com", "10563")
    assert recipient.phone == "+30 210 1234567"
    item = Item.objects.get()
    assert (item.description, item.quantity, item.custom_reference) == ("Blue mug", 2, "MUG-BLUE")
    assert Promise.objects.get().until_at.date() == date(2026, 12, 1)


def test_what_is_there_already_is_left_as_it_is_and_told(anna, acme):
    make_shipment(acme, custom_reference="R1", order_reference="old")

    run = imported(csv_of(ROW, ("R2", "A2", "N2")), anna)

    assert run.found["counts"]["there"] == 1
    assert (run.found["created"], run.found["left_out"]) == (1, 1)
    assert Shipment.objects.get(custom_reference="R1").order_reference == "old"


def test_another_merchants_shipments_are_not_there_already(anna):
    make_shipment(make_merchant("Other"), custom_reference="R1")

    assert checked(csv_of(ROW), anna).found["to_do"] == 1


@pytest.mark.parametrize("header", [("Order",), ("Order", "Tracking number"), ("Reference",)])
def test_the_same_table_twice_imports_nothing_the_second_time(header, anna):
    payload = csv_of(("N1", "N2")[: len(header)], header=header)
    imported(payload, anna)

    run = imported(payload, anna)

    assert run.found["created"] == 0
    assert Shipment.objects.count() == 1


def test_what_came_in_between_check_and_word_is_left_out(anna):
    first, second = checked(csv_of(ROW), anna), checked(csv_of(ROW), anna)
    for run in (first, second):
        runs.approve(run, NOW)
        worked(run)

    assert (first.found["created"], second.found["created"]) == (1, 0)
    assert Shipment.objects.count() == 1


def test_mistakes_keep_the_table_out_unless_somebody_leaves_them_out(anna):
    payload = csv_of(ROW, ("R2", "A2", "N2", "dhl", "no address"))
    run = checked(payload, anna)
    runs.approve(run, NOW)

    assert (worked(run).state, run.failure) == ("failed", importing.FAULTY)
    assert not Shipment.objects.exists()
    assert imported(payload, anna, leave_out=True).found["created"] == 1


def test_a_file_that_is_no_table_fails_in_words(anna):
    run = checked(b"Colour\nblue\n", anna)

    assert run.state == "failed"
    assert "Its first row is: Colour" in run.failure


def test_carriers_are_known_by_name_recognised_by_number_or_told_unknown(anna):
    header = ("Tracking number", "Carrier")
    rows = (
        ("1Z999AA10123456784", ""),
        ("N2", "U.S. Postal Service"),
        ("N3", "Fedx"),
        ("N4", ""),
    )

    run = imported(csv_of(*rows, header=header), anna)

    assert run.found["counts"] == {"recognised": 1, "strange": 1, "unsure": 1}
    assert run.found["carriers"] == {"UPS": 1}
    assert "did you mean “fedex”?" in run.found["notes"][0][2]
    found = dict(TrackingNumber.objects.values_list("number", "leg__carrier_code"))
    assert (found["1Z999AA10123456784"], found["N2"], found["N3"]) == ("ups", "usps", "Fedx")


def test_each_shipment_and_its_log_say_who_imported_it(anna):
    imported(csv_of(ROW), anna)

    entry = LogEntry.objects.get(object_id=str(Shipment.objects.get().pk))
    assert entry.user == anna
    assert "shop.csv" in entry.change_message


def test_nothing_is_half_done_when_applying_dies(anna):
    run = checked(csv_of(*rows_of(30)), anna)
    # A name that the database refuses stands for whatever goes wrong in the middle.
    sheet = importing.unpacked(run)
    sheet.drafts[-1].fields["city"] = "\0" if _refuses_nul() else "x"
    sheet.drafts[-1].fields["promised"] = "never"
    Run.objects.update(table=importing.packed(sheet))
    run.refresh_from_db()
    runs.approve(run, NOW)

    assert worked(run).state == "failed"
    assert not Shipment.objects.exists()
    assert not TrackingNumber.objects.exists()


def _refuses_nul():
    from django.db import connection

    return connection.vendor == "postgresql"


def test_a_large_table_is_looked_up_in_parts_with_a_fixed_number_of_statements(
    anna, django_assert_max_num_queries
):
    run = begun(csv_of(*rows_of(importing.AT_ONCE * 3)), anna)
    runs.work(run.pk, at_noon, 0)  # read

    with django_assert_max_num_queries(14):
        assert runs.work(run.pk, at_noon, 0)
    run.refresh_from_db()
    assert run.done == importing.AT_ONCE
    assert worked(run).found["to_do"] == importing.AT_ONCE * 2
