"""A merchant's own host: it shows that brand, and the parcels of that merchant only.

Django lets no request in whose host it does not know. Brands' domains are no setting, so this
middleware asks the brands that are kept, and vouches for the host of the very request. A host
that somebody made up finds no brand, and is refused as ever.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port

from apps.branding.checks import own_hosts
from apps.branding.looks import Look, look_at, look_named
from apps.pages.readers import PLAIN


class OwnDomain:
    """Middleware, to stand before whatever asks a request for its host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host, port = split_domain_port(request.META.get("HTTP_HOST", ""))
        # The site's own hosts are nobody else's, whatever a brand says.
        look = look_at(host) if host and host not in own_hosts() else None
        if look:
            whole = f"{host}:{port}" if port else host
            request.get_host = lambda: whole  # type: ignore[method-assign]
            request.own_look = look  # type: ignore[attr-defined]
            request.urlconf = settings.OWN_DOMAIN_URLCONF
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, named: Any) -> None:
        """Refuse the addresses of another merchant's brands."""
        slug = named.get("slug")
        if slug and _is_own(request):
            other = look_named(slug)
            if other is None or not shows(request, other.merchant):
                raise Http404


def look_here(request: HttpRequest) -> Look:
    """Return the brand whose domain was asked, a plain one at the site's own hosts."""
    return getattr(request, "own_look", PLAIN)


def shows(request: HttpRequest, merchant: str) -> bool:
    """Tell whether a merchant's parcels are shown at the host that was asked."""
    return not _is_own(request) or look_here(request).merchant == merchant


def _is_own(request: HttpRequest) -> bool:
    return look_here(request) is not PLAIN
