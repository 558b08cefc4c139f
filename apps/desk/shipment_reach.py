"""Which shipment somebody means and may reach, and what they did with it, written down."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.desk.auditing import told
from apps.desk.models import Role
from apps.desk.roles import LOOKERS, merchants
from apps.shipments.models import Shipment


def reached(request: HttpRequest, shipment_id: int, roles: Collection[Role] = LOOKERS) -> Shipment:
    """Return a shipment of a merchant at which somebody has one of the roles; raise Http404."""
    own = Shipment.objects.filter(merchant__in=merchants(request, roles))
    return get_object_or_404(own.select_related("merchant"), pk=shipment_id)


def address(shipment_id: int) -> str:
    return reverse("admin:shipments_shipment_change", args=[shipment_id])


def note(request: HttpRequest, shipment: Shipment, words: str, **changes: Any) -> None:
    """Write down what somebody did; `changes` are pairs of before and after by field."""
    pairs = "; ".join(told(field, before, after) for field, (before, after) in changes.items())
    note_all(request, [shipment], f"{words} {pairs}." if pairs else words)


def note_all(request: HttpRequest, shipments: Collection[Shipment], words: str) -> None:
    """Write down what somebody did with each of some shipments; one statement."""
    LogEntry.objects.log_actions(request.user.pk or 0, shipments, CHANGE, change_message=words)


def back(request: HttpRequest, shipment: Shipment, words: str = "") -> HttpResponse:
    """Lead to the shipment's page, which says what was done."""
    if words:
        messages.success(request, words)
    return HttpResponseRedirect(address(shipment.pk))
