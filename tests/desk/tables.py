"""Tables as shops send them."""

import csv
import io

import openpyxl

HEADER = ("Reference", "Order", "Tracking number", "Carrier", "E-mail", "Item", "Quantity")


def csv_of(*rows, header=HEADER, delimiter=",", encoding="utf-8"):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def xlsx_of(*rows, header=HEADER):
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows_of(count, start=0):
    """Return rows of shipments with a number each, every third of two items."""
    rows = []
    for n in range(start, start + count):
        first = n - 1 if n % 3 == 2 else n
        rows.append(
            (
                f"R{first}",
                f"A{first}",
                f"JJD{first:012d}",
                "dhl",
                f"p{first}@example.com",
                f"Item {n}",
                1,
            )
        )
    return rows
