"""A person's data: handed over on request, and erased.

What the vault holds is the vault's to tell and to erase; the desk adds what lies beside it:
raw answers, messages to webhooks, who hears of a parcel by mail, ratings, and the notes of cases.
"""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.desk.erasing import forget_beside
from apps.desk.models import Note
from apps.desk.pages import OPERATORS, page, show
from apps.desk.shipment_actions import FORM, OF
from apps.desk.shipment_reach import back, note_all, reached
from apps.mails import asking, holding
from apps.notifications import forgetting
from apps.notifications.models import Delivery
from apps.pages.models import Rating
from apps.providers import answers
from apps.providers.models import Answer
from apps.shipments import persons
from apps.shipments.models import Recipient, Shipment

# Whoever has more parcels than this is no person; the file says that it was cut.
MOST_SHIPMENTS = 1000
ONE, ALL = "shipment", "email"


class ErasingForm(forms.Form):
    """The reference typed once more, so that nobody erases by a slip."""

    everywhere = forms.BooleanField(label="All shipments of this e-mail address", required=False)
    typed = forms.CharField(label="Type the shipment's reference", max_length=100, strip=True)

    def __init__(self, *args: Any, reference: str, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reference = reference
        self.fields["typed"].help_text = reference
        if count > 1:
            self.fields["everywhere"].help_text = f"{count} of them, this one included."
        else:
            del self.fields["everywhere"]

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"].casefold() != self.reference.casefold():
            raise forms.ValidationError("This is not the reference of the shipment.")
        return self.reference


@page(f"{OF}erase/", name="shipment_erase", roles=OPERATORS)
def erase(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Erase all traces of the person a shipment goes to."""
    shipment = reached(request, shipment_id, OPERATORS)
    same = same_person(shipment)
    form = ErasingForm(request.POST or None, reference=shipment.reference, count=len(same))
    if form.is_valid():
        everyone = form.cleaned_data.get("everywhere")
        erased = _erased(request, same if everyone else [shipment])
        return back(request, shipment, f"Personal data erased: {erased} shipments.")
    context = {
        "title": "Erase personal data",
        "shipment": shipment,
        "form": form,
        "button": "Erase for good",
        "sentences": (
            "The recipient's name, address, e-mail and telephone number go.",
            "Names, signatures, streets and positions go from all events and summaries.",
            "Raw answers of carriers, messages to webhooks, the words of a rating and notes of a case go.",
            "Whoever hears of it by mail is forgotten: no more mail is sent.",
            "Status, times, towns, numbers, items and order stay. The link stays open.",
            "This cannot be undone. What carriers and the shop hold is theirs to erase.",
        ),
    }
    return show(request, FORM, context)


def same_person(shipment: Shipment) -> list[Shipment]:
    """Return the merchant's shipments to the same e-mail address, this one among them."""
    email = Recipient.objects.filter(pk=shipment.pk).values_list("email", flat=True).first()
    if not email:
        return [shipment]
    to = Recipient.objects.filter(email__iexact=email).values("shipment")
    own = Shipment.objects.filter(merchant=shipment.merchant_id, pk__in=to)
    found = list(own.order_by("-pk")[:MOST_SHIPMENTS])
    return found if shipment in found else [shipment, *found[:-1]]


@transaction.atomic
def _erased(request: HttpRequest, shipments: Sequence[Shipment]) -> int:
    ids = list(_with_duplicates(shipments).values_list("pk", flat=True))
    persons.erase(ids, now=timezone.now())
    asking.forget(ids)
    forgetting.forget(ids)
    forget_beside(ids)
    note_all(request, shipments, "Personal data erased.")
    return len(shipments)


def _with_duplicates(shipments: Sequence[Shipment]) -> QuerySet[Shipment]:
    """Return the shipments with all that were united with them."""
    ids = [one.pk for one in shipments]
    return Shipment.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))


@page(f"{OF}export/", name="shipment_export", roles=OPERATORS)
def export(request: HttpRequest, shipment_id: int) -> HttpResponse:
    """Hand over what is held about a person, as a file."""
    shipment = reached(request, shipment_id, OPERATORS)
    same = same_person(shipment)
    if request.method == "POST":
        is_all = request.POST.get("of") == ALL
        return _file(request, shipment, same if is_all else [shipment])
    context = {"title": "Export a person's data", "shipment": shipment, "count": len(same)}
    return show(request, "desk/shipment/export.html", context)


def _file(request: HttpRequest, shipment: Shipment, shipments: Sequence[Shipment]) -> HttpResponse:
    note_all(request, shipments, "Personal data exported.")
    text = json.dumps(held(shipments), ensure_ascii=False, indent=2, default=str)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"person-{shipment.reference}.json"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"], answer["Cache-Control"] = "nosniff", "no-store"
    return answer


def held(shipments: Sequence[Shipment]) -> dict[str, Any]:
    """Return everything that is held about whom these shipments go to."""
    references = dict(_with_duplicates(shipments).values_list("pk", "reference"))
    ids = list(references)
    return {
        "is_cut": len(shipments) >= MOST_SHIPMENTS,
        "told": persons.told_of(ids),
        "answers": [_answer(one, references) for one in _answers(ids)],
        "messages": [_message(one, references) for one in _messages(ids)],
        "mail": holding.told_of(ids),
        "ratings": [_rating(one, references) for one in Rating.objects.filter(shipment__in=ids)],
        "notes": [_note(one, references) for one in _notes(ids)],
    }


def _answers(ids: Sequence[int]) -> Any:
    found = Answer.objects.filter(watch__shipment__in=ids).select_related("watch__account")
    secrets = ("watch__account__credentials", "watch__account__token")
    return found.defer(*secrets).order_by("pk")


def _answer(one: Answer, references: dict[int, str]) -> dict[str, Any]:
    return {
        "shipment": references[one.watch.shipment_id],
        "provider": one.watch.account.kind,
        "received_at": one.received_at.isoformat(),
        "body": answers.plain(one),
    }


def _messages(ids: Sequence[int]) -> Any:
    sent = Delivery.objects.filter(shipment__in=ids).exclude(body="").select_related("endpoint")
    return sent.defer("endpoint__secrets").order_by("pk")


def _message(one: Delivery, references: dict[int, str]) -> dict[str, Any]:
    return {
        "shipment": references[one.shipment_id or 0],
        "sent_to": one.endpoint.url,
        "made_at": one.created_at.isoformat(),
        "body": one.body,
    }


def _rating(one: Rating, references: dict[int, str]) -> dict[str, Any]:
    return {
        "shipment": references[one.shipment_id],
        "stars": one.stars,
        "reasons": one.reasons,
        "words": one.words,
        "rated_at": one.rated_at.isoformat(),
    }


def _notes(ids: Sequence[int]) -> Any:
    return Note.objects.filter(case__shipment__in=ids).select_related("case").order_by("pk")


def _note(one: Note, references: dict[int, str]) -> dict[str, Any]:
    return {
        "shipment": references[one.case.shipment_id],
        "text": one.text,
        "made_at": one.made_at.isoformat(),
    }
