"""Watches as staff see them: whom we ask about what, when next, and why no more."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.providers import steering
from apps.providers.models import Account, Ending, Watch
from apps.providers.registry import CLIENTS
from apps.providers.trouble_words import explained
from apps.providers.watch_form import WatchForm
from apps.shipments.admin import LookOnly
from apps.shipments.leafing import Leafed
from apps.shipments.models import fold_number
from apps.shipments.sheets import visible

# So many watches are steered at once; staff repeat it for more.
MOST_AT_ONCE = 1000
RUNNING = "running"


class ProviderFilter(admin.SimpleListFilter):
    title = gettext_lazy("provider")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, client.title) for kind, client in CLIENTS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kind = self.value()
        return queryset.filter(account__kind=kind) if kind in CLIENTS else queryset


class EndedFilter(admin.SimpleListFilter):
    title = gettext_lazy("end")
    parameter_name = "ended"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(RUNNING, gettext_lazy("still asked about")), *Ending.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen == RUNNING:
            return queryset.filter(ended="")
        return queryset.filter(ended=chosen) if chosen in Ending.values else queryset


@admin.register(Watch)
class WatchAdmin(LookOnly, Leafed):
    list_display = (
        "called",
        "account",
        "shipment_page",
        "urgency",
        "due_at",
        "asked_at",
        "answered_at",
        "trouble",
        "ended",
    )
    list_filter = (ProviderFilter, "trouble", EndedFilter)
    ordering = ("-pk",)
    search_fields = ("folded",)
    search_help_text = gettext_lazy("A whole tracking number or reference.")
    actions = ("ask_now", "stop", "begin_again")
    added = ("account", "reference", "name")
    looked_at = (
        "account",
        "shipment_page",
        "called",
        "carrier_code",
        "urgency",
        "due_at",
        "asked_at",
        "answered_at",
        "pushed_at",
        "missing_since",
        "failures",
        "what_came",
        "ended",
        "is_enrolled",
        "told_to_say",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Watch]:
        watches = super().get_queryset(request).select_related("account", "shipment")
        return watches.defer("account__credentials", "account__token")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Watch], search_term: str
    ) -> tuple[QuerySet[Watch], bool]:
        if not search_term:
            return queryset, False
        # The index is by account and name; accounts are few.
        accounts = Account.objects.values("pk")
        return queryset.filter(account__in=accounts, folded=fold_number(search_term)), False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super(LookOnly, self).has_add_permission(request)

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return super(LookOnly, self).has_change_permission(request)

    def get_fields(self, request: HttpRequest, obj: Watch | None = None) -> tuple[str, ...]:
        return self.looked_at if obj else self.added

    def get_readonly_fields(self, request: HttpRequest, obj: Watch | None = None) -> Any:
        return self.looked_at if obj else ()

    def get_form(
        self, request: HttpRequest, obj: Watch | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        own = {} if obj else {"form": WatchForm}
        return super().get_form(request, obj, change, **{**kwargs, **own})

    def save_model(self, request: HttpRequest, obj: Model, form: WatchForm, change: bool) -> None:
        form.store(timezone.now())

    @admin.display(description=gettext_lazy("name"))
    def called(self, watch: Watch) -> str:
        return visible(watch.name)

    @admin.display(description=gettext_lazy("shipment"))
    def shipment_page(self, watch: Watch) -> str:
        address = reverse("admin:shipments_shipment_change", args=[watch.shipment_id])
        return format_html('<a href="{}">{}</a>', address, watch.shipment)

    @admin.display(description=gettext_lazy("what came"))
    def what_came(self, watch: Watch) -> str:
        return visible(explained(watch.trouble, watch.trouble_detail))

    @admin.display(description=gettext_lazy("to say next time"))
    def told_to_say(self, watch: Watch) -> str:
        return "\n".join(visible(f"{name}: {word}") for name, word in watch.remote.items())

    @admin.action(permissions=["steer"], description=gettext_lazy("Ask now"))
    def ask_now(self, request: HttpRequest, watches: QuerySet[Watch]) -> None:
        self._steer(request, watches, _asked_soon, _("Brought forward"))

    @admin.action(permissions=["steer"], description=gettext_lazy("Stop"))
    def stop(self, request: HttpRequest, watches: QuerySet[Watch]) -> None:
        self._steer(request, watches, steering.stop, _("Stopped"))

    @admin.action(permissions=["steer"], description=gettext_lazy("Begin again"))
    def begin_again(self, request: HttpRequest, watches: QuerySet[Watch]) -> None:
        self._steer(request, watches, steering.begin_again, _("Begun again"))

    def _steer(
        self,
        request: HttpRequest,
        watches: QuerySet[Watch],
        act: Callable[[Collection[int], datetime], int],
        done: str,
    ) -> None:
        ids = list(watches.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        is_more, ids = len(ids) > MOST_AT_ONCE, ids[:MOST_AT_ONCE]
        changed = act(ids, timezone.now())
        steered = Watch.objects.filter(pk__in=ids).only("name")
        LogEntry.objects.log_actions(
            request.user.pk or 0, steered, CHANGE, change_message=f"{done}."
        )
        self.message_user(request, f"{done}: {changed}.", messages.SUCCESS)
        if is_more:
            text = _("Only the first %(most)s were taken: there are more.")
            self.message_user(request, text % {"most": MOST_AT_ONCE}, messages.WARNING)


def _asked_soon(watch_ids: Collection[int], now: datetime) -> int:
    return steering.ask_soon(Watch.objects.filter(pk__in=watch_ids), now)
