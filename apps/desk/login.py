"""Coming in: name and password first, then the code of who set up a second factor.

Nobody is logged in before both were right. Wrong passwords are counted by django-axes.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model, login
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from apps.desk import second_factor

# Somebody whose password was right has this long, and so many tries, for the code.
PATIENCE = timedelta(minutes=5)
MOST_CODES = 5
PENDING = "desk_pending"
# As long as Django lets a name be.
LONGEST_NAME = 150
WRONG = "This code is not right, or it came too soon after a wrong one. Wait for the next one."


class EntryForm(AdminAuthenticationForm):
    """Django's, but for names longer than any: axes has no room to count them."""

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if len(name) > LONGEST_NAME:
            raise self.get_invalid_login_error()
        return name


class Entry(LoginView):
    """Logs in who needs no code, and sends the others on to the code's page."""

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if not second_factor.has_one(user):
            return super().form_valid(form)
        self.request.session.cycle_key()
        self.request.session[PENDING] = {
            "user": user.pk,
            "backend": user.backend,
            # Of the password: when it is changed meanwhile, the code is of no use.
            "hash": user.get_session_auth_hash(),
            "until": int((timezone.now() + PATIENCE).timestamp()),
            "tries": 0,
            "next": self.get_success_url(),
        }
        return HttpResponseRedirect(reverse("admin:code"))


@never_cache
@sensitive_post_parameters()
@csrf_protect
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code, and log in whoever gives it."""
    pending: Any = request.session.get(PENDING)
    user = _waiting(pending)
    if user is None:
        request.session.pop(PENDING, None)
        return HttpResponseRedirect(reverse("admin:login"))
    if request.method != "POST":
        return _ask(request)
    device = second_factor.accepted(user, request.POST.get("code", ""))
    if device is None:
        pending["tries"] += 1
        request.session[PENDING] = pending
        return _ask(request, WRONG)
    del request.session[PENDING]
    user.otp_device = device
    login(request, user, backend=pending["backend"])
    return HttpResponseRedirect(pending["next"])


def _waiting(pending: dict[str, Any] | None) -> Any:
    """Return the user whose password was right a moment ago, if nothing has changed since."""
    if not pending or pending["tries"] >= MOST_CODES:
        return None
    if timezone.now().timestamp() > pending["until"]:
        return None
    user = get_user_model().objects.filter(pk=pending["user"], is_active=True).first()
    if user is None or not user.is_staff:
        return None
    return user if constant_time_compare(user.get_session_auth_hash(), pending["hash"]) else None


def _ask(request: HttpRequest, error: str = "") -> HttpResponse:
    context = {**admin.site.each_context(request), "title": "Your code", "error": error}
    return TemplateResponse(request, "admin/code.html", context)


def address_of(request: HttpRequest) -> str:
    """Return where a try comes from: what our proxy saw, or who is connected to us."""
    if settings.IS_BEHIND_PROXY:
        told = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        return told.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
    return str(request.META.get("REMOTE_ADDR", ""))


def locked(request: HttpRequest, *_: Any) -> HttpResponse:
    """Answer tries that come too often; the words are the same whether the name exists."""
    wait: timedelta = settings.AXES_COOLOFF_TIME
    context = {"title": "Too many tries", "minutes": int(wait.total_seconds() // 60)}
    answer = TemplateResponse(request, "admin/locked.html", context, status=429)
    answer["Retry-After"] = str(int(wait.total_seconds()))
    return answer.render()
