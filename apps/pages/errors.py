"""What a person sees when there is no page to show: in the language asked for, in plain looks."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

from apps.pages import showing
from apps.pages.domains import look_here
from apps.pages.readers import Reader, language_for


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    accepted = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    look = look_here(request)
    reader = Reader(look=look, language=language_for(_asked(request), accepted, look))
    return showing.notice(f"{status}.html", reader, status)


def _asked(request: HttpRequest) -> str:
    try:
        return request.GET.get("lang", "")
    except SuspiciousOperation:  # the address itself may be what is wrong
        return ""
