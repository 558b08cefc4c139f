"""Weight: what a first visit brings over the wire, packed as it is served once read a few times."""

import re
from collections.abc import Iterator

import brotli
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import QueryDict
from msgspec.structs import replace

from apps.pages import showing
from apps.pages.frames import fitted, frame_of, shell_of
from tests.bench.rounds import Figure
from tests.pages.states import Case, all_states

HTMX = "django_htmx/htmx-4.min.js"
# What a browser fetches of a page by itself.
FETCHED = re.compile(r'<(?:link rel="stylesheet" href|script src|use href)="([^"#]+)')


def measure(quick: bool) -> tuple[list[Figure], bool]:
    """Return kilobytes and requests of the heaviest state; the machine has no part in it."""
    visits = [_visit(case) for case in all_states().values()]
    frames = [_kilobytes(_frame(case).encode()) for case in all_states().values()]
    htmx = _kilobytes(_file(HTMX))
    bytes_of = [size for size, _ in visits]
    return [
        Figure("P1", max(bytes_of), bytes_of),
        Figure("P2", max(bytes_of) + htmx, [size + htmx for size in bytes_of]),
        Figure("P3", max(requests for _, requests in visits), []),
        Figure("P4", max(frames), frames),
    ], False


def _visit(case: Case) -> tuple[float, int]:
    """Return kilobytes and requests of a first visit, without what comes with the first news."""
    html = showing.render("pages/tracking.html", case.journeys, case.reader, case.now)
    files = set(FETCHED.findall(html))
    sizes = [_kilobytes(_file(name)) for name in _names(files)]
    return _kilobytes(html.encode()) + sum(sizes), 1 + len(files)


def _frame(case: Case) -> str:
    query = QueryDict("")
    reader = replace(case.reader, frame=frame_of(query, case.reader.look))
    more = shell_of(reader, query)
    html = showing.render("pages/tracking.html", case.journeys, reader, case.now, more)
    return fitted(html, 2)


def _names(addresses: set[str]) -> Iterator[str]:
    """Return the files of ours behind addresses with hashes in them."""
    originals = {staticfiles_storage.url(name): name for name in _all_files()}
    return (originals[address] for address in addresses)


def _all_files() -> Iterator[str]:
    for finder in finders.get_finders():
        for name, _storage in finder.list([]):
            if name.startswith(("css/", "js/", "img/")):
                yield name


def _file(name: str) -> bytes:
    with open(finders.find(name), "rb") as file:
        return file.read()


def _kilobytes(body: bytes) -> float:
    return len(brotli.compress(body, mode=brotli.MODE_TEXT, quality=11)) / 1024
