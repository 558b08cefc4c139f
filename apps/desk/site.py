"""The staff's door: Django's admin, in which everybody sees their own merchants only."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from apps.desk import pages, sitting

# What packages call their tables, in words for the people who use them.
NAMES = {
    "admin": "Log",
    "auth": "Users",
    "axes": "Failed log-ins",
    "otp_static": "Recovery codes",
    "otp_totp": "Second factors",
}


class Desk(AdminSite):
    site_title = site_header = "Parcel tracking"
    index_template = "desk/index.html"

    def register(
        self,
        model_or_iterable: Any,
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Register admins as Django does, each kept within somebody's merchants."""
        # Later than the module, which Django loads before the models.
        from apps.desk.scoping import scoped

        is_one = isinstance(model_or_iterable, type)
        models: list[type[Model]] = [model_or_iterable] if is_one else list(model_or_iterable)
        for model in models:
            super().register(model, scoped(model, admin_class or ModelAdmin), **options)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        from apps.desk import home

        told = home.told(request, timezone.now())
        return super().index(request, {**told, **(extra_context or {})})

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether somebody is staff and has shown the second factor they set up."""
        from apps.desk.second_factor import is_proved

        return super().has_permission(request) and is_proved(request.user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return sitting.kept(super().admin_view(view, cacheable))

    def each_context(self, request: HttpRequest) -> Any:
        is_seated = self.has_permission(request) and pages.has_seat(request)
        return {**super().each_context(request), "is_seated": is_seated}

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form, or send on who is logged in; what is sent goes through `Entry`."""
        from apps.desk.login import Entry, EntryForm

        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        context = {
            **self.each_context(request),
            "title": "Log in",
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        view: Any = Entry.as_view(
            extra_context=context,
            authentication_form=EntryForm,
            template_name="admin/login.html",
        )
        answer: HttpResponse = view(request)
        return answer

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        from apps.desk.auditing import note_of_oneself

        answer = super().password_change(request, extra_context)
        if request.method == "POST" and answer.status_code == 302:
            note_of_oneself(request, "Password changed.")
        return answer

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps: list[Any] = super().get_app_list(request, app_label)
        return [{**one, "name": NAMES.get(one["app_label"], one["name"])} for one in apps]

    def get_urls(self) -> list[Any]:
        from apps.desk.login import code

        # Before the site's own, the last of which answers to everything. What is left out would
        # tell of any table whether it has a row of that number.
        pages.load()
        own = [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]
        return [path("login/code/", code, name="code"), *pages.urls(self.admin_view), *own]
