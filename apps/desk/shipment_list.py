"""What the list of shipments is sifted by, and what it tells of each."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from apps.desk.roles import merchants
from apps.shipments import shelves
from apps.shipments.models import NEEDS_SOMEBODY, Carrier, Shipment
from apps.shipments.sheets import visible
from apps.shipments.status import MILESTONES, SEVERITIES, STATUSES, Severity, status_of

ON_COURSE = "fine"
# The order that the index of a list gives; a page of it costs the same at any number of rows.
ORDERS = (
    ("late", ("due_at", "pk")),
    ("quiet", ("last_scan_at", "pk")),
    ("severity", ("-severity", "code_since", "pk")),
)
NEWEST = ("-created_at", "-pk")
# So long without a scan is worth a mark in the list; queues know each brand's own measure.
QUIET = timedelta(days=5)
QUIET_DAYS = (3, 5, 10, 30)
AGES = (1, 7, 30)
OLD = 90
# More merchants than this are no list to choose from; the search finds by any name.
MOST_MERCHANTS = 100


class Choice(admin.SimpleListFilter):
    """A filter that takes one of its choices and ignores all else."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {str(value) for value, _words in self.lookup_choices}
        chosen = self.value()
        return queryset.filter(self.condition(chosen)) if chosen in known else queryset

    def condition(self, chosen: str) -> Q | Exists:
        raise NotImplementedError


class MilestoneFilter(Choice):
    title = "status"
    parameter_name = "milestone"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(milestone, STATUSES[milestone].words) for milestone in MILESTONES]

    def condition(self, chosen: str) -> Q:
        return shelves.of_code(chosen)


class SeverityFilter(Choice):
    title = "severity"
    parameter_name = "severity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (Severity.PROBLEM.value, "Problem"),
            (Severity.WARNING.value, "Warning"),
            (ON_COURSE, "On course, open"),
        ]

    def condition(self, chosen: str) -> Q:
        if chosen == ON_COURSE:
            return Q(is_open=True, severity__lt=NEEDS_SOMEBODY)
        worst = Q(severity__gte=NEEDS_SOMEBODY)
        return worst & Q(severity=SEVERITIES.index(Severity(chosen)))


class QuietFilter(Choice):
    title = "silence"
    parameter_name = "quiet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(days), f"No scan for {days} days") for days in QUIET_DAYS]

    def condition(self, chosen: str) -> Q:
        before = timezone.now() - timedelta(days=int(chosen))
        return Q(is_open=True, last_scan_at__lt=before)


class LateFilter(Choice):
    title = "late"
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Overdue")]

    def condition(self, chosen: str) -> Q:
        return Q(is_open=True, due_at__lt=timezone.now())


class AgeFilter(Choice):
    title = "age"
    parameter_name = "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        days = [(str(n), f"Up to {n} days") for n in AGES[1:]]
        return [("1", "Up to a day"), *days, (str(OLD), f"More than {OLD} days")]

    def condition(self, chosen: str) -> Q:
        then = timezone.now() - timedelta(days=int(chosen))
        is_old = chosen == str(OLD)
        return shelves.registered(before=then) if is_old else shelves.registered(since=then)


class CarrierFilter(Choice):
    title = "carrier"
    parameter_name = "carrier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Carrier.objects.order_by("name").values_list("code", "name"))

    def condition(self, chosen: str) -> Q | Exists:
        return shelves.of_carrier(chosen)


class MerchantFilter(Choice):
    """Only for whoever sees more than one merchant."""

    title = "merchant"
    parameter_name = "merchant"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        own = merchants(request).order_by("name").values_list("pk", "name")[:MOST_MERCHANTS]
        found = [(str(pk), name) for pk, name in own]
        return found if len(found) > 1 else []

    def condition(self, chosen: str) -> Q:
        return Q(merchant=int(chosen))


FILTERS = (
    MilestoneFilter,
    SeverityFilter,
    LateFilter,
    QuietFilter,
    AgeFilter,
    CarrierFilter,
    MerchantFilter,
)


def order(chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Return the order of a list by what it is sifted by: what waits longest comes first."""
    orders = (
        order
        for name, order in ORDERS
        if chosen.get(name) and (name, chosen[name]) != ("severity", ON_COURSE)
    )
    return next(orders, NEWEST)


def tag(code: str) -> str:
    """Return a status as a coloured tag."""
    status = status_of(code)
    words = f"{status.words}"
    return format_html('<span class="tag" data-tone="{}">{}</span>', status.severity.value, words)


def flags(shipment: Shipment, now: datetime) -> list[tuple[str, str]]:
    """Return what is worth a second look of a shipment: a tone and words for each."""
    found = []
    if shipment.merged_into_id:
        found.append(("info", "united"))
    if shipment.is_open and shipment.due_at and shipment.due_at < now:
        found.append(("problem", "late"))
    if shipment.is_open and shipment.last_scan_at and now - shipment.last_scan_at > QUIET:
        found.append(("warning", "silent"))
    if status_of(shipment.code).severity == Severity.PROBLEM:
        found.append(("problem", "problem"))
    return found


def state(shipment: Shipment, now: datetime) -> str:
    """Return the status with what is worth a second look, as tags."""
    marks = '<span class="tag tag-small" data-tone="{}">{}</span>'
    told = format_html_join(" ", marks, flags(shipment, now))
    return format_html("{} {}", tag(shipment.code), told)


def names(shipment: Shipment) -> str:
    """Return the shop's name for it, if any, above ours."""
    shops = shipment.order_reference or shipment.custom_reference
    if not shops:
        return shipment.reference
    both = "<bdi>{}</bdi><small>{}</small>"
    return format_html(both, visible(shops), shipment.reference)


def carriers(shipment: Shipment) -> str:
    """Return the carriers in travel order; the legs should be loaded in that order."""
    names = (leg.carrier_name or leg.carrier_code for leg in shipment.legs.all())
    return " → ".join(filter(None, names))
