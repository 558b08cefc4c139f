from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework_api_key.admin import APIKeyModelAdmin
from rest_framework_api_key.models import APIKey

from apps.api import rotating
from apps.api.models import ApiKey, Scope

# The package's own keys belong to nobody and open nothing here.
admin.site.unregister(APIKey)


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=[Scope.READ.value]
    )

    class Meta:
        model = ApiKey
        fields = ["name", "merchant", "carrier", "scopes", "expiry_date", "revoked"]


@admin.register(ApiKey)
class ApiKeyAdmin(APIKeyModelAdmin):
    """Shows a key once, after it was made; from then on its first letters only."""

    form = ApiKeyForm
    fields = ("prefix", "name", "merchant", "carrier", "scopes", "expiry_date", "revoked")
    list_display = (  # type: ignore[assignment]
        "prefix",
        "name",
        "owner",
        "may",
        "created",
        "last_used_at",
        "expiry_date",
        "revoked",
    )
    of_old_keys = ("last_used_at", "successor")
    actions = ("rotate",)
    list_filter = ("revoked", "merchant")  # type: ignore[assignment]
    list_select_related = ("merchant", "carrier")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Offer carriers' keys to the platform's staff alone."""
        is_platform = getattr(request.user, "is_superuser", False)
        names = (*self.fields, *(self.of_old_keys if obj else ()))
        return [name for name in names if is_platform or name != "carrier"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Keep a key with its owner for life: what it was used for stays true."""
        fields = super().get_readonly_fields(request, obj)  # type: ignore[arg-type]
        return (*fields, "merchant", "carrier", *self.of_old_keys) if obj else fields

    @admin.action(
        permissions=["change"], description=_("Make a new key in its place (both work for a day)")
    )
    def rotate(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> HttpResponse | None:
        """Answer with the new key: it never passes through a cookie or an address."""
        if keys.count() != 1:
            self.message_user(request, _("Choose one key."), messages.WARNING)
            return None
        old = keys.get()
        try:
            new, letters = rotating.rotate(old.pk, timezone.now())
        except rotating.Unrotatable as why:
            self.message_user(request, str(why), messages.ERROR)
            return None
        self.log_change(request, old, f"Replaced by {new.prefix}.")
        self.log_addition(request, new, f"Made in place of {old.prefix}.")
        return self._shown(request, new, letters)

    def _shown(self, request: HttpRequest, key: ApiKey, letters: str) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New key"),
            "key": key,
            "letters": letters,
        }
        answer = TemplateResponse(request, "admin/api/apikey/rotated.html", context)
        answer["Cache-Control"] = "no-store"
        return answer

    @admin.display(description=_("replaced by"))
    def successor(self, key: ApiKey) -> str:
        return key.replaced_by.prefix if key.replaced_by else ""

    @admin.display(description="owner")
    def owner(self, key: ApiKey) -> Any:
        return key.merchant or key.carrier

    @admin.display(description="scopes")
    def may(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)
