"""Plain lists of the vault's tables for staff; the desk has the pages of shipments."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from apps.shipments.models import Carrier, CarrierName, Merchant, Outbox, UnknownWord


class LookOnly:
    """An admin in which nothing can be added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Merchant)
class MerchantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "slug", "contact_email", "created_at")
    search_fields = ("name", "slug", "contact_email")
    show_full_result_count = False
    prepopulated_fields = {"slug": ("name",)}

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """Leave to a merchant's own people whom to write to; its names are for who may add one."""
        return () if self.has_add_permission(request) else ("name", "slug")

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> dict[str, Any]:
        return dict(self.prepopulated_fields) if self.has_add_permission(request) else {}

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class CarrierNameInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = CarrierName
    extra = 0
    fields = ("code", "name")
    ordering = ("code", "name")


@admin.register(Carrier)
class CarrierAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "code", "number", "time_zone")
    search_fields = ("name", "code", "names__name", "names__code")
    show_full_result_count = False
    ordering = ("name",)
    fields = ("name", "code", "number", "tracking_url", "contact_url", "time_zone")
    readonly_fields = fields
    inlines = (CarrierNameInline,)


@admin.register(Outbox)
class OutboxAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("shipment", "version", "code_before", "code", "created_at")
    list_select_related = ("shipment",)
    show_full_result_count = False
    ordering = ("-pk",)


@admin.register(UnknownWord)
class UnknownWordAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("word", "source", "times", "last_seen_at")
    list_filter = ("source",)
    search_fields = ("word",)
    show_full_result_count = False
    ordering = ("-times", "-pk")
