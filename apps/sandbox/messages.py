"""What is asked of the sandbox over HTTP, and what goes back."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Question(Struct, frozen=True):
    """One request. `path` is still quoted; header names are in small letters."""

    method: str
    target: str
    path: str
    query: str
    headers: Mapping[str, str]
    is_last: bool = False  # the connection ends with it


class Manner(StrEnum):
    """How an answer is sent."""

    WHOLE = "whole"
    SILENT = "silent"  # not at all, the connection stays open
    SHORT = "short"  # half of what its head announces, then the end
    DRIPPED = "dripped"  # the head at once, then a byte at a time
    RESET = "reset"  # not at all, the connection is torn down


class Reply(Struct, frozen=True):
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    manner: Manner = Manner.WHOLE
