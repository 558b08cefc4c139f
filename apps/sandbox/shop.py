"""A shop to play with: one page on an origin of its own, with our frame in it three times."""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.template.loader import render_to_string

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")

Start = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]


def application(site: str, brand: str) -> Application:
    """Return the shop as a WSGI application; `site` is where the tracking site answers.

    Every path is the same page. `?t=` is the secret of a parcel's link.
    """

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        (token, *_) = parse_qs(environ.get("QUERY_STRING", "")).get("t", [""])
        known = token if TOKEN.fullmatch(token) else ""
        html = render_to_string("sandbox/shop.html", {"site": site, "brand": brand, "token": known})
        status = HTTPStatus.OK
        start(f"{status:d} {status.phrase}", [("Content-Type", "text/html; charset=utf-8")])
        return [html.encode()]

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    # Browsers open connections they may never use; none may hold up another.
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    def log_message(self, *words: Any) -> None:
        """Say nothing: addresses hold secrets."""


def serve(host: str, port: int, site: str, brand: str) -> WSGIServer:
    """Return the shop's server, listening; raise `OSError` if it cannot."""
    return make_server(host, port, application(site, brand), _Server, _Handler)
