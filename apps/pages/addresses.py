"""The addresses of our own pages, as they are read elsewhere."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from apps.pages.domains import look_here


def site_of(request: HttpRequest) -> str:
    """Return where this site is, such as `https://parcels.example`.

    Whoever came by a brand's own domain stays there.
    """
    public = "" if look_here(request).domain else settings.PUBLIC_URL
    return (public or request.build_absolute_uri("/")).rstrip("/")


def page_of(site: str, token: str) -> str:
    """Return the whole address of the page that a secret link opens."""
    return site + reverse("pages:tracking", args=[token])
