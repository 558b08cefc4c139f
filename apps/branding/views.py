from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.branding.looks import look_named
from apps.branding.models import Asset
from apps.branding.uploads import ENDINGS

DAY = 24 * 3600
MONTH, YEAR = 30 * DAY, 365 * DAY
MIMES = {ending: mime for mime, ending in ENDINGS.items()}


@require_safe
def theme(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """Answer with a brand's theme: custom properties, and its own font.

    A page can be older than its brand, and a process can know a brand later than the page
    that asks: both get the theme known here, but not to keep.
    """
    look = look_named(slug)
    if look is None:
        raise Http404
    kept = f"max-age={MONTH}, immutable" if version == look.version else "max-age=1"
    headers = {"Cache-Control": f"public, {kept}"}
    return HttpResponse(look.css, content_type="text/css", headers=headers)


@require_safe
def file(request: HttpRequest, slug: str, digest: str, ending: str) -> HttpResponse:
    """Answer with a picture or font that we made of an upload of the brand's merchant.

    Its name is what its bytes come to, so it is right for ever. It is nothing but data: were
    it opened by itself, it could do nothing.
    """
    look, mime = look_named(slug), MIMES.get(ending)
    if look is None or mime is None:
        raise Http404
    known = Asset.objects.filter(digest=digest, mime=mime, merchant__slug=look.merchant)
    data = known.values_list("data", flat=True).first()
    if data is None:
        raise Http404
    headers = {
        "Cache-Control": f"public, max-age={YEAR}, immutable",
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(bytes(data), content_type=mime, headers=headers)
