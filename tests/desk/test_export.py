"""Shipments taken along as a file: one's own, safe to open, and as they were when they come back."""

import io
from datetime import date

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.desk import exporting, importing, runs, spreadsheets
from apps.desk.import_tables import read
from apps.desk.models import Membership, Role
from apps.shipments.models import Item, Merchant, Recipient, Shipment
from apps.shipments.registering import register_many
from apps.shipments.wanted import NewItem, NewNumber, NewShipment
from tests.builders import NOW, make_merchant, make_shipment
from tests.desk.seating import seat

pytestmark = pytest.mark.django_db

LIST = "admin:shipments_shipment_changelist"
PARCEL = NewShipment(
    custom_reference="=1+1",
    order_reference="-A1",
    channel="@shop",
    origin_country="DE",
    destination_country="GR",
    numbers=(NewNumber("00340434161094042557", "dhl"),),
    is_followed=True,
    name="+Maria",
    email="maria@example.com",
    street="'=Ermou 1",
    city="Athens",
    postal_code="10563",
    country="GR",
    items=(NewItem("＝Mug", 2, "'s-MUG"), NewItem("Cup", 1)),
    promised_until=date(2026, 3, 31),
)


@pytest.fixture
def anna():
    return seat(make_merchant())


@pytest.fixture
def acme(anna):
    return Membership.objects.get(user=anna).merchant


@pytest.fixture
def web(client, anna):
    client.force_login(anna)
    return client


def take(web, shipments, kind="csv", query="", **more):
    data = {
        "action": f"export_{kind}",
        "_selected_action": [one.pk for one in shipments],
        "select_across": "0",
        **more,
    }
    return web.post(reverse(LIST) + query, data)


def body(answer):
    return b"".join(answer.streaming_content)


def table(payload):
    return read(payload)


def columns(payload):
    found = read(payload)
    return [dict(zip(found.header, row.cells, strict=False)) for row in found.rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_comes_back_as_it_was(kind, web, acme, anna):
    register_many(acme.pk, [PARCEL], now=NOW)
    payload = body(take(web, Shipment.objects.all(), kind))
    other = make_merchant("Other")

    run = importing.start(payload, "x", merchant=other, user=anna, now=NOW)
    runs.work(run.pk, lambda: NOW, 60)
    run.refresh_from_db()
    assert runs.approve(run, NOW), run.failure
    runs.work(run.pk, lambda: NOW, 60)

    names = ("custom_reference", "order_reference", "channel", "origin_country")
    before, after = (
        Shipment.objects.filter(merchant=m).values(*names).get() for m in (acme, other)
    )
    assert before == after
    for model in (Recipient, Item):
        fields = [
            field.name
            for field in model._meta.concrete_fields
            if field.name not in ("id", "shipment", "reference", "package_reference")
        ]
        rows = [
            list(model.objects.filter(shipment__merchant=m).order_by("pk").values(*fields))
            for m in (acme, other)
        ]
        assert rows[0] == rows[1]
    due = {m.pk: m.shipments.get().due_at for m in (acme, other)}
    assert due[acme.pk] == due[other.pk] is not None


def test_what_a_spreadsheet_would_calculate_is_armoured_and_numbers_stay(web, acme):
    register_many(acme.pk, [PARCEL], now=NOW)

    text = body(take(web, Shipment.objects.all())).decode("utf-8-sig")

    mug, cup = text.splitlines()[1:]
    assert mug.startswith("'=1+1,'-A1,00340434161094042557,dhl,GR,DE,'@shop,2026-03-31,")
    assert ",'+Maria," in mug
    assert ",''=Ermou 1," in mug
    assert ",'＝Mug,2,'s-MUG," in mug
    assert ",Cup,1," in cup


def test_an_xlsx_holds_texts_as_texts_and_numbers_as_numbers(web, acme):
    register_many(acme.pk, [PARCEL], now=NOW)

    payload = body(take(web, Shipment.objects.all(), "xlsx"))

    header, mug, _cup = openpyxl.load_workbook(io.BytesIO(payload)).active.iter_rows()
    cells = {name.value: cell for name, cell in zip(header, mug, strict=True)}
    assert (cells["Reference"].value, cells["Reference"].data_type) == ("'=1+1", "s")
    number = cells["Tracking number"]
    assert (number.value, number.number_format) == ("00340434161094042557", "@")
    assert cells["Quantity"].value == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_a_plain_attachment(kind, web, acme):
    answer = take(web, [make_shipment(acme)], kind)

    disposition = answer["Content-Disposition"]
    assert disposition.isascii() and disposition.startswith('attachment; filename="shipments-')
    assert disposition.endswith(f'.{kind}"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == spreadsheets.KINDS[kind][0]
    assert "no-store" in answer["Cache-Control"]


def test_only_what_was_ticked_is_exported_or_all_that_the_filter_shows(web, acme):
    one, two = make_shipment(acme, custom_reference="one"), make_shipment(acme, code="delivered")

    ticked = columns(body(take(web, [one])))
    every = columns(body(take(web, [one], select_across="1")))
    sifted = columns(body(take(web, [two], query="?milestone=delivered", select_across="1")))

    assert [row["Our reference"] for row in ticked] == [one.reference]
    assert len(every) == 2
    assert [row["Our reference"] for row in sifted] == [two.reference]


def test_nothing_of_another_merchant_is_exported_whatever_is_sent(web, acme):
    own, foreign = make_shipment(acme), make_shipment(make_merchant("Other"))

    ticked = columns(body(take(web, [own, foreign])))
    every = columns(
        body(take(web, [own], query=f"?merchant={foreign.merchant_id}", select_across="1"))
    )

    assert {row["Our reference"] for row in [*ticked, *every]} == {own.reference}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_personal_data_is_for_operators_only(role, client, acme):
    shipment = make_shipment(acme, order_reference="A1")
    Recipient.objects.create(shipment=shipment, name="Maria", email="maria@example.com")
    client.force_login(seat(acme, "vera", role))

    payload = body(take(client, [shipment]))

    assert b"Maria" not in payload and b"maria@" not in payload
    assert "E-mail" not in table(payload).header


def test_personal_data_of_a_merchant_one_only_looks_at_stays_out(web, anna):
    other = make_merchant("Other")
    Membership.objects.create(user=anna, merchant=other, role=Role.VIEWER)
    for merchant in Merchant.objects.all():
        shipment = make_shipment(merchant, order_reference=merchant.name)
        Recipient.objects.create(shipment=shipment, name=f"Maria of {merchant.name}")

    rows = columns(body(take(web, Shipment.objects.all())))

    assert {row["Order"]: row["Name"] for row in rows} == {"Acme": "Maria of Acme", "Other": ""}


def test_who_took_what_along_is_written_down_without_what_was_searched_for(web, acme, anna):
    shipment = make_shipment(acme)
    Recipient.objects.create(shipment=shipment, email="maria@example.com")

    body(take(web, [shipment], query="?q=maria@example.com", select_across="1"))

    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (anna, str(acme.pk))
    assert entry.change_message.startswith("Exported shipments as CSV with personal data: all")
    assert "maria" not in entry.change_message


def test_an_export_takes_the_same_statements_for_each_part(acme, django_assert_num_queries):
    wanted = [NewShipment(custom_reference=f"R{n}") for n in range(exporting.AT_ONCE * 2)]
    register_many(acme.pk, wanted, now=NOW)
    rows = exporting.rows(Shipment.objects.all(), persons_of=None)

    with django_assert_num_queries(5 * 2 + 1):
        told = [row[0] for row in rows]

    assert told[1:] == [f"R{n}" for n in reversed(range(exporting.AT_ONCE * 2))]


def test_files_are_made_while_the_rows_come():
    asked = []

    def rows():
        for n in range(spreadsheets.ROWS_A_PIECE * 4):
            asked.append(n)
            yield [f"text {n}", n]

    for kind in ("csv", "xlsx"):
        asked.clear()
        _, pieces = spreadsheets.KINDS[kind]
        next(pieces(rows()))
        assert len(asked) <= spreadsheets.ROWS_A_PIECE


@settings(max_examples=50)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_an_xlsx_can_be_read_whatever_is_in_it(texts):
    payload = b"".join(spreadsheets.xlsx_pieces([["Order"], texts]))

    assert openpyxl.load_workbook(io.BytesIO(payload)).active.max_row >= 1
