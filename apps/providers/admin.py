"""What staff see of the carriers' door; accounts and watches have modules of their own."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from apps.providers.account_admin import AccountAdmin
from apps.providers.models import Misfit, Tally
from apps.providers.watch_admin import WatchAdmin
from apps.shipments.admin import LookOnly
from apps.shipments.leafing import Leafed
from apps.shipments.sheets import visible

__all__ = ["AccountAdmin", "MisfitAdmin", "TallyAdmin", "WatchAdmin"]


@admin.register(Misfit)
class MisfitAdmin(LookOnly, Leafed):
    """Answers that could not be used: how often, and what they looked like."""

    list_display = ("account", "trouble", "what", "times", "first_at", "last_at")
    list_filter = ("trouble",)
    ordering = ("-last_at", "-pk")
    fields = ("account", "trouble", "what", "times", "first_at", "last_at", "looked_like")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Misfit]:
        misfits = super().get_queryset(request).select_related("account")
        return misfits.defer("account__credentials", "account__token")

    @admin.display(description=gettext_lazy("what"))
    def what(self, misfit: Misfit) -> str:
        return visible(misfit.detail)

    @admin.display(description=gettext_lazy("what it looked like"))
    def looked_like(self, misfit: Misfit) -> str:
        return visible(misfit.sample)


@admin.register(Tally)
class TallyAdmin(LookOnly, Leafed):
    list_display = ("kind", "outcome", "count")
    list_filter = ("kind",)
    ordering = ("kind", "outcome")
    fields = list_display
    readonly_fields = fields
