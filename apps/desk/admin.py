"""The platform's side of the desk: who sits where, and the log of all that was done."""

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.utils.html import format_html

from apps.desk import shipment_admin  # noqa: F401  registers itself
from apps.desk.models import Membership
from apps.shipments.admin import LookOnly
from apps.shipments.leafing import Leafed

SEATED = (
    "Only the platform's staff hand out seats. Operators do not seat their colleagues: who may "
    "see recipients' names is for the platform to answer for."
)
# Groups give Django's permissions, which count for nothing here: seats do.
admin.site.unregister([Group, User])


@admin.register(User)
class StaffAdmin(UserAdmin):  # type: ignore[type-arg]
    """Who may log in. What they may do there follows from their seats."""

    list_display = ("username", "email", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("What they may do", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    filter_horizontal = ()


class SeatForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Membership
        fields = ("user", "merchant", "role")
        help_texts = {"role": SEATED}


@admin.register(Membership)
class MembershipAdmin(Leafed):
    """Seats, which the platform's staff hand out."""

    form = SeatForm
    list_display = ("user", "merchant", "role")
    list_filter = ("role",)
    list_select_related = ("user", "merchant")
    search_fields = ("user__username", "user__email", "merchant__name")
    autocomplete_fields = ("user", "merchant")
    ordering = ("merchant__name", "user__username", "pk")


@admin.register(LogEntry)
class LogAdmin(LookOnly, Leafed):
    """What staff did, newest first. Nobody can change it."""

    list_display = ("action_time", "user", "kind", "content_type", "subject", "what")
    list_display_links = None
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    ordering = ("-pk",)
    fields = ("action_time", "user", "kind", "content_type", "subject", "what")
    readonly_fields = fields

    @admin.display(description="done")
    def kind(self, entry: LogEntry) -> str:
        words = {ADDITION: "added", CHANGE: "changed", DELETION: "deleted"}
        return words.get(entry.action_flag, "")

    @admin.display(description="what")
    def subject(self, entry: LogEntry) -> str:
        address = None if entry.action_flag == DELETION else entry.get_admin_url()
        if not address:
            return entry.object_repr
        return format_html('<a href="{}">{}</a>', address, entry.object_repr)

    @admin.display(description="before and after")
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message()
