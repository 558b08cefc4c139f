"""What staff see of the vault. They look, search, and add events; nobody types a conclusion."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.shipments.by_hand import EventForm
from apps.shipments.finding import named
from apps.shipments.models import (
    Carrier,
    CarrierName,
    Event,
    Item,
    Leg,
    Merchant,
    Outbox,
    Shipment,
    TrackingNumber,
    UnknownWord,
)
from apps.shipments.reading import journey_of
from apps.shipments.recording import record
from apps.shipments.sheets import Sheet, events_sheet, numbers_sheet
from apps.shipments.status import MILESTONES, STATUSES

# A parcel with more events than this is a runaway; staff see the newest.
MOST_EVENTS = 500


def _sheets(shipment_id: str) -> list[Sheet]:
    """Return all that was told of a shipment, newest first, superseded events included."""
    events = Event.objects.filter(shipment=int(shipment_id)).order_by(
        "-occurred_at", "-position", "-recorded_at", "-pk"
    )
    numbers = TrackingNumber.objects.filter(leg__shipment=int(shipment_id))
    return [
        events_sheet(events[:MOST_EVENTS]),
        numbers_sheet(numbers.select_related("leg", "item").order_by("leg", "pk")),
    ]


class LookOnly:
    """An admin in which nothing can be added, changed or deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class MilestoneFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "milestone"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(milestone, STATUSES[milestone].words) for milestone in MILESTONES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        milestone = self.value()
        if milestone not in MILESTONES:
            return queryset
        return queryset.filter(Q(code=milestone) | Q(code__startswith=f"{milestone}."))


class ItemInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Item
    extra = 0
    fields = (
        "position",
        "reference",
        "package_reference",
        "custom_reference",
        "description",
        "quantity",
        "code",
    )
    readonly_fields = fields
    ordering = ("position",)


class LegInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Leg
    extra = 0
    fields = ("order", "carrier_code", "carrier_name", "service_code", "service_name")
    readonly_fields = fields
    ordering = ("order",)


@admin.register(Shipment)
class ShipmentAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Shipments by any of their names; a page with everything that was told of one."""

    list_display = ("reference", "code", "carriers", "merchant", "order_reference", "last_scan_at")
    list_filter = (MilestoneFilter, "merchant")
    list_select_related = ("merchant",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("reference",)
    search_help_text = _(
        "A whole reference, tracking number, order number, recipient's e-mail or tracking link."
    )
    ordering = ("-pk",)
    inlines = (ItemInline, LegInline)
    fieldsets = (
        (None, {"fields": ("code", "last_scan_at", "delivered_at", "attempts", "was_delayed")}),
        (
            _("Names"),
            {
                "fields": (
                    "merchant",
                    "reference",
                    "consignment_reference",
                    "custom_reference",
                    "order_reference",
                    "customer_page",
                )
            },
        ),
        (
            _("Record"),
            {
                "classes": ("collapse",),
                "fields": (
                    "origin_country",
                    "destination_country",
                    "version",
                    "created_at",
                    "updated_at",
                ),
            },
        ),
    )
    readonly_fields = ("customer_page",)

    class Media:
        css = {"all": ("css/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        legs = Prefetch("legs", Leg.objects.order_by("order"))
        return super().get_queryset(request).select_related("merchant").prefetch_related(legs)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Shipment], search_term: str
    ) -> tuple[QuerySet[Shipment], bool]:
        return queryset.filter(named(search_term)) if search_term else queryset, False

    @admin.display(description=_("carrier"))
    def carriers(self, shipment: Shipment) -> str:
        return " → ".join(leg.carrier_name or leg.carrier_code for leg in shipment.legs.all())

    @admin.display(description=_("customer's page"))
    def customer_page(self, shipment: Shipment) -> str:
        address = reverse("pages:tracking", args=[shipment.token])
        return format_html('<a href="{}">{}</a>', address, _("Open the page as the customer"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        # Asked for by the template only, when the shipment is known to exist.
        sheets = {"sheets": partial(_sheets, object_id)}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | sheets)

    def get_urls(self) -> list[URLPattern]:
        add = path(
            "<int:shipment_id>/events/add/",
            self.admin_site.admin_view(self.add_event),
            name="shipments_shipment_add_event",
        )
        return [add, *super().get_urls()]

    def add_event(self, request: HttpRequest, shipment_id: int) -> HttpResponse:
        """Take down an event by hand and have it recorded like any other."""
        if not super(LookOnly, self).has_change_permission(request):
            raise PermissionDenied
        shipment = get_object_or_404(Shipment, pk=shipment_id)
        now = timezone.now()
        form = EventForm(journey_of(shipment.pk), now, request.POST or None)
        if form.is_valid():
            recorded = record(shipment.pk, form.report(), now=now)
            self._tell(request, shipment, form.cleaned_data["code"], recorded.is_changed)
            return HttpResponseRedirect(
                reverse("admin:shipments_shipment_change", args=[shipment.pk])
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Add an event"),
            "shipment": shipment,
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/shipments/shipment/add_event.html", context)

    def _tell(self, request: HttpRequest, shipment: Shipment, code: str, is_changed: bool) -> None:
        if not is_changed:
            self.message_user(request, _("This event was there already."), messages.INFO)
            return
        self.log_change(request, shipment, f"Added by hand: {code}")
        self.message_user(request, _("The event was recorded."), messages.SUCCESS)


@admin.register(Merchant)
class MerchantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug")
    show_full_result_count = False
    prepopulated_fields = {"slug": ("name",)}

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
