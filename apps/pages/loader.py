"""The script that shops load, at an address that never changes."""

from functools import cache

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

FILE = "static/js/embed.js"
# A shop's page asks again after five minutes; the address with a hash never does.
KEPT = 300


@require_safe
@cache_control(public=True, max_age=KEPT)
@conditional_page
def script(request: HttpRequest) -> HttpResponse:
    """Answer with the script that defines `<parcel-tracking>`."""
    is_small = "br" in request.headers.get("Accept-Encoding", "").replace(",", " ").split()
    answer = HttpResponse(_script(is_small), content_type="text/javascript; charset=utf-8")
    if is_small:
        answer["Content-Encoding"] = "br"
    answer["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(answer, ("Accept-Encoding",))
    return answer


@cache
def _script(is_small: bool) -> bytes:
    text = (settings.BASE_DIR / FILE).read_bytes()
    return brotli.compress(text, mode=brotli.MODE_TEXT) if is_small else text
