"""From rows of texts to shipments to be: what each cell means, and which rows belong together.

Pure: nothing here asks the database. Every fault says where it is and what to do.
"""

from msgspec import Struct

from apps.desk.import_cells import Wrong, checked, written
from apps.desk.import_columns import BY_KEY, ITEM, NAMING, SHIPMENT, Columns, match
from apps.desk.import_tables import Row, Table
from apps.shipments.models import fold_number

MOST_ITEMS = 500

NO_NAME = "has no tracking number, order or reference: nothing to know the shipment by"


class Told(Struct, frozen=True, array_like=True):
    """A word on a cell: the row as the spreadsheet counts it, the column's title, what to do."""

    line: int
    column: str
    words: str


class ItemDraft(Struct, frozen=True, array_like=True):
    item: str = ""
    quantity: int = 1
    sku: str = ""
    picture: str = ""


class Draft(Struct, frozen=True, array_like=True):
    """A shipment as the table has it; `lines` are the rows it was made of."""

    lines: list[int]
    fields: dict[str, str]
    items: list[ItemDraft] = []

    def told(self, column: str, words: str) -> Told:
        return Told(self.lines[0], BY_KEY[column].title, words)


class Sheet(Struct, frozen=True, array_like=True):
    """A table as it was understood. `bad` are the rows of shipments that cannot be taken."""

    header: list[str]
    drafts: list[Draft]
    bad: list[Row]
    faults: list[Told]
    unused: list[str]
    rows: int


class _Taken(Struct, frozen=True):
    """A row's cells as they are kept."""

    line: int
    fields: dict[str, str]
    item: ItemDraft | None


def understand(table: Table) -> Sheet:
    """Return the shipments of a table; raise `Unreadable` when its columns say too little."""
    columns = match(table.header)
    reader = _Reader(columns)
    for row in table.rows:
        reader.take(row)
    bad = {fault.line for fault in reader.faults}
    lost = {line for group in reader.groups if bad & set(group.lines) for line in group.lines} | bad
    return Sheet(
        table.header,
        [group for group in reader.groups if not lost & set(group.lines)],
        [row for row in table.rows if row.line in lost],
        reader.faults,
        columns.unused,
        len(table.rows),
    )


class _Reader:
    """Takes row after row; `groups` are the shipments so far, `faults` what was wrong."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.faults: list[Told] = []
        self.groups: list[Draft] = []
        self._by_name: dict[tuple[str, ...], int] = {}
        self._by_number: dict[str, Draft] = {}

    def take(self, row: Row) -> None:
        if row.fault:
            self._tell(row.line, "", row.fault)
            return
        before = len(self.faults)
        taken = _Taken(row.line, self._fields(row), self._item(row))
        if len(self.faults) > before:
            self._note_lost(taken)
            return
        if not any(taken.fields.get(key) for key in NAMING):
            self._tell(row.line, "", NO_NAME)
            return
        self._gather(taken)

    def _tell(self, line: int, column: str, words: str) -> None:
        self.faults.append(Told(line, column, words))

    def _fields(self, row: Row) -> dict[str, str]:
        found = ((column.key, self._cell(row, column.key)) for column in SHIPMENT)
        return {key: text for key, text in found if text}

    def _item(self, row: Row) -> ItemDraft | None:
        cells = {column.key: self._cell(row, column.key) for column in ITEM}
        if not any(cells[key] for key in ("item", "sku", "picture")):
            return None
        quantity = int(cells.pop("quantity") or 1)
        return ItemDraft(quantity=quantity, **cells)

    def _cell(self, row: Row, key: str) -> str:
        """Return a cell as it is kept, empty with a fault told when it cannot be."""
        place = self.columns.places.get(key)
        if place is None or place >= len(row.cells):
            return ""
        text = written(row.cells[place])
        try:
            return checked(key, text) if text else ""
        except Wrong as wrong:
            self._tell(row.line, BY_KEY[key].title, str(wrong))
            return ""

    def _note_lost(self, taken: _Taken) -> None:
        """Keep a bad row with its shipment, so that no shipment is taken by halves."""
        place = self._place_of(taken.fields)
        if place is not None:
            self.groups[place].lines.append(taken.line)
        elif any(taken.fields.get(key) for key in NAMING):
            self._begin(taken)

    def _gather(self, taken: _Taken) -> None:
        place = self._place_of(taken.fields)
        if place is None:
            self._check_number(taken)
            self._begin(taken)
            return
        group = self.groups[place]
        group.lines.append(taken.line)
        self._merge(group, taken)
        if taken.item:
            group.items.append(taken.item)
        if len(group.items) > MOST_ITEMS:
            self._tell(taken.line, "Item", f"is more than {MOST_ITEMS} items of one shipment")

    def _place_of(self, fields: dict[str, str]) -> int | None:
        """Return which shipment so far a row belongs to."""
        if reference := fields.get("reference"):
            return self._by_name.get(("reference", reference))
        order, number = fields.get("order", ""), fold_number(fields.get("number", ""))
        return self._by_name.get(("order", order, number)) if order or number else None

    def _begin(self, taken: _Taken) -> None:
        place, fields = len(self.groups), taken.fields
        group = Draft([taken.line], dict(fields), [taken.item] if taken.item else [])
        self.groups.append(group)
        if reference := fields.get("reference"):
            self._by_name[("reference", reference)] = place
        order, number = fields.get("order", ""), fold_number(fields.get("number", ""))
        if number:
            self._by_number.setdefault(number, group)
        if order or number:
            self._by_name.setdefault(("order", order, number), place)
        if order:
            # Shops leave the number out in an order's further rows.
            self._by_name[("order", order, "")] = place

    def _check_number(self, taken: _Taken) -> None:
        other = self._by_number.get(fold_number(taken.fields.get("number", "")))
        if other:
            words = (
                f"is that of row {other.lines[0]} too; give both rows the same reference "
                "if they are one shipment"
            )
            self._tell(taken.line, BY_KEY["number"].title, words)

    def _merge(self, group: Draft, taken: _Taken) -> None:
        for key, text in taken.fields.items():
            if not _is_same(key, group.fields.setdefault(key, text), text):
                words = f"is not that of row {group.lines[0]}, which is the same shipment"
                self._tell(taken.line, BY_KEY[key].title, words)


def _is_same(key: str, one: str, other: str) -> bool:
    return fold_number(one) == fold_number(other) if key == "number" else one == other
