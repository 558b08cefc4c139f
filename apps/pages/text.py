"""An order in plain text: what the page says, for terminals, mails and note pads."""

from collections.abc import Iterable, Iterator
from itertools import starmap
from textwrap import TextWrapper

from apps.pages.contents import Row
from apps.pages.guides import Guide
from apps.pages.languages import gettext as _
from apps.pages.languages import listed
from apps.pages.parcels import Parcel, Part
from apps.pages.presenting import Page
from apps.pages.scans import Scan
from apps.pages.templatetags.texts import plain
from apps.pages.windows import Window

COLUMNS = 72
PARAGRAPH = TextWrapper(COLUMNS, break_on_hyphens=False)
ENTRY = TextWrapper(COLUMNS, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


def text_of(page: Page, address: str) -> str:
    """Return the text of a page; no line but the page's address is longer than `COLUMNS`."""
    parcels = (page.parcel, *page.others)
    told = [_block(PARAGRAPH, (page.heading, page.merchant, page.order, page.tally))]
    told += [block for parcel in parcels for block in _parcel(page, parcel)]
    told += _section(_("Still to be sent"), map(_row, page.unsent), page, "items")
    return "\n\n".join(filter(None, (*told, address))) + "\n"


def one_line(text: str) -> str:
    """Return text from outside on one line, without what reorders or hides words."""
    return " ".join(plain(text).split())


def _parcel(page: Page, parcel: Parcel) -> Iterator[str]:
    guide = page.guide if parcel is page.parcel else parcel.guide
    yield _block(PARAGRAPH, _status(parcel))
    yield _block(PARAGRAPH, _guide(guide)) if guide else ""
    yield from _section(_("In this parcel"), map(_row, parcel.rows), page, "items")
    yield from _section(_("Journey"), starmap(_scan, parcel.told), page, "journey")
    yield from _section(_("Delivery details"), map(_part, parcel.parts), page, "details")
    yield _block(PARAGRAPH, (line.words for line in parcel.freshness))


def _status(parcel: Parcel) -> Iterator[str]:
    yield _joined(": ", parcel.place_in_order, parcel.heading)
    if parcel.happened:
        yield parcel.happened.full
    if parcel.window:
        yield from _window(parcel.window)
    yield parcel.situation.note


def _window(window: Window) -> Iterator[str]:
    span = _joined(" – ", window.since.text if window.since else "", window.until.text)
    yield f"{window.label}: {span} {window.zone}"
    yield _joined(". ", f"{_('Before')}: {window.former}", window.reason) if window.former else ""
    yield window.source


def _guide(guide: Guide) -> tuple[str, ...]:
    return guide.title, guide.means, guide.place, guide.then


def _row(row: Row) -> str:
    count = f" × {row.quantity}" if row.quantity != 1 else ""
    return listed(f"{row.name}{count}: {row.heading}", *row.numbers)


def _scan(scan: Scan, item: str) -> str:
    voices = (_joined(": ", voice.speaker, f"“{voice.words}”") for voice in scan.voices)
    place = listed(scan.sentence, scan.place)
    return _joined(". ", f"{scan.clock.full}: {place}", item, *voices, scan.note)


def _part(part: Part) -> str:
    numbers = (f"{_('Tracking number')}: {number}" for number in part.numbers)
    return _joined(". ", listed(part.carrier, part.service), *numbers)


def _joined(mark: str, *texts: str) -> str:
    return mark.join(filter(None, map(one_line, texts)))


def _section(title: str, entries: Iterable[str], page: Page, part: str) -> Iterator[str]:
    block = "" if part in page.hidden else _block(ENTRY, entries)
    if block:
        yield f"{title}\n{block}"


def _block(shape: TextWrapper, texts: Iterable[str]) -> str:
    return "\n".join(shape.fill(text) for text in map(one_line, texts) if text)
