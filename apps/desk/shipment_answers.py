"""What a provider answered about a shipment, word for word."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from apps.desk.pages import OPERATORS, page, show
from apps.desk.shipment_reach import note, reached
from apps.providers.answers import plain
from apps.providers.models import Answer
from apps.shipments.sheets import visible

MOST_CHARACTERS = 200_000


@page(
    "shipments/shipment/<int:shipment_id>/answers/<int:answer_id>/",
    name="shipment_answer",
    roles=OPERATORS,
    methods=("GET", "HEAD"),
)
def answer(request: HttpRequest, shipment_id: int, answer_id: int) -> HttpResponse:
    """Show one raw answer. It holds personal data, so looking at it is written down."""
    shipment = reached(request, shipment_id, OPERATORS)
    own = Answer.objects.filter(watch__shipment=shipment).select_related("watch__account")
    secrets = ("watch__account__credentials", "watch__account__token")
    found = get_object_or_404(own.defer(*secrets), pk=answer_id)
    note(request, shipment, f"Looked at the raw answer of {found.watch.account}.")
    text = plain(found)
    context = {
        "title": f"Raw answer of {found.watch.account}",
        "shipment": shipment,
        "answer": found,
        "text": readable(text[:MOST_CHARACTERS]),
        "is_long": len(text) > MOST_CHARACTERS,
    }
    return show(request, "desk/shipment/answer.html", context)


def readable(text: str) -> str:
    """Return text line by line, with what hides in it written out."""
    return "\n".join(map(visible, text.replace("\r\n", "\n").replace("\t", "  ").split("\n")))
