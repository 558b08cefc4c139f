"""Files of shops as rows and shipments to be: what is read, and every mistake by row and column."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.desk import import_tables
from apps.desk.cells import armoured, plain
from apps.desk.import_columns import COLUMNS, match
from apps.desk.import_rows import understand
from apps.desk.import_tables import Unreadable, read
from tests.desk.tables import csv_of, xlsx_of
from tests.desk.taking import ROW


def faults(payload):
    return [(one.line, one.column, one.words) for one in understood(payload).faults]


def understood(payload):
    return understand(read(payload))


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_are_read_in_the_encodings_and_with_the_delimiters_of_spreadsheets(
    encoding, delimiter
):
    payload = csv_of(
        ("Ä1", "a, b; c"), header=("Order", "Item"), encoding=encoding, delimiter=delimiter
    )

    table = read(payload)

    assert table.header == ["Order", "Item"]
    assert [(row.line, row.cells) for row in table.rows] == [(2, ["Ä1", "a, b; c"])]


def test_a_line_that_names_the_delimiter_and_blank_lines_are_passed_over():
    payload = b"sep=;\r\nOrder;Item\r\n;\r\nA1;x,y\r\n"

    assert [(row.line, row.cells) for row in read(payload).rows] == [(4, ["A1", "x,y"])]


def test_an_xlsx_is_read_with_numbers_and_dates_as_they_look():
    payload = xlsx_of((1001, 2.0, date(2026, 3, 31)), header=("Order", "Quantity", "Promised"))

    assert read(payload).rows[0].cells == ["1001", "2", "2026-03-31 00:00:00"]


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"", import_tables.NO_HEADER),
        (b"\n \n", import_tables.NO_HEADER),
        (b"Order\n", import_tables.EMPTY),
        (b"\x00\x01\x02", import_tables.NO_TABLE),
        (b"\xd0\xcf\x11\xe0rest", import_tables.OLD_XLS),
        (b"PK\x03\x04rest", import_tables.NO_XLSX),
        (b"x" * (import_tables.MOST_BYTES + 1), import_tables.TOO_LARGE),
        (b"Order\n" + b"A\n" * (import_tables.MOST_ROWS + 1), import_tables.TOO_MANY),
        (b"Order" + b",x" * 60 + b"\nA\n", import_tables.TOO_WIDE),
        (b'"Order\nA1\n', "opens a quotation mark that is never closed"),
    ],
)
def test_what_is_no_table_of_ours_is_refused_in_words(payload, words):
    with pytest.raises(Unreadable, match=words[:30].replace("(", r"\(")):
        read(payload)


def archive(*parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts:
            made.writestr(name, content)
    return file.getvalue()


def test_an_archive_that_would_fill_the_memory_is_refused_unopened():
    bomb = archive(("xl/worksheets/sheet1.xml", b"0" * (import_tables.MOST_UNPACKED + 1)))

    assert len(bomb) < 100_000
    with pytest.raises(Unreadable, match="unpacks to more"):
        read(bomb)


def test_an_archive_of_too_many_parts_is_refused():
    with pytest.raises(Unreadable, match="unpacks to more"):
        read(archive(*((f"{n}.xml", b"") for n in range(import_tables.MOST_PARTS + 1))))


def test_entities_that_grow_are_refused():
    laughs = b'<?xml version="1.0"?><!DOCTYPE lol [<!ENTITY lol "lol">]><a>&lol;</a>'

    with pytest.raises(Unreadable, match="cannot be read"):
        read(archive(("xl/workbook.xml", laughs)))


def test_an_archive_that_is_no_book_is_refused():
    with pytest.raises(Unreadable, match="cannot be read"):
        read(archive(("word/document.xml", b"<a/>")))


# Columns


@pytest.mark.parametrize("name", ["Tracking number", "tracking_number", " TRACKING-NUMBER ", "AWB"])
def test_columns_go_by_several_names(name):
    assert match([name]).places == {"number": 0}


def test_every_column_of_the_template_is_known():
    columns = match([column.title for column in COLUMNS])

    assert list(columns.places) == [column.key for column in COLUMNS]


def test_an_export_of_a_shop_names_the_order_by_its_own_word():
    assert match(["Name", "Email", "Lineitem name"]).places == {"order": 0, "email": 1, "item": 2}


def test_columns_nobody_knows_are_told_and_left():
    assert match(["Order", "Colour"]).unused == ["Colour"]


@pytest.mark.parametrize("header", [["Item", "City"], ["Order", "Order number"]])
def test_a_table_whose_columns_say_too_little_or_the_same_twice_is_refused(header):
    with pytest.raises(Unreadable):
        match(header)


# Rows


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("Tracking number", "1.23457E+17", "has lost digits"),
        ("Tracking number", "1,23457E+17", "has lost digits"),
        ("Tracking number", "---", "is no tracking number"),
        ("Tracking number", "x" * 101, "has 101 characters; at most 100"),
        ("E-mail", "maria", "is no e-mail address"),
        ("Country", "Atlantis", "is no country"),
        ("Quantity", "1.5", "is no whole number"),
        ("Quantity", "0", "is no whole number"),
        ("Picture", "javascript:alert(1)", "is no web address"),
        ("Promised date", "03/04/2026", "is no date"),
        ("Promised date", "2026-02-30", "is no date"),
    ],
)
def test_a_mistake_is_told_by_row_and_column_with_what_is_wrong(column, cell, words):
    ((line, title, told),) = faults(csv_of(("A1", "Mug", cell), header=("Order", "Item", column)))

    assert (line, title) == (2, column)
    assert words in told


@pytest.mark.parametrize(
    ("column", "cell", "key", "kept"),
    [
        ("Country", "greece", "country", "GR"),
        ("Country", "DEU", "country", "DE"),
        ("Country", "uk", "country", "GB"),
        ("Promised date", "31.03.2026", "promised", "2026-03-31"),
        ("Promised date", "2026-03-31 00:00:00", "promised", "2026-03-31"),
        ("Phone", "'+30 210", "phone", "+30 210"),
        ("City", " Athens\x00 ", "city", "Athens"),
    ],
)
def test_cells_are_understood_as_people_write_them(column, cell, key, kept):
    payload = xlsx_of(("A1", cell.replace("\0", "")), header=("Order", column))

    assert understood(payload).drafts[0].fields[key] == kept


def test_rows_of_one_reference_are_one_shipment_with_several_items():
    sheet = understood(csv_of(ROW, ("R1", "", "", "", "", "Cup", "1"), ("R2", *ROW[1:2], "N2")))

    assert [(draft.lines, [i.item for i in draft.items]) for draft in sheet.drafts] == [
        ([2, 3], ["Mug", "Cup"]),
        ([4], []),
    ]


def test_rows_of_one_order_are_one_shipment_for_each_number():
    header = ("Order", "Tracking number", "Item")
    rows = (("A1", "N1", "Mug"), ("A1", "", "Cup"), ("A1", "N2", "Pot"), ("A1", "n 1", "Jug"))

    drafts = understood(csv_of(*rows, header=header)).drafts

    assert [[item.item for item in draft.items] for draft in drafts] == [
        ["Mug", "Cup", "Jug"],
        ["Pot"],
    ]


def test_rows_of_one_shipment_must_not_contradict_each_other():
    told = faults(csv_of(ROW, ("R1", "A1", "JJD999", *ROW[3:])))

    assert told == [(3, "Tracking number", "is not that of row 2, which is the same shipment")]


def test_one_number_for_two_shipments_is_a_mistake():
    told = faults(csv_of(ROW, ("R2", "A2", *ROW[2:])))

    assert [(line, column) for line, column, _ in told] == [(3, "Tracking number")]


def test_a_row_without_any_name_is_a_mistake():
    assert faults(csv_of(("", "", "", "dhl")))[0][0] == 2


def test_a_shipment_with_one_wrong_row_is_left_out_with_all_its_rows():
    wrong = ("R1", "A1", "", "", "no address", "Cup", "1")

    sheet = understood(csv_of(ROW, wrong, ("R2", "A2", "N2")))

    assert [draft.lines for draft in sheet.drafts] == [[4]]
    assert [row.line for row in sheet.bad] == [2, 3]


def test_a_broken_line_is_told_and_the_others_are_read():
    payload = csv_of(("A1",), header=("Order",)) + b'"x"y\r\nA2\r\n'

    sheet = understood(payload)

    assert [(fault.line, fault.words) for fault in sheet.faults] == [
        (3, "goes on behind a closing quotation mark")
    ]
    assert len(sheet.drafts) == 2


# Formulas


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+49",
        "-1",
        "@x",
        "\tx",
        "\rx",
        "\nx",
        "\0x",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        ' "=1',
        "'=1",
    ],
)
def test_what_a_spreadsheet_would_calculate_is_armoured(text):
    assert armoured(text) == f"'{text}"
    assert plain(armoured(text)) == text


@given(st.text(alphabet="'=+-@ \"ab\t＝"))
def test_every_text_comes_back_from_a_cell_as_it_was(text):
    assert plain(armoured(text)) == text


def test_an_apostrophe_of_a_text_stays():
    assert plain("'s-Hertogenbosch") == armoured("'s-Hertogenbosch") == "'s-Hertogenbosch"
