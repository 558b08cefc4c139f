"""What staff do to one shipment: ask now, add an event, correct a number, void, renew the link.

Each is a page of its own that says what will happen; only what is sent with POST changes
anything, and every change is written down.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from apps.desk.by_hand import EventForm
from apps.desk.pages import OPERATORS, page, show
from apps.desk.shipment_reach import back, note, reached
from apps.providers import steering
from apps.providers.models import Watch
from apps.shipments import correcting
from apps.shipments.models import Carrier, Shipment, TrackingNumber
from apps.shipments.reading import journey_of
from apps.shipments.recording import record
from apps.shipments.reports import Limits, clean

OF = "shipments/shipment/<int:shipment_id>/"
CONFIRM = "desk/shipment/confirm.html"
FORM = "desk/shipment/form.html"
SENT = ("POST",)


def ask_to_confirm(
    request: HttpRequest, shipment: Shipment, title: str, button: str, *sentences: str
) -> HttpResponse:
    """Say what will happen, with a button that does it."""
    context = {"title": title, "shipment": shipment, "sentences": sentences, "button": button}
    return show(request, CONFIRM, context)


@page(f"{OF}ask/", name="shipment_ask", roles=OPERATORS, methods=SENT)
def ask(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Have the shipment's providers asked as soon as they may be."""
    shipment = reached(request, shipment_id, OPERATORS)
    running = Watch.objects.filter(shipment=shipment, ended="")
    moved = steering.ask_soon(running, timezone.now())
    if moved:
        note(request, shipment, "Asked now.", brought_forward=(0, moved))
        return back(request, shipment, "It is asked about as soon as its provider may be.")
    messages.info(request, "Nothing to bring forward: it is due already, or nobody is asked.")
    return back(request, shipment)


@page(f"{OF}events/add/", name="shipments_shipment_add_event", roles=OPERATORS)
def add_event(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Take down an event by hand and have it recorded like any other."""
    shipment, now = reached(request, shipment_id, OPERATORS), timezone.now()
    form = EventForm(journey_of(shipment.pk), now, request.POST or None)
    if not form.is_valid():
        context = {"title": "Add an event", "shipment": shipment, "form": form}
        context["media"] = form.media
        return show(request, "admin/shipments/shipment/add_event.html", context)
    if not record(shipment.pk, form.report(), now=now).is_changed:
        messages.info(request, "This event was there already.")
        return back(request, shipment)
    note_state(request, shipment, f"Added by hand: {form.cleaned_data['code']}.")
    return back(request, shipment, "The event was recorded.")


def note_state(request: HttpRequest, shipment: Shipment, words: str) -> None:
    """Write down what was done, and what the status was before and is now."""
    after = Shipment.objects.only("code").get(pk=shipment.pk).code
    note(request, shipment, words, status=(shipment.code, after))


class NumberForm(forms.Form):
    """The number as it should be, and whose it is."""

    number = forms.CharField(label="Tracking number", max_length=Limits.NUMBER)
    carrier_code = forms.ChoiceField(label="Carrier", required=False)

    def __init__(self, *args: Any, carrier_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(Carrier.objects.order_by("name").values_list("code", "name"))
        known.insert(0, ("", "What the number itself tells"))
        unknown = [] if carrier_code in dict(known) else [(carrier_code, carrier_code)]
        field = self.fields["carrier_code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  for the type checker
        field.choices = [*unknown, *known]

    def clean_number(self) -> str:
        number = clean(self.cleaned_data["number"], Limits.NUMBER).strip()
        if not number:
            raise forms.ValidationError("This is no number.")
        return number


@page(f"{OF}numbers/<int:number_id>/", name="shipment_number", roles=OPERATORS)
def correct(request: HttpRequest, shipment_id: int, number_id: int) -> HttpResponse:
    """Put a wrong number or carrier right."""
    shipment = reached(request, shipment_id, OPERATORS)
    own = TrackingNumber.objects.filter(leg__shipment=shipment).select_related("leg")
    number = get_object_or_404(own, pk=number_id)
    before = {"number": number.number, "carrier_code": number.leg.carrier_code}
    form = NumberForm(request.POST or None, initial=before, carrier_code=number.leg.carrier_code)
    if form.is_valid() and _corrected(request, shipment, number, form):
        return back(request, shipment, "The number was corrected. It is asked about anew.")
    context = {
        "title": "Correct a number",
        "shipment": shipment,
        "form": form,
        "button": "Correct it",
        "sentences": (
            "What the wrong number brought was about another parcel: it no longer counts.",
            "The old number is asked about no more, and the new one is from now on.",
        ),
    }
    return show(request, FORM, context)


def _corrected(
    request: HttpRequest, shipment: Shipment, number: TrackingNumber, form: NumberForm
) -> bool:
    before, after = (number.number, number.leg.carrier_code), form.cleaned_data
    if before == (after["number"], after["carrier_code"]):
        form.add_error(None, "Nothing is different.")
        return False
    try:
        with transaction.atomic():
            correcting.renumber(
                number.pk,
                number=after["number"],
                carrier_code=after["carrier_code"],
                now=timezone.now(),
            )
            changes = {
                "number": (before[0], after["number"]),
                "carrier": (before[1], after["carrier_code"]),
            }
            different = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
            note(request, shipment, "Number corrected.", **different)
    except correcting.Uncorrectable as error:
        form.add_error(None, str(error))
        return False
    return True


@page(f"{OF}void/", name="shipment_void", roles=OPERATORS)
def void(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Cancel a shipment that is not to be sent."""
    shipment = reached(request, shipment_id, OPERATORS)
    if request.method != "POST":
        return ask_to_confirm(
            request,
            shipment,
            "Void this shipment",
            "Void it",
            "Customers read that the shipment was cancelled.",
            "Its carriers are asked about it no more.",
        )
    try:
        with transaction.atomic():
            correcting.void(shipment.pk, now=timezone.now())
            note_state(request, shipment, "Voided.")
    except correcting.Uncorrectable as error:
        messages.error(request, str(error))
        return back(request, shipment)
    return back(request, shipment, "The shipment is cancelled.")


@page(f"{OF}link/", name="shipment_link", roles=OPERATORS)
def renew_link(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Give the customer's page another address."""
    shipment = reached(request, shipment_id, OPERATORS)
    if request.method != "POST":
        return ask_to_confirm(
            request,
            shipment,
            "Renew the link",
            "Renew it",
            "The link that the customer has opens nothing any more, and so do links passed on.",
            "Send the customer the new one: nobody else does.",
        )
    with transaction.atomic():
        correcting.renew_link(shipment.pk, now=timezone.now())
        note(request, shipment, "Link renewed.", token=("", ""))
    return back(request, shipment, "The old link is gone. Copy the new one below.")
