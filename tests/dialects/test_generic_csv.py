"""Events as a spreadsheet writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.dialects import generic_csv
from apps.dialects.payloads import Refused
from apps.shipments.reports import LegReport, Place

HEADER = "tracking_number,code,occurred_at,description"
ROW = "AB1,delivered,2026-03-01T09:30:00+01:00,Handed over"


def table(*lines):
    return "\n".join(lines).encode()


def faults(payload):
    with pytest.raises(Refused) as caught:
        generic_csv.read(payload)
    return [(fault.path, fault.reason) for fault in caught.value.faults]


def only(payload):
    ((_, report),) = generic_csv.read(payload)
    return report


def test_a_table_with_every_column_is_read():
    header = (
        "tracking_number;carrier_code;code;occurred_at;description;city;region;postal_code;"
        "country;latitude;longitude;signee;reference;item"
    )
    row = "AB1;acs;delivered;2026-03-01;To hand;Volos;;38221;GR;39,36;22.94;N. Body;r1;box"

    report = only(table(header, row))

    (seen,) = report.sightings
    assert (seen.code, seen.description, seen.signee) == ("delivered", "To hand", "N. Body")
    assert seen.place == Place(
        city="Volos", postal_code="38221", country="GR", latitude=39.36, longitude=22.94
    )
    assert (report.legs, report.items[0].custom_reference) == ((LegReport("acs"),), "box")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_byte_order_mark_and_line_ends_are_recognised(delimiter, mark, end):
    lines = [line.replace(",", delimiter) for line in (HEADER, ROW)]

    assert only(mark + end.join(lines).encode()).sightings[0].description == "Handed over"


def test_headers_may_have_capitals_and_spaces_and_any_order():
    assert only(table("Code,Occurred At, Tracking number ", "delivered,2026-03-01,AB1"))


def test_lines_are_grouped_by_number_and_blank_ones_left_out():
    told = generic_csv.read(
        table(HEADER, ROW, "", ",,,", ROW.replace("AB1", "CD2"), ROW.replace("AB1", "ab-1"), "")
    )

    assert [(name, len(report.sightings)) for name, report in told] == [("AB1", 2), ("CD2", 1)]


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_breaks():
    quoted = ROW.replace("Handed over", '"By ""hand"",\nat the door"')

    assert only(table(HEADER, quoted)).sightings[0].description == 'By "hand",\nat the door'


@pytest.mark.parametrize(
    "text", ["=1+1", "+49", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "=HYPERLINK(A1)"]
)
def test_text_that_looks_like_a_formula_is_only_text(text):
    assert only(table(HEADER, ROW.replace("Handed over", text))).sightings[0].description == text


def test_every_fault_is_told_by_line_and_column():
    header = f"{HEADER},city,country,latitude,longitude"
    found = faults(
        table(
            header,
            'AB1,delivered,2026-03-01,"two\nlines",,,,',
            "AB1,delivrd,2026-03-01,,,,,",
            ",delivered,tomorrow,,,,,",
            "AB1,delivered,2026-03-01",
            "AB1,delivered,2026-03-01,,,Greece,,",
            "AB1,delivered,2026-03-01,,,,north,1",
        )
    )

    assert [path for path, _ in found] == [
        "line 4, code",
        "line 5, occurred_at",
        "line 5, tracking_number",
        "line 6",
        "line 7, country",
        "line 8, latitude",
    ]
    assert "did you mean `delivered`" in found[0][1]


def test_a_number_that_a_spreadsheet_shortened_is_refused():
    for number in ("1.23E+11", "1,23e+11"):
        cells = f'"{number}",delivered,2026-03-01,'
        assert faults(table(HEADER, cells)) == [
            ("line 2, tracking_number", "was shortened by a spreadsheet")
        ]


@pytest.mark.parametrize(
    ("header", "reasons"),
    [
        ("tracking_number,code", ["has no column `occurred_at`"]),
        (
            f"{HEADER},citty",
            ["has a column we do not know: `citty`; did you mean `city`?"],
        ),
        (f"{HEADER},code", ["names a column twice"]),
        ("", [f"has no column `{name}`" for name in generic_csv.NEEDED]),
    ],
)
def test_a_header_that_does_not_fit_is_told(header, reasons):
    assert [reason for _, reason in faults(table(header))] == reasons


def test_a_table_of_nothing_is_refused():
    assert faults(table(HEADER)) == [("line 2", "is missing: there are no events")]


def test_a_thousand_lines_are_taken_and_no_more():
    assert len(only(table(HEADER, *[ROW] * 1000)).sightings) == 1000
    assert faults(table(HEADER, *[ROW] * 1001)) == [("line 1002", "comes after 1000 events")]


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        (table(HEADER, ROW, "AB1,delivered,2026-03-01,caf\xe9").decode().encode("latin-1"), "line 3"),
        (HEADER.encode("utf-16"), "line 1"),
        (table(HEADER, 'AB1,delivered,2026-03-01,"never closed'), "line 2"),
        (table(HEADER, f'AB1,delivered,2026-03-01,{"x" * 200_000}'), "line 2"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_the_line(payload, path):
    assert [found for found, _ in faults(payload)] == [path]


def test_of_a_table_with_bad_lines_the_good_ones_are_kept():
    rows = generic_csv.sift(
        table(
            HEADER,
            ROW,
            "AB1,delivered",
            ROW.replace("delivered", "delivrd"),
            ROW.replace("Handed over", '"Handed"over'),
            "",
            ROW.replace("AB1", "CD2"),
        )
    )

    assert [(row.line, row.seen and row.seen.number) for row in rows] == [
        (2, "AB1"),
        (3, None),
        (4, None),
        (5, None),
        (7, "CD2"),
    ]
    assert [fault.path for row in rows for fault in row.faults] == [
        "line 3",
        "line 4, code",
        "line 5",
    ]


def test_a_cell_that_is_too_long_costs_its_own_line_only():
    long = ROW.replace("Handed over", "x" * 200_000)

    bad, good = generic_csv.sift(table(HEADER, long, ROW))

    assert bad.faults[0].reason == "has a cell of more than 131072 characters"
    assert good.seen.number == "AB1"


def test_a_quotation_mark_that_is_never_closed_is_told_with_the_lines_it_takes():
    good, bad = generic_csv.sift(table(HEADER, ROW, 'AB1,delivered,2026-03-01,"oops', ROW, ROW))

    assert good.seen.number == "AB1"
    assert [(fault.path, fault.reason) for fault in bad.faults] == [
        ("lines 3 to 5", "opens a quotation mark that is never closed")
    ]


def test_lines_after_the_most_are_told_and_not_read():
    rows = generic_csv.sift(table(HEADER, ROW, ROW, "oops", ROW), most=2)

    assert [row.seen and row.seen.number for row in rows] == ["AB1", "AB1", None]
    assert [(fault.path, fault.reason) for fault in rows[-1].faults] == [
        ("line 4", "comes after 2 events")
    ]


def test_a_cell_that_is_no_number_is_told_in_plain_words():
    header = f"{HEADER},latitude,longitude"

    assert faults(table(header, f"{ROW},north,1")) == [("line 2, latitude", "is not a number")]


def test_of_a_header_with_countless_columns_the_first_are_told():
    assert len(faults(b"a," * 100_000)) < 30


def test_a_control_character_is_refused():
    assert faults(table(HEADER, ROW + "\x00")) == [
        ("line 2, description", "holds control characters")
    ]


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused(rest):
    for payload in (rest, table(HEADER) + b"\n" + rest):
        try:
            generic_csv.read(payload)
        except Refused as refusal:
            assert refusal.faults
