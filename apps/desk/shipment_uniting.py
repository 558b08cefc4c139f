"""Two shipments that are one parcel: found by any name, looked at side by side, united."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from msgspec import Struct

from apps.desk.pages import OPERATORS, page, show
from apps.desk.shipment_actions import OF
from apps.desk.shipment_list import tag
from apps.desk.shipment_reach import back, note, reached
from apps.mails import asking
from apps.shipments import uniting
from apps.shipments.finding import named
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment
from apps.shipments.reading import journey_of
from apps.shipments.sheets import clock, visible

MOST_FOUND = 10


class Side(Struct, frozen=True):
    """One of two shipments, as rows of the same headings."""

    reference: str
    status: str
    rows: tuple[tuple[str, str], ...]


@page(f"{OF}unite/", name="shipment_unite", roles=OPERATORS)
def unite(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Look for the duplicate, show both, and make one of them."""
    shipment = reached(request, shipment_id, OPERATORS)
    chosen = request.POST.get("other") or request.GET.get("other", "")
    if not chosen:
        return _search(request, shipment)
    if not chosen.isascii() or not chosen.isdigit() or len(chosen) > 18:
        return _search(request, shipment)
    other = get_object_or_404(_others(shipment), pk=int(chosen))
    if request.method == "POST" and _united(request, shipment, other):
        return back(request, shipment, f"{other.reference} is part of this shipment now.")
    return _compare(request, shipment, other)


def _others(shipment: Shipment) -> Any:
    """Return the same merchant's other shipments: nobody else's is ever offered."""
    return Shipment.objects.filter(merchant=shipment.merchant_id).exclude(pk=shipment.pk)


def _search(request: HttpRequest, shipment: Shipment) -> HttpResponse:
    term = request.GET.get("q", "").replace("\0", "")[:500].strip()
    found = list(_others(shipment).filter(named(term)).order_by("-pk")[:MOST_FOUND]) if term else []
    context = {
        "title": "Unite with a duplicate",
        "shipment": shipment,
        "term": visible(term),
        "found": [(one, tag(one.code)) for one in found],
    }
    return show(request, "desk/shipment/unite_search.html", context)


def _compare(request: HttpRequest, shipment: Shipment, other: Shipment) -> HttpResponse:
    sides = [_side(journey_of(one.pk)) for one in (shipment, other)]
    context = {
        "title": "Unite two shipments",
        "shipment": shipment,
        "other": other,
        "sides": sides,
        "rows": [
            (heading, text, theirs)
            for (heading, text), (_, theirs) in zip(sides[0].rows, sides[1].rows, strict=True)
        ],
    }
    return show(request, "desk/shipment/unite.html", context)


def _side(journey: Journey) -> Side:
    newest, to, promise = next(iter(journey.events), None), journey.recipient, journey.promise
    numbers = (f"{number.number}" for number in journey.numbers)
    items = (f"{item.quantity} × {item.description or item.reference}" for item in journey.items)
    rows = (
        ("Order", journey.order_reference),
        ("Shop's reference", journey.custom_reference),
        (
            "Carriers",
            " → ".join(
                filter(None, (leg.carrier_name or leg.carrier_code for leg in journey.legs))
            ),
        ),
        ("Numbers", ", ".join(numbers)),
        ("Items", ", ".join(items)),
        ("Recipient", ", ".join(filter(None, (to.name, to.city, to.country))) if to else ""),
        ("Promised until", clock(promise.until) if promise else ""),
        ("Events", str(len(journey.events))),
        ("Newest event", f"{clock(newest.moment)} {newest.code}" if newest else ""),
        ("Registered", f"{journey.created_at:%Y-%m-%d %H:%M} UTC"),
    )
    shown = tuple((heading, visible(text) or "–") for heading, text in rows)
    return Side(journey.reference, tag(journey.code), shown)


def _united(request: HttpRequest, shipment: Shipment, other: Shipment) -> bool:
    try:
        with transaction.atomic():
            uniting.unite(shipment.pk, other.pk, now=timezone.now())
            united = Shipment.objects.only("code", "erased_at").get(pk=shipment.pk)
            after = united.code
            if united.erased_at:
                asking.forget([shipment.pk, other.pk])
            asking.move(other.pk, shipment.pk)
            words = f"United with {other.reference}."
            note(request, shipment, words, status=(shipment.code, after))
            note(
                request, other, f"Became part of {shipment.reference}.", status=(other.code, after)
            )
    except uniting.Inseparable as error:
        messages.error(request, str(error))
        return False
    return True
