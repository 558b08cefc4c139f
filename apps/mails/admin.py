"""Who hears of parcels, what became of each mail, and which addresses take none, for staff."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.mails import asking
from apps.mails.addresses import digest, fold
from apps.mails.models import Blocked, Letter, Subscription
from apps.mails.topics import CHOICES, chosen
from apps.shipments.admin import LookOnly
from apps.shipments.leafing import Leafed
from apps.shipments.privacy import mask_email
from apps.shipments.sheets import visible

# What is ended by one click; more takes another.
MOST_AT_ONCE = 1000


@admin.register(Subscription)
class SubscriptionAdmin(LookOnly, Leafed):
    """Addresses are masked: whoever looks for one types it whole, and none is read off a list."""

    list_display = ("address", "state", "shipment", "origin", "language", "asked_at")
    list_filter = ("state", "origin", "end")
    list_select_related = ("shipment",)
    ordering = ("-pk",)
    search_fields = ("shipment__reference", "folded")
    search_help_text = gettext_lazy("A whole e-mail address, or a shipment's reference.")
    fields = ("address", "shipment", "hears_of", "language", "origin", "state", "end", "asked_at",
              "confirmed_at", "ended_at")  # fmt: skip
    readonly_fields = fields
    actions = ("stop",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        """Leave the secret of the subscriber's own pages in the database."""
        return super().get_queryset(request).select_related("shipment").defer("token")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        is_personal = lookup.split("__")[0] in ("email", "folded", "token")
        return not is_personal and super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Subscription], search_term: str
    ) -> tuple[QuerySet[Subscription], bool]:
        """Look for a whole address: nobody guesses at one by its letters."""
        if not search_term:
            return queryset, False
        if "@" in search_term:
            return queryset.filter(folded=fold(search_term)), False
        return queryset.filter(shipment__reference=search_term), False

    def has_stop_permission(self, request: HttpRequest) -> bool:
        return super(LookOnly, self).has_change_permission(request)

    @admin.display(description=gettext_lazy("e-mail"))
    def address(self, one: Subscription) -> str:
        return visible(mask_email(one.email))

    @admin.display(description=gettext_lazy("hears of"))
    def hears_of(self, one: Subscription) -> str:
        return ", ".join(str(CHOICES[name]) for name in chosen(one.topics))

    @admin.action(permissions=["stop"], description=gettext_lazy("End"))
    def stop(self, request: HttpRequest, rows: QuerySet[Subscription]) -> None:
        going = rows.exclude(state=Subscription.State.ENDED)[:MOST_AT_ONCE]
        ended = list(going)
        for one in ended:
            asking.end(one, Subscription.End.MERCHANT, timezone.now())
        LogEntry.objects.log_actions(
            request.user.pk or 0, ended, CHANGE, change_message="Ended: no more mail is sent."
        )
        words = _("Ended: %(count)s.") % {"count": len(ended)}
        self.message_user(request, words, messages.SUCCESS)


@admin.register(Letter)
class LetterAdmin(LookOnly, Leafed):
    """Mails and what became of them, newest first."""

    list_display = ("kind", "to", "state", "said", "shipment", "tries", "created_at", "ended_at")
    list_filter = ("state",)
    list_select_related = ("shipment", "subscription")
    ordering = ("-pk",)
    search_fields = ("message_id",)
    search_help_text = gettext_lazy("A whole message id, or a shipment's reference.")
    fields = ("message_id", "provider_id", "kind", "shipment", "version", "to", "language",
              "state", "said", "tries", "created_at", "due_at", "ended_at")  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        letters = super().get_queryset(request).select_related("shipment", "subscription")
        return letters.defer("subscription__token")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Letter], search_term: str
    ) -> tuple[QuerySet[Letter], bool]:
        if not search_term:
            return queryset, False
        if search_term.startswith("sp_"):
            return queryset.filter(shipment__reference=search_term), False
        return queryset.filter(message_id=search_term.partition("@")[0].strip("<")), False

    @admin.display(description=gettext_lazy("to"))
    def to(self, letter: Letter) -> str:
        if letter.subscription:
            return visible(mask_email(letter.subscription.email))
        return _("the recipient") if letter.shipment_id else _("the merchant")

    @admin.display(description=gettext_lazy("reason"))
    def said(self, letter: Letter) -> str:
        return visible(letter.reason)


@admin.register(Blocked)
class BlockedAdmin(LookOnly, Leafed):
    """Addresses that take no mail. None is kept, so one is found by typing it whole."""

    list_display = ("short", "reason", "since")
    list_filter = ("reason",)
    ordering = ("-since",)
    search_fields = ("digest",)
    search_help_text = gettext_lazy("A whole e-mail address.")
    fields = ("short", "reason", "since")
    readonly_fields = fields
    actions = ("unblock",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Blocked], search_term: str
    ) -> tuple[QuerySet[Blocked], bool]:
        return queryset.filter(pk=digest(search_term)) if search_term else queryset, False

    def has_unblock_permission(self, request: HttpRequest) -> bool:
        return super(LookOnly, self).has_delete_permission(request)

    @admin.display(description=gettext_lazy("stands for"))
    def short(self, one: Blocked) -> str:
        return f"{one.digest[:12]}…"

    @admin.action(permissions=["unblock"], description=gettext_lazy("Send mail to them again"))
    def unblock(self, request: HttpRequest, rows: QuerySet[Blocked]) -> None:
        chosen_rows = list(rows[:MOST_AT_ONCE])
        LogEntry.objects.log_actions(
            request.user.pk or 0, chosen_rows, CHANGE, change_message="Unblocked."
        )
        Blocked.objects.filter(pk__in=[one.pk for one in chosen_rows]).delete()
        words = _("Unblocked: %(count)s.") % {"count": len(chosen_rows)}
        self.message_user(request, words, messages.SUCCESS)
