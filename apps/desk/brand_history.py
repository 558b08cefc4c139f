"""What was published of a brand, and the way back to any of it."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from apps.branding import drafts, looks
from apps.desk.brand_form import errors_of
from apps.desk.brand_reach import around, brand_for, brand_to_change, lines, log
from apps.desk.pages import BRANDERS, page, show


@page("brands/<int:pk>/history/", name="brand_history", methods=("GET", "HEAD"))
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the published versions: who, when, and what changed."""
    brand = brand_for(request, pk)
    versions = [(one, lines(one.changes)) for one in drafts.versions(brand)]
    context = around(request, brand, "brand_history", versions=versions, most=drafts.MOST_VERSIONS)
    return show(request, "desk/brand/history.html", context)


@page("brands/<int:pk>/return/", name="brand_return", roles=BRANDERS, methods=("POST",))
def to_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an earlier version again."""
    brand, key = brand_to_change(request, pk), request.POST.get("version", "")
    if not key.isascii() or not key.isdecimal() or len(key) > 18:
        raise Http404
    try:
        changes = drafts.return_to(brand.pk, int(key), request.user)
    except ObjectDoesNotExist:
        raise Http404 from None
    except ValidationError as error:
        messages.error(request, f"This cannot come back: {' '.join(errors_of(error))}")
    else:
        looks.forget()
        log(request, brand, "Returned to an earlier version", changes)
        messages.success(request, "The earlier version is published again.")
    return HttpResponseRedirect(reverse("admin:brand_history", args=[brand.pk]))
