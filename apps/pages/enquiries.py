"""The start page and a brand's page, where a parcel is looked up."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.branding.looks import look_named
from apps.pages import looking_up, showing
from apps.pages.domains import look_here
from apps.pages.guests import too_many
from apps.pages.looking_up import Door, LookUp
from apps.pages.opening import not_found, reader_of
from apps.pages.readers import Reader


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Show the form, or answer it: with the parcel, or with the form and what is wrong."""
    look = look_named(slug) if slug else look_here(request)
    if look is None:
        return not_found(request)
    reader, door, now = reader_of(request, look), Door(look), timezone.now()
    with translation.override(reader.language):
        if request.method == "POST":
            return _answered(request, reader, looking_up.tried(request, door, now))
        page = _page(reader, looking_up.blank(request, door, now))
    del page["X-Robots-Tag"]
    return page


def _answered(request: HttpRequest, reader: Reader, form: LookUp) -> HttpResponse:
    if form.status == 429:
        return too_many(request, reader.look, form.wait)
    language = f"?lang={reader.language}" if "lang" in request.GET else ""
    if len(form.found) == 1:
        return showing.led_to(reverse("pages:tracking", args=[form.found[0].token]) + language)
    if form.by_number:
        address = reverse("pages:by_number", args=[reader.look.slug, form.by_number])
        return showing.led_to(address + language)
    page = _page(reader, form)
    page["Cache-Control"] = "no-store"
    return page


def _page(reader: Reader, form: LookUp) -> HttpResponse:
    status = 200 if form.found else form.status
    return showing.notice("pages/start.html", reader, status, {"lookup": form})
