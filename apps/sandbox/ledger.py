"""When each journey began, kept over a restart, and how often its number was asked about."""

from collections import Counter
from datetime import UTC, datetime
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from apps.sandbox.numbers import Number, grouped_reference, parse, reference

# The oldest are forgotten beyond it.
MOST = 1_000_000


class Line(msgspec.Struct):
    """One journey in the file: the number of the whole, its start in seconds since 1970."""

    number: str
    start: int


def _opened(path: Path) -> BinaryIO:
    """Return the file to read and add to, on a line of its own after a torn one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+b")
    if file.tell():
        file.seek(-1, SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")
    return file


class Ledger:
    """The file gets a line for each new journey at once, so a killed sandbox goes on as it was.

    A line that was torn by a kill is left out. Without a file all is forgotten at the end.
    """

    def __init__(self, path: Path | None = None, *, most: int = MOST) -> None:
        self.most = most
        self.starts: dict[Number, datetime] = {}
        self._named: dict[str, Number] = {}
        self._calls: Counter[Number] = Counter()
        self._file = _opened(path) if path else None
        if self._file:
            self._load(self._file)

    def begin(self, number: Number, now: datetime) -> datetime:
        """Return the start of a number's journey: its own, that of the file, or this second."""
        key = replace(number, part="")
        known = self.starts.get(key)
        if known:
            return known
        start = number.starts_at() or now.replace(microsecond=0)
        self._keep(key, start)
        self._write(Line(key.whole, int(start.timestamp())))
        return start

    def named(self, name: str) -> Number | None:
        """Return the number for a text, or for a reference (`sp_…`, `EC-…`) given out before."""
        return self._named.get(name) or parse(name)

    def count(self, number: Number) -> int:
        """Count one more call about a number and return how many there were."""
        key = replace(number, part="")
        self._calls[key] += 1
        return self._calls[key]

    def close(self) -> None:
        if self._file:
            self._file.close()

    def _load(self, file: BinaryIO) -> None:
        file.seek(0)
        for written in file:
            try:
                line = msgspec.json.decode(written, type=Line)
                number, start = parse(line.number), datetime.fromtimestamp(line.start, UTC)
            except (msgspec.DecodeError, ArithmeticError, OSError, ValueError):
                continue
            if number:
                self._keep(number, start)

    def _write(self, line: Line) -> None:
        if self._file:
            self._file.write(msgspec.json.encode(line) + b"\n")
            self._file.flush()

    def _keep(self, key: Number, start: datetime) -> None:
        if len(self.starts) >= self.most:
            self._forget(next(iter(self.starts)))
        self.starts[key] = start
        self._named[reference("sp", key.whole)] = key
        self._named[grouped_reference("EC", key.whole)] = key

    def _forget(self, key: Number) -> None:
        del self.starts[key]
        self._calls.pop(key, None)
        self._named.pop(reference("sp", key.whole), None)
        self._named.pop(grouped_reference("EC", key.whole), None)
