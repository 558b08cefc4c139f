"""What customers think of deliveries, for staff to read."""

from django.contrib import admin
from django.utils.translation import gettext, gettext_lazy

from apps.pages.models import Rating
from apps.pages.rating import REASONS
from apps.shipments.admin import LookOnly


@admin.register(Rating)
class RatingAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Newest first. Nobody can add or change what customers said."""

    list_display = ("stars", "shipment", "merchant", "why", "words", "rated_at")
    list_filter = ("stars", "shipment__merchant")
    list_select_related = ("shipment__merchant",)
    list_per_page = 50
    ordering = ("-rated_at",)
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=gettext_lazy("merchant"))
    def merchant(self, rating: Rating) -> str:
        return rating.shipment.merchant.name

    @admin.display(description=gettext_lazy("reasons"))
    def why(self, rating: Rating) -> str:
        return ", ".join(gettext(REASONS[code]) for code in rating.reasons if code in REASONS)
