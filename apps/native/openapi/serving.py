"""The documents, and pages to read them and try operations out. All is public and ours alone:
nothing is fetched from elsewhere."""

import gzip
from functools import cache
from pathlib import Path
from typing import NamedTuple

import drf_spectacular_sidecar
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from apps.native.marked_up import html_of
from apps.native.openapi.documents import DOCUMENTS, written

# A browser asks again after this long, and is mostly told that nothing changed.
CACHED = "public, max-age=300"
# Its address has the version of the package in it.
FOR_GOOD = "public, max-age=31536000, immutable"
VIEWER = (
    Path(drf_spectacular_sidecar.__file__).parent / "static/drf_spectacular_sidecar/swagger-ui-dist"
)
VIEWER_VERSION = drf_spectacular_sidecar.__version__
VIEWER_FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
GUIDES = {
    "api": "From a key to the first parcel",
    "codes": "Every state, and what each API calls it",
    "webhooks": "Webhooks",
}
CLIENT = "examples/tracking_client.py"


class File(NamedTuple):
    whole: bytes
    packed: bytes


def _etag(request: HttpRequest, name: str) -> str | None:
    return written(name).etag if name in DOCUMENTS else None


@require_safe
@condition(etag_func=_etag)
def document(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with one OpenAPI document."""
    if name not in DOCUMENTS:
        raise Http404
    return HttpResponse(
        written(name).body,
        content_type="application/json",
        headers={"Cache-Control": CACHED},
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show which APIs there are."""
    told = {"documents": DOCUMENTS.values(), "guides": GUIDES}
    return render(request, "native/docs_index.html", told)


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one API's operations."""
    if name not in DOCUMENTS:
        raise Http404
    told = {
        "document": DOCUMENTS[name],
        "documents": DOCUMENTS.values(),
        "viewer": VIEWER_VERSION,
    }
    return render(request, "native/docs.html", told)


@require_safe
def guide(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the guides that come with the site: a page for browsers, else as it is written."""
    if name not in GUIDES:
        raise Http404
    text = _text(f"{name}.md")
    if "text/html" in request.headers.get("Accept", ""):
        told = {"title": GUIDES[name], "html": html_of(text)}
        answer = render(request, "native/guide.html", told)
    else:
        answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"], answer["Vary"] = CACHED, "Accept"
    return answer


@require_safe
def client(request: HttpRequest) -> HttpResponse:
    """Show the example of a client, as it is written."""
    headers = {"Cache-Control": CACHED}
    return HttpResponse(_text(CLIENT), content_type="text/plain; charset=utf-8", headers=headers)


def _text(path: str) -> str:
    file: Path = settings.BASE_DIR / "docs" / path
    if not file.is_file():
        raise Http404
    return file.read_text()


@require_safe
def viewer(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """Answer with a file of the viewer's, packed if the browser takes it.

    It lies in a package. Collecting it would take longer than all our own files together.
    """
    if name not in VIEWER_FILES or version != VIEWER_VERSION:
        raise Http404
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    file = _file(name)
    answer = HttpResponse(file.packed if is_packed else file.whole)
    answer["Content-Type"] = f"{VIEWER_FILES[name]}; charset=utf-8"
    answer["Cache-Control"], answer["Vary"] = FOR_GOOD, "Accept-Encoding"
    if is_packed:
        answer["Content-Encoding"] = "gzip"
    return answer


@cache
def _file(name: str) -> File:
    whole = (VIEWER / name).read_bytes()
    return File(whole, gzip.compress(whole, 6))
