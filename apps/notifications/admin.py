"""Where staff say who is told of changes, and see what became of each message."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.notifications import repeating
from apps.notifications.models import Attempt, Delivery, Endpoint
from apps.notifications.signing import rotate
from apps.shipments.admin import LookOnly
from apps.shipments.leafing import Leafed
from apps.shipments.sheets import visible
from apps.shipments.status import MILESTONES, STATUSES, milestone_of

# What is sent again by one click; more takes another.
MOST_AT_ONCE = 1000


def _topics() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every milestone and its codes as grouped choices."""
    return [
        (
            str(STATUSES[milestone].words),
            [
                (code, f"{code}: {one.words}")
                for code, one in STATUSES.items()
                if milestone_of(code) == milestone
            ],
        )
        for milestone in MILESTONES
    ]


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    topics = forms.MultipleChoiceField(
        choices=_topics,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 12}),
        help_text=gettext_lazy(
            "Messages are sent when one of these begins; a milestone stands for all below it. "
            "Choose none to be told of every change."
        ),
    )

    class Meta:
        model = Endpoint
        fields = ["merchant", "url", "language", "topics", "is_active"]


@admin.register(Endpoint)
class EndpointAdmin(Leafed):
    """The signing secret is shown once, when it is made."""

    form = EndpointForm
    list_display = ("url", "merchant", "language", "standing", "log")
    list_filter = ("merchant", "is_active", "language")
    list_select_related = ("merchant",)
    readonly_fields = ("standing", "log")
    actions = ("try_out", "new_secret", "resume")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        return super().get_queryset(request).filter(removed_at=None).defer("secrets")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        is_secret = lookup.split("__")[0] == "secrets"
        return not is_secret and super().lookup_allowed(lookup, value, request)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return (*self.readonly_fields, "merchant") if obj else self.readonly_fields

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, endpoint: Endpoint) -> str:
        if not endpoint.is_active:
            return _("Switched off")
        if endpoint.paused_at:
            return _("Paused: %(why)s") % {"why": endpoint.pause_reason}
        if endpoint.failing_since:
            return _("Takes nothing since %(since)s") % {
                "since": f"{endpoint.failing_since:%-d %b %H:%M} UTC"
            }
        return _("Works") if endpoint.pk else ""

    @admin.display(description=gettext_lazy("messages"))
    def log(self, endpoint: Endpoint) -> str:
        if not endpoint.pk:
            return ""
        address = reverse("admin:notifications_delivery_changelist")
        return format_html(
            '<a href="{}?endpoint__id__exact={}">{}</a>', address, endpoint.pk, _("Log")
        )

    def response_add(
        self, request: HttpRequest, obj: Endpoint, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._show_secret(request, obj)

    @admin.action(permissions=["change"], description=gettext_lazy("Send a message to try it out"))
    def try_out(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        now = timezone.now()
        for endpoint in endpoints:
            repeating.try_out(endpoint, now)
            self.log_change(request, endpoint, "A message was sent to try it out.")
        self.message_user(
            request, _("On its way. The log shows what came of it."), messages.SUCCESS
        )

    @admin.action(permissions=["change"], description=gettext_lazy("Make a new signing secret"))
    def new_secret(
        self, request: HttpRequest, endpoints: QuerySet[Endpoint]
    ) -> HttpResponse | None:
        if endpoints.count() != 1:
            self.message_user(request, _("Choose one address."), messages.WARNING)
            return None
        return self._show_secret(request, endpoints.get())

    @admin.action(permissions=["change"], description=gettext_lazy("Resume"))
    def resume(self, request: HttpRequest, endpoints: QuerySet[Endpoint]) -> None:
        for endpoint in endpoints:
            repeating.resume(endpoint)
            self.log_change(request, endpoint, f"Resumed. It was: {self.standing(endpoint)}.")
        self.message_user(request, _("Resumed."), messages.SUCCESS)

    def _show_secret(self, request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
        """Make a secret and answer with it: it never passes through a cookie or an address."""
        secret = rotate(endpoint, timezone.now())
        self.log_change(request, endpoint, "A new signing secret was made.")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Signing secret"),
            "endpoint": endpoint,
            "secret": secret,
        }
        answer = TemplateResponse(request, "admin/notifications/endpoint/secret.html", context)
        answer["Cache-Control"] = "no-store"
        return answer


class AttemptInline(LookOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Attempt
    extra = 0
    fields = ("made_at", "status", "reason", "milliseconds", "said")
    readonly_fields = fields
    ordering = ("pk",)

    @admin.display(description=gettext_lazy("answer"))
    def said(self, attempt: Attempt) -> str:
        return visible(attempt.answer)


@admin.register(Delivery)
class DeliveryAdmin(LookOnly, Leafed):
    """Messages with their bodies and all tries."""

    list_display = ("message_id", "endpoint", "shipment", "code", "state", "tries", "created_at")
    list_filter = ("state", "endpoint")
    list_select_related = ("endpoint", "shipment")
    ordering = ("-pk",)
    search_fields = ("message_id",)
    search_help_text = gettext_lazy("A whole message id.")
    fields = ("message_id", "endpoint", "shipment", "version", "code_before", "code", "state",
              "tries", "created_at", "due_at", "ended_at", "said")  # fmt: skip
    readonly_fields = fields
    inlines = (AttemptInline,)
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        deliveries = super().get_queryset(request).select_related("endpoint", "shipment")
        return deliveries.defer("endpoint__secrets")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Delivery], search_term: str
    ) -> tuple[QuerySet[Delivery], bool]:
        return queryset.filter(message_id=search_term) if search_term else queryset, False

    def has_send_permission(self, request: HttpRequest) -> bool:
        return super(LookOnly, self).has_change_permission(request)

    @admin.display(description=gettext_lazy("body"))
    def said(self, delivery: Delivery) -> str:
        return visible(delivery.body) or _("Made when it is sent first.")

    @admin.action(permissions=["send"], description=gettext_lazy("Send again"))
    def send_again(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> None:
        ids = list(deliveries.values_list("pk", flat=True)[:MOST_AT_ONCE])
        sent = repeating.send_again(ids, timezone.now())
        again = Delivery.objects.filter(pk__in=ids).only("message_id")
        LogEntry.objects.log_actions(
            request.user.pk or 0, again, CHANGE, change_message="Sent again."
        )
        self.message_user(
            request, _("On their way: %(count)s.") % {"count": sent}, messages.SUCCESS
        )
