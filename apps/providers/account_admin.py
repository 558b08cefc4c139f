"""Accounts as staff see them. What is secret goes in here and never comes out."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.debug import SafeExceptionReporterFilter
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from apps.providers import steering, upload_page, uploading
from apps.providers.account_form import (
    CREDENTIAL,
    OPTION,
    AccountForm,
    ChoiceForm,
    form_for,
    opened,
)
from apps.providers.models import Account, Watch
from apps.providers.trouble_words import standing, state
from apps.shipments.leafing import Leafed

# Nobody may guess these letter by letter through filters in the address of the list.
NEVER_SOUGHT = {"credentials", "hook_token", "token"}


class Silent(SafeExceptionReporterFilter):
    """Keeps what was sent off error pages; Django's own shows all of it with DEBUG."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True


@admin.register(Account)
class AccountAdmin(Leafed):
    """Adding takes two steps, because each provider has fields of its own."""

    list_display = ("__str__", "merchant", "provider", "state", "trouble", "trouble_at")
    list_filter = ("is_active", "trouble", "merchant")
    list_select_related = ("merchant",)
    readonly_fields = ("merchant", "provider", "standing", "secrets", "choices")
    actions = ("resume", "ask_all_now", "new_push_address")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        return super().get_queryset(request).defer("credentials", "token")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if lookup.split("__")[0] in NEVER_SOUGHT:
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_deleted_objects(
        self, objs: Iterable[Account], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Name the accounts only: their watches may be a million."""
        return [*map(str, objs), _("all their watches")], {}, set(), []

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        is_chosen = "kind" in request.GET or "merchant" in request.GET
        choice = self._choice(request, request.GET if is_chosen else None)
        if choice.is_valid():
            return super().add_view(request, form_url, extra_context)
        if not self.has_add_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Add account"),
            "form": choice,
        }
        return TemplateResponse(request, "admin/providers/account/choose.html", context)

    def _choice(self, request: HttpRequest, said: Any) -> ChoiceForm:
        """Return the first step's form, with the merchants that may be chosen."""
        choice = ChoiceForm(said)
        key: Any = self.opts.get_field("merchant")
        merchant: Any = self.formfield_for_foreignkey(key, request)
        field: Any = choice.fields["merchant"]
        field.queryset = merchant.queryset.order_by("name", "pk")
        return choice

    def _chosen(self, request: HttpRequest) -> Account:
        """Return the unsaved account of the second step; the first must have been taken."""
        choice = self._choice(request, request.GET)
        if not choice.is_valid():
            raise Http404
        said = choice.cleaned_data
        return Account(merchant=said["merchant"], kind=said["kind"])

    @method_decorator(sensitive_variables())
    @method_decorator(sensitive_post_parameters())
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        request.exception_reporter_filter = Silent()
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_urls(self) -> list[URLPattern]:
        upload = path(
            "<int:account_id>/upload/",
            self.admin_site.admin_view(self.upload),
            name="providers_account_upload",
        )
        return [upload, *super().get_urls()]

    @method_decorator(sensitive_variables())
    @method_decorator(sensitive_post_parameters())
    def upload(self, request: HttpRequest, account_id: int) -> HttpResponse:
        """Check a table of events, then record it."""
        request.exception_reporter_filter = Silent()
        if not self.has_change_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request) & uploading.accounts()
        account = get_object_or_404(rows, pk=account_id)
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            **upload_page.answer(request, account, timezone.now()),
            "opts": self.opts,
            "original": account,
            "title": _("Upload events"),
        }
        if context.get("is_recorded"):
            told = f"Uploaded events: {context['taken']} lines recorded."
            self.log_change(request, account, told)
        return TemplateResponse(request, "admin/providers/account/upload.html", context)

    def get_form(
        self, request: HttpRequest, obj: Account | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        own = form_for(obj or self._chosen(request))
        return super().get_form(request, obj, change, **{**kwargs, "form": own})

    def get_fieldsets(self, request: HttpRequest, obj: Account | None = None) -> list[Any]:
        account = obj or self._chosen(request)
        if obj and not self.has_change_permission(request, obj):
            told = ("merchant", "provider", "standing", "secrets", "choices")
            return [(None, {"fields": ("name", *told, "hourly_budget", "daily_budget")})]
        own = form_for(account).base_fields
        parts = [
            (None, ["merchant", "provider", "standing"] if obj else [], ["name", "is_active"]),
            (_("Credentials"), [], [*_named(own, CREDENTIAL), *_named(own, "forgotten")]),
            (_("Options"), [], _named(own, OPTION)),
            (_("How to ask"), [], [*_named(own, "base_url", "hourly_budget", "daily_budget")]),
        ]
        sets = [(title, {"fields": [*shown, *asked]}) for title, shown, asked in parts if asked]
        return [*sets, _pushes(request, account)]

    def save_model(self, request: HttpRequest, obj: Model, form: AccountForm, change: bool) -> None:
        form.store(timezone.now())

    @admin.display(description=gettext_lazy("provider"))
    def provider(self, account: Account) -> str:
        return account.client.title

    @admin.display(description=gettext_lazy("state"))
    def state(self, account: Account) -> str:
        return state(account, timezone.now())

    @admin.display(description=gettext_lazy("how it fares"))
    def standing(self, account: Account) -> str:
        sentences = (standing(account, timezone.now()), opened(account)[1])
        return " ".join(filter(None, sentences))

    @admin.display(description=gettext_lazy("credentials"))
    def secrets(self, account: Account) -> str:
        stored = opened(account)[0]
        states = [
            f"{field.label}: {_('stored') if stored.get(field.name) else _('missing')}"
            for field in account.client.fields
        ]
        return "\n".join(states)

    @admin.display(description=gettext_lazy("options"))
    def choices(self, account: Account) -> str:
        chosen = account.options
        return "\n".join(f"{o.label}: {chosen.get(o.name, '')}" for o in account.client.options)

    @admin.action(permissions=["change"], description=gettext_lazy("Resume"))
    def resume(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        for account in accounts:
            steering.resume(account)
            self.log_change(request, account, "Resumed.")
        self._tell(request, _("The accounts are asked again."))

    @admin.action(permissions=["change"], description=gettext_lazy("Ask about all now"))
    def ask_all_now(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        ids = [account.pk for account in accounts]
        moved = steering.ask_soon(Watch.objects.filter(account__in=ids), timezone.now())
        for account in accounts:
            self.log_change(request, account, "Asked about all now.")
        text = ngettext("%(count)s watch was brought forward.", "%(count)s watches were.", moved)
        self._tell(request, text % {"count": moved})

    @admin.action(permissions=["change"], description=gettext_lazy("Make a new push address"))
    def new_push_address(self, request: HttpRequest, accounts: QuerySet[Account]) -> None:
        for account in accounts:
            steering.renew_hook(account)
            self.log_change(request, account, "Push address renewed.")
        self._tell(request, _("The old push addresses are gone. Tell the providers the new ones."))

    def _tell(self, request: HttpRequest, text: str) -> None:
        self.message_user(request, text, messages.SUCCESS)


def _named(fields: Iterable[str], *beginnings: str) -> list[str]:
    return [name for name in fields if name.startswith(beginnings)]


def _pushes(request: HttpRequest, account: Account) -> tuple[str, dict[str, Any]]:
    """Return the part of the page that says where the provider sends its pushes."""
    told: Any = _("This provider does not push.")
    if account.client.proof is not None:
        path = reverse("providers:hook", args=[account.hook_token])
        host = settings.PUBLIC_URL or request.build_absolute_uri("/")
        told = _("The address is shown once the account is saved.")
        if account.pk:
            told = format_html("{} <code>{}</code>", _("It sends to"), host.rstrip("/") + path)
    return _("Pushes"), {"fields": (), "description": told}
