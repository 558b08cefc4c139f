"""The page on which staff set up their second factor, and remove it."""

from typing import Any

import django_otp
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from apps.desk import second_factor
from apps.desk.auditing import note_of_oneself
from apps.desk.pages import LOOKERS, page, show

WRONG = "This code is not right, or it came too soon after a wrong one. Wait for the next one."


@page("second-factor/", name="second_factor", roles=LOOKERS)
@sensitive_variables()
@sensitive_post_parameters()
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Set up the second factor, confirm it with a code, or remove it with one."""
    if request.method == "POST":
        return _STEPS.get(request.POST.get("step", ""), _back)(request)
    return _shown(request)


def _shown(request: HttpRequest, **more: Any) -> HttpResponse:
    has_one = second_factor.has_one(request.user)
    device = None if has_one else second_factor.begun(request.user)
    context = {"title": "Second factor", "has_one": has_one, "is_begun": bool(device), **more}
    if device:
        context["picture"] = second_factor.picture(device)
        context["key"] = second_factor.key_of(device)
    return show(request, "admin/second_factor.html", context)


def _begin(request: HttpRequest) -> HttpResponse:
    if not second_factor.has_one(request.user):
        second_factor.begin(request.user)
    return _back(request)


def _confirm(request: HttpRequest) -> HttpResponse:
    device = second_factor.begun(request.user)
    if device is None or second_factor.has_one(request.user):
        return _back(request)
    codes = second_factor.confirm(request.user, device, request.POST.get("code", ""))
    if not codes:
        return _shown(request, error=WRONG)
    django_otp.login(request, device)
    note_of_oneself(request, "Second factor set up.")
    return show(request, "admin/second_factor.html", {"title": "Second factor", "codes": codes})


def _remove(request: HttpRequest) -> HttpResponse:
    if second_factor.accepted(request.user, request.POST.get("code", "")) is None:
        return _shown(request, error=WRONG)
    second_factor.remove(request.user)
    request.session.pop(django_otp.DEVICE_ID_SESSION_KEY, None)
    note_of_oneself(request, "Second factor removed.")
    messages.success(request, "The second factor is removed. Your password alone logs you in.")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:second_factor"))


_STEPS = {"begin": _begin, "confirm": _confirm, "remove": _remove}
