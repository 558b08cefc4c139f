"""oEmbed (oembed.com): a pasted link of ours becomes the frame it stands for."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.branding.looks import Look, look_for_parcel, look_named
from apps.branding.snippets import SANDBOX
from apps.pages.addresses import page_of, site_of
from apps.pages.domains import shows
from apps.pages.readers import Reader
from apps.shipments.models import Shipment

# Pages that have a frame, by the names of their addresses.
FRAMED = ("pages:tracking", "pages:look_up")
WIDTH, HEIGHT = 640, 640


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Answer with the frame of a page of ours: 404 for any other, 501 for another format."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse(status=501)
    found = _found(request, request.GET.get("url", ""))
    if found is None:
        raise Http404
    look, frame = found
    return JsonResponse(_described(request, look, frame), headers={"Cache-Control": "no-store"})


def address_of(reader: Reader, token: str) -> str:
    """Return where a page says what its frame is, empty when nobody may frame it."""
    if not reader.look.frame_origins:
        return ""
    query = urlencode({"url": page_of(reader.site, token), "format": "json"})
    return f"{reader.site}{reverse('pages:oembed')}?{query}"


def _found(request: HttpRequest, url: str) -> tuple[Look, str] | None:
    """Return the brand of a page of ours and the path of its frame, None when it has none."""
    names = _names(request, url)
    look = _look(**names) if names else None
    if look is None or not look.frame_origins or not shows(request, look.merchant):
        return None
    token = names.get("token")
    return look, reverse("pages:embed", args=[look.slug, token] if token else [look.slug])


def _names(request: HttpRequest, url: str) -> dict[str, str]:
    """Return the names in the address of a page that has a frame, empty for any other."""
    try:
        parts = urlsplit(url)
        found = resolve(parts.path)
    except (ValueError, Resolver404):
        return {}
    is_ours = f"{parts.scheme}://{parts.netloc}" == site_of(request)
    return found.kwargs if is_ours and found.view_name in FRAMED else {}


def _look(slug: str = "", token: str = "") -> Look | None:
    if slug:
        return look_named(slug)
    known = Shipment.objects.filter(token=token)
    facts = ("merchant__slug", "merchant__name", "channel", "destination_country")
    found = known.values_list(*facts).first()
    return look_for_parcel(*found) if found else None


def _described(request: HttpRequest, look: Look, frame: str) -> dict[str, Any]:
    title = _("Parcel tracking")
    width, height = _size(request, "maxwidth", WIDTH), _size(request, "maxheight", HEIGHT)
    html = format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"'
        ' style="border:0;max-width:100%" allow="clipboard-write" sandbox="{}"></iframe>',
        *(site_of(request) + frame, title, width, height, SANDBOX),
    )
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": look.name,
        "provider_url": site_of(request),
        "width": width,
        "height": height,
        "html": html,
    }


def _size(request: HttpRequest, name: str, usual: int) -> int:
    """Return pixels, no more than the address allows."""
    most = request.GET.get(name, "")
    is_number = most.isascii() and most.isdecimal() and len(most) < 6
    return min(usual, int(most)) if is_number and int(most) else usual
