from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.common import no_append_slash
from django.views.decorators.http import require_safe

from apps.pages.presenting import present
from apps.shipments.privacy import Level, seen_at
from apps.shipments.reading import order_of, versions_of_order

# A crawler has to be let in to read that a page does not want to be listed, so tracking
# pages are not forbidden here.
ROBOTS = "User-agent: *\nDisallow: /admin/\n"


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/start.html")


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain")


@no_append_slash
@require_safe
@cache_control(private=True, no_cache=True)
def tracking(request: HttpRequest, token: str) -> HttpResponse:
    """Show the parcel behind a secret link, with the other parcels of its order."""
    journeys = [seen_at(journey, Level.LINK) for journey in order_of(token)]
    if journeys:
        page = present(journeys, timezone.now())
        version = sum(journey.version for journey in journeys)
        response = render(request, "pages/tracking.html", {"page": page, "version": version})
    else:
        response = render(request, "404.html", status=404)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@cache_control(private=True, no_store=True)
def live(request: HttpRequest, token: str) -> HttpResponse:
    """Answer an open page that asks for news: 204 when it shows them already, else the page."""
    version = versions_of_order(token)
    if version is not None and request.GET.get("version") == str(version):
        return HttpResponse(status=204)
    return tracking(request, token)
