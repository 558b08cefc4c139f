"""The first middleware: a public page that nothing has happened to is answered from memory.

A page is read many times between two scans, and a single query costs more than the whole
request cycle around it. So each process keeps finished answers, with the headers the other
middleware gave them, and asks the database once a second at most whether they still hold.
A view says itself what may be kept, by marking its response with `keep`.
"""

import gzip
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac

from apps.pages.readers import prefers_text
from apps.pages.stamps import Stamp, stamp_of

# Seconds an answer is believed without asking.
BELIEVED = 1.0
MOST_BYTES = 32 * 1024 * 1024
ANSWERS = re.compile(r"/(?:t|e/[-\w]{1,50})/([A-Za-z0-9_-]{20,40})/")
# What may stand in an address; an answer to anything else is not worth keeping.
PARAMETERS = frozenset(
    ("lang", "theme", "accent", "background", "show", "hide", "heading-level", "host")
)
# What an entry takes beside its body, roughly.
OVERHEAD = 2000
MOST_STAMPS = 20_000
# Reads after which better packing, some 15 ms of it, pays.
OFTEN = 3

VARIES = ("Accept", "Accept-Encoding", "Accept-Language")
REVALIDATE = {"Cache-Control": "private, no-cache", "Vary": ", ".join(VARIES)}

Next = Callable[[HttpRequest], HttpResponse]


class Key(NamedTuple):
    """What tells one answer from another."""

    path: str
    token: str
    query: str
    site: str
    language: str
    kind: str
    coding: str


@dataclass(slots=True)
class Kept:
    """A finished answer. `until` is when its words about time are out of date.

    It is packed quickly at first, and as small as can be once it was read a few times.
    """

    stamp: Stamp
    until: float
    etag: str
    body: bytes
    headers: dict[str, str]
    reads: int = 0
    # As it counts against the store, for good: packing smaller does not change it.
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.body) + OVERHEAD

    def read(self) -> HttpResponse:
        self.reads += 1
        if self.reads == OFTEN and self.headers.get("Content-Encoding") == "br":
            self.body = _pack(brotli.decompress(self.body), quality=11)
            self.headers = {**self.headers, "Content-Length": str(len(self.body))}
        return HttpResponse(self.body, headers=self.headers)


class Store:
    """Answers by key, the oldest going first when they are too many bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._kept: dict[Key, Kept] = {}
        self._stamps: dict[str, tuple[float, Stamp | None]] = {}
        self._lock = threading.Lock()

    def get(self, key: Key) -> Kept | None:
        """Return an answer that still holds; forget one that does not."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if time.time() < kept.until and self.stamp(key.token) == kept.stamp:
            return kept
        self._drop(key)
        return None

    def put(self, key: Key, kept: Kept) -> None:
        self._drop(key)
        with self._lock:
            self._kept[key] = kept
            self.bytes += kept.size
            while self.bytes > self.most_bytes:
                self.bytes -= self._kept.pop(next(iter(self._kept))).size

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._stamps.clear()
            self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def _drop(self, key: Key) -> None:
        with self._lock:
            kept = self._kept.pop(key, None)
            self.bytes -= kept.size if kept else 0

    def stamp(self, token: str) -> Stamp | None:
        """Return a link's stamp, a second old at most."""
        now = time.monotonic()
        known = self._stamps.get(token)
        if known and now - known[0] < BELIEVED:
            return known[1]
        if len(self._stamps) > MOST_STAMPS:
            self._stamps.clear()
        stamp = stamp_of(token)
        self._stamps[token] = (now, stamp)
        return stamp


store = Store()


class Front:
    """Middleware, to stand before all others."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request.META)
        if key is None:
            return self.get_response(request)
        kept, known = store.get(key), request.META.get("HTTP_IF_NONE_MATCH", "")
        if known and (etag := kept.etag if kept else _etag_now(key)) and etag in known:
            return HttpResponseNotModified(headers={"ETag": etag, **REVALIDATE})
        if kept is None:
            response = self.get_response(request)
            kept = _made(response, key)
            if kept is None:
                return response
            store.put(key, kept)
        return kept.read()


def keep(response: HttpResponse, stamp: Stamp) -> HttpResponse:
    """Let an answer to whoever holds the link be kept; the stamp says what it shows."""
    response.shows = stamp  # type: ignore[attr-defined]
    return response


def key_of(meta: Mapping[str, str]) -> Key | None:
    """Return the key of a request, None for one whose answer is never kept."""
    path, method = meta["PATH_INFO"], meta["REQUEST_METHOD"]
    if path[:3] not in ("/t/", "/e/") or method not in ("GET", "HEAD") or "HTTP_X_PROOF" in meta:
        return None
    found, query = ANSWERS.fullmatch(path), _told(meta.get("QUERY_STRING", ""))
    if found is None or query is None or settings.DEBUG:
        return None
    return Key(
        path=path,
        token=found[1],
        query=query,
        site=f"{meta['wsgi.url_scheme']} {meta.get('HTTP_X_FORWARDED_PROTO')} {meta.get('HTTP_HOST')}",
        language=meta.get("HTTP_ACCEPT_LANGUAGE", "")[:200],
        kind="text" if prefers_text(meta.get("HTTP_ACCEPT", "")) else "",
        coding=_coding(meta.get("HTTP_ACCEPT_ENCODING", "")),
    )


@lru_cache(maxsize=1000)
def _told(query: str) -> str | None:
    """Return the query of an address if nothing but ours stands in it."""
    if len(query) > 300:
        return None
    names = {name for name, _value in parse_qsl(query, keep_blank_values=True)}
    return query if names <= PARAMETERS else None


@lru_cache(maxsize=1000)
def _coding(accepted: str) -> str:
    words = accepted.lower().replace(" ", "").split(",")
    return next((name for name in ("br", "gzip") if name in words), "")


def _pack(body: bytes, quality: int) -> bytes:
    packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality)
    return packed


_PACK: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: _pack(body, quality=5),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}


def _made(response: HttpResponse, key: Key) -> Kept | None:
    """Return a response as it is kept, None when it may not be or sets a cookie."""
    stamp: Stamp | None = getattr(response, "shows", None)
    if stamp is None or response.status_code != 200 or response.cookies:
        return None
    body = _PACK[key.coding](response.content) if key.coding else response.content
    if key.coding:
        response["Content-Encoding"] = key.coding
    patch_vary_headers(response, VARIES)
    etag = _etag(key, stamp)
    response["ETag"], response["Content-Length"] = etag, str(len(body))
    return Kept(stamp, stamp.until(), etag, body, dict(response.items()))


def _etag_now(key: Key) -> str:
    """Return the mark an answer would have if it were made now, empty for no link."""
    stamp = store.stamp(key.token)
    return _etag(key, stamp) if stamp else ""


def _etag(key: Key, stamp: Stamp) -> str:
    mark = salted_hmac("front", repr((*key, stamp.text())))
    # Weak: the same page may come in fewer bytes later.
    return f'W/"{mark.hexdigest()[:22]}"'
