"""One format of the data set: the shape of its JSON, and what a number shows when it fits."""

import re
from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct

from apps.shipments.formats import checksums
from apps.shipments.formats.checksums import Checksum

_GROUP = re.compile(r"\(\?<(?=[A-Za-z])")  # Ruby's way to name a group, not Python's


class Row(Struct, frozen=True):
    """A line of a look-up table, for a part of the number that equals or fits."""

    matches: str = ""
    matches_regex: str = ""
    name: str = ""
    courier: str = ""

    def fits(self, part: str) -> bool:
        if self.matches_regex:
            return re.fullmatch(self.matches_regex, part) is not None
        return self.matches == part


class Table(Struct, frozen=True):
    name: str
    regex_group_name: str
    lookup: tuple[Row, ...]


class PrependIf(Struct, frozen=True):
    matches_regex: str
    content: str


class SerialFormat(Struct, frozen=True):
    prepend_if: PrependIf


class MustExist(Struct, frozen=True):
    exists: frozenset[str]


class Validation(Struct, frozen=True):
    checksum: Checksum | None = None
    serial_number_format: SerialFormat | None = None
    additional: MustExist | None = None


class Definition(Struct, frozen=True, dict=True):
    """A format. `tracking_url` has `%s` where the number goes."""

    name: str
    regex: str | tuple[str, ...]
    validation: Validation
    id: str = ""
    tracking_url: str | None = None
    additional: tuple[Table, ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The data set allows spaces anywhere; ours are gone before, and so is what they cost."""
        written = self.regex if isinstance(self.regex, str) else "".join(self.regex)
        return re.compile(_GROUP.sub("(?P<", written.replace(r"\s*", "")))


class Courier(Struct, frozen=True):
    name: str
    courier_code: str
    tracking_numbers: tuple[Definition, ...]


class Fit(Struct, frozen=True):
    """What a number shows under a format: its parts, and the rows they were found in."""

    parts: Mapping[str, str]
    rows: Mapping[str, Row]


def fit(definition: Definition, number: str) -> Fit | None:
    """Return what a number without spaces shows; None unless shape, check and look-ups hold."""
    found = definition.pattern.fullmatch(number)
    if not found:
        return None
    parts = {name: part for name, part in found.groupdict().items() if part}
    rows = dict(_looked_up(definition, parts))
    must = definition.validation.additional
    if must and not must.exists <= rows.keys():
        return None
    return Fit(parts, rows) if _is_right(definition.validation, parts) else None


def _looked_up(definition: Definition, parts: Mapping[str, str]) -> list[tuple[str, Row]]:
    return [
        (table.name, row)
        for table in definition.additional
        for row in table.lookup
        if row.fits(parts.get(table.regex_group_name, ""))
    ]


def _is_right(validation: Validation, parts: Mapping[str, str]) -> bool:
    if not validation.checksum:
        return True
    serial = parts["SerialNumber"]
    prepend = validation.serial_number_format and validation.serial_number_format.prepend_if
    if prepend and re.match(prepend.matches_regex, serial):
        serial = prepend.content + serial
    return checksums.holds(validation.checksum, serial, parts["CheckDigit"])
