"""What can go wrong, one row for each word a number may have."""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any, NamedTuple
from zlib import MAX_WBITS, compressobj

from apps.sandbox.messages import Manner

RETRY_SECONDS = 7
BOMB_BYTES = 64 * 1024 * 1024
ELSEWHERE = "http://elsewhere.example/"

Headers = tuple[tuple[str, str], ...]
PAGE = b"<!doctype html><html><title>Maintenance</title><h1>We will be back soon</h1></html>"

# The lists of events and the texts in them, in all four languages.
_LISTS = frozenset(("events", "Events", "tracking_history"))
_TEXTS = frozenset(("description", "Description", "status_details", "carrier_status_description"))


class Fault(NamedTuple):
    """`headers` takes the address asked and the time; `change` the answer's content and how
    often it was asked for; `replace` the body. `every` is 2 when every second call fails.
    """

    about: str
    status: int = 200
    manner: Manner = Manner.WHOLE
    headers: Callable[[str, datetime], Headers] | None = None
    change: Callable[[Any, int], Any] | None = None
    replace: Callable[[bytes], bytes] | None = None
    every: int = 1
    is_about_another: bool = False


def wait_seconds(target: str, now: datetime) -> Headers:
    return (("Retry-After", str(RETRY_SECONDS)),)


def wait_date(target: str, now: datetime) -> Headers:
    at = now + timedelta(seconds=RETRY_SECONDS)
    return (("Retry-After", format_datetime(at, usegmt=True)),)


def to_itself(target: str, now: datetime) -> Headers:
    return (("Location", target),)


def to_elsewhere(target: str, now: datetime) -> Headers:
    return (("Location", ELSEWHERE),)


def as_page(target: str, now: datetime) -> Headers:
    return (("Content-Type", "text/html; charset=utf-8"),)


def as_gzip(target: str, now: datetime) -> Headers:
    return (("Content-Encoding", "gzip"),)


@cache
def bomb() -> bytes:
    """Return some sixty kilobytes of gzip that unpack to `BOMB_BYTES` of valid JSON."""
    packer = compressobj(9, wbits=MAX_WBITS | 16)
    block = b" " * 1024 * 1024
    blocks = [packer.compress(block) for _ in range(BOMB_BYTES // len(block))]
    return b"".join([*blocks, packer.compress(b"{}"), packer.flush()])


def drift(content: Any, call: int) -> Any:
    """Put everything under other names, as a new version nobody announced would."""
    return {"schemaVersion": 3, "payload": _renamed(content)}


def shuffle(content: Any, call: int) -> Any:
    """List the events in another order, the same whenever it is asked for."""
    return _with_lists(content, _shuffled)


def double(content: Any, call: int) -> Any:
    return _with_lists(content, lambda events: [event for one in events for event in (one, one)])


def reword(content: Any, call: int) -> Any:
    """Say every text in other words at each call: as it is, in capitals, with a remark."""
    ways: tuple[Callable[[str], str], ...] = (str, str.upper, lambda text: f"{text} (updated)")
    return _with_texts(content, ways[(call - 1) % len(ways)])


FAULTS = {
    "TIMEOUT": Fault("never answered", manner=Manner.SILENT),
    "RESET": Fault("connection torn down", manner=Manner.RESET),
    "DRIP": Fault("a byte at a time", manner=Manner.DRIPPED),
    "TRUNCATED": Fault("half of the announced length, then the end", manner=Manner.SHORT),
    "CUT": Fault("JSON that ends in the middle", replace=lambda body: body[: len(body) // 2]),
    "EMPTY": Fault("200 and nothing", replace=lambda body: b""),
    "HTML": Fault("a page in place of data", headers=as_page, replace=lambda body: PAGE),
    "BOMB": Fault("gzip that swells", headers=as_gzip, replace=lambda body: bomb()),
    "429S": Fault("429, Retry-After in seconds", 429, headers=wait_seconds),
    "429D": Fault("429, Retry-After as a date", 429, headers=wait_date),
    "500": Fault("500 each time", 500),
    "FLAKY": Fault("503 every second time", 503, every=2),
    "401": Fault("401", 401),
    "403": Fault("403", 403),
    "MISSING": Fault("404", 404),
    "LOOP": Fault("redirected to itself", 302, headers=to_itself),
    "ELSEWHERE": Fault("redirected to another host", 302, headers=to_elsewhere),
    "DRIFT": Fault("another schema", change=drift),
    "SHUFFLED": Fault("events out of order", change=shuffle),
    "DOUBLED": Fault("every event twice", change=double),
    "REWORDED": Fault("other words at each call", change=reword),
    "WRONG": Fault("about another parcel", is_about_another=True),
}
NO_FAULT = Fault("nothing wrong")


def _renamed(content: Any) -> Any:
    if isinstance(content, dict):
        return {key.swapcase(): _renamed(value) for key, value in content.items()}
    return [_renamed(one) for one in content] if isinstance(content, list) else content


def _with_lists(content: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    """Return the content with every list of events changed."""
    if isinstance(content, list):
        return [_with_lists(one, change) for one in content]
    if not isinstance(content, dict):
        return content
    return {
        key: change(value) if key in _LISTS else _with_lists(value, change)
        for key, value in content.items()
    }


def _shuffled(events: list[Any]) -> list[Any]:
    """Return every second event first, so that two or more never stay as they were."""
    return [*events[1::2], *events[::2]]


def _with_texts(content: Any, change: Callable[[str], str]) -> Any:
    if isinstance(content, list):
        return [_with_texts(one, change) for one in content]
    if not isinstance(content, dict):
        return content
    return {
        key: change(value) if key in _TEXTS and value else _with_texts(value, change)
        for key, value in content.items()
    }
