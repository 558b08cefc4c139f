"""Shipments by any of their names, and the page with everything that is known of one."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator

from apps.desk import ago, shipment_list, shipment_page
from apps.desk.roles import merchant_ids
from apps.desk.shipment_bulk import Bulk
from apps.shipments.admin import LookOnly
from apps.shipments.finding import named
from apps.shipments.leafing import Leafed
from apps.shipments.models import Leg, Shipment
from apps.shipments.sheets import visible

PAGE = "admin/shipments/shipment/change_form.html"


@admin.register(Shipment)
class ShipmentAdmin(Bulk, LookOnly, Leafed):
    list_filter = shipment_list.FILTERS
    search_fields = ("reference",)
    search_help_text = (
        "A whole reference, tracking number, order number, recipient's e-mail or tracking link."
    )

    class Media:
        css = {"all": ("css/staff.css", "css/desk-shipment.css")}
        js = ("js/desk-shipment.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shipment]:
        legs = Prefetch("legs", Leg.objects.order_by("order"))
        return super().get_queryset(request).select_related("merchant").prefetch_related(legs)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Show whose each is to whoever sees more than one merchant's."""
        own = merchant_ids(request)
        merchant = ("merchant",) if own is None or len(own) > 1 else ()
        return ("names", "state", "by", *merchant, "last_scan", "registered")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return shipment_list.order(request.GET)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Shipment], search_term: str
    ) -> tuple[QuerySet[Shipment], bool]:
        return queryset.filter(named(search_term)) if search_term else queryset, False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Shipments", **(extra_context or {})})

    @admin.display(description="shipment")
    def names(self, shipment: Shipment) -> str:
        return shipment_list.names(shipment)

    @admin.display(description="status")
    def state(self, shipment: Shipment) -> str:
        return shipment_list.state(shipment, timezone.now())

    @admin.display(description="carrier")
    def by(self, shipment: Shipment) -> str:
        return visible(shipment_list.carriers(shipment))

    @admin.display(description="last scan")
    def last_scan(self, shipment: Shipment) -> str:
        return ago.told(shipment.last_scan_at, timezone.now())

    @admin.display(description="registered")
    def registered(self, shipment: Shipment) -> str:
        return ago.told(shipment.created_at, timezone.now())

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one shipment. Nobody types a conclusion, so there is no form."""
        shipment: Any = self.get_object(request, object_id)
        if not self.has_view_permission(request, shipment):
            raise PermissionDenied
        if shipment is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        context = {
            **self.admin_site.each_context(request),
            **shipment_page.context(request, shipment, timezone.now()),
            "opts": self.opts,
            "original": shipment,
            "title": f"Shipment {shipment.reference}",
            "media": self.media,
            **(extra_context or {}),
        }
        return TemplateResponse(request, PAGE, context)
