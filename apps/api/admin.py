from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from rest_framework_api_key.admin import APIKeyModelAdmin
from rest_framework_api_key.models import APIKey

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
    list_display = ("prefix", "name", "owner", "scopes", "created", "expiry_date", "revoked")  # type: ignore[assignment]
    list_filter = ("revoked", "merchant", "carrier")  # type: ignore[assignment]
    list_select_related = ("merchant", "carrier")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Offer carriers' keys to the platform's staff alone."""
        is_platform = getattr(request.user, "is_superuser", False)
        return [name for name in self.fields if is_platform or name != "carrier"]

    def get_list_filter(self, request: HttpRequest) -> Any:
        is_platform = getattr(request.user, "is_superuser", False)
        return [name for name in self.list_filter if is_platform or name != "carrier"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Keep a key with its owner for life: what it was used for stays true."""
        fields = super().get_readonly_fields(request, obj)  # type: ignore[arg-type]
        return (*fields, "merchant", "carrier") if obj else fields

    @admin.display(description="owner")
    def owner(self, key: ApiKey) -> Any:
        return key.merchant or key.carrier
