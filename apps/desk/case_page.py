"""One shipment's case: whose it is, what was noted, whether it is solved."""

from datetime import datetime
from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from apps.desk import cases, waiting
from apps.desk.advice import advice_for
from apps.desk.cases import Queue
from apps.desk.models import Case
from apps.desk.pages import OPERATORS, may, merchants, page, show
from apps.desk.queues import act
from apps.shipments.models import Shipment
from apps.shipments.status import english, status_of

MOST_NOTES = 200


@page("cases/<int:shipment_id>/", name="case")
def case(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Show a case; forms add a note, assign, solve and open again."""
    mine = Shipment.objects.filter(merchant__in=merchants(request)).select_related("merchant")
    shipment = get_object_or_404(mine.prefetch_related("legs"), pk=shipment_id)
    now, wrong = timezone.now(), ""
    if request.method == "POST":
        wrong = _change(request, shipment, now)
        if not wrong:
            return HttpResponseRedirect(reverse("admin:case", args=[shipment_id]))
    context = _context(request, shipment, now) | {
        "wrong": wrong,
        "text": request.POST.get("text", ""),
    }
    return show(request, "desk/case.html", context)


def _change(request: HttpRequest, shipment: Shipment, now: datetime) -> str:
    """Do what was asked; return why it could not be done."""
    if request.POST.get("action") != "note":
        act(request, request.POST, now)
        return ""
    if not may(request, shipment.merchant_id, OPERATORS):
        return "Only operators write notes."
    try:
        cases.note(shipment, request.POST.get("text", ""), by=cast("User", request.user), now=now)
    except cases.Wrong as wrong:
        return str(wrong)
    return ""


def _context(request: HttpRequest, shipment: Shipment, now: datetime) -> dict[str, object]:
    known = Case.objects.filter(shipment=shipment).select_related("assigned_to").first()
    may_act = may(request, shipment.merchant_id, OPERATORS)
    return {
        "title": f"Case of {shipment}",
        "shipment": shipment,
        "status": english(shipment.code),
        "tone": str(status_of(shipment.code).severity),
        "advice": advice_for(shipment.code),
        "carrier": waiting.carrier_of(shipment),
        "case": known,
        "is_solved": cases.is_solved(known, shipment, Queue.PROBLEMS),
        "stamp": waiting.stamp(shipment),
        "notes": _notes(known),
        "may_act": may_act,
        "colleagues": list(cases.colleagues([shipment.merchant_id])[:200]) if may_act else [],
        "now": now,
    }


def _notes(known: Case | None) -> list[object]:
    if known is None:
        return []
    return list(known.notes.select_related("author").order_by("-pk")[:MOST_NOTES])
