"""Where whoever holds a link has a code sent to the recipient's address, to see the rest."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.common import no_append_slash
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.mails.addresses import fold, is_blocked
from apps.mails.letters import write_to_recipient
from apps.mails.models import Letter
from apps.mails.views import page_of, to_page
from apps.pages import codes, guessing, proving, showing, tickets
from apps.pages.doors import may_send_code
from apps.pages.opening import opens
from apps.pages.readers import Reader
from apps.pages.shown import Shown
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment
from apps.shipments.privacy import hint_email


class CodeForm(Shown, frozen=True):
    """The form that asks for a code, or the one that takes it: then `code` is its ticket."""

    address: str
    ticket: str
    code: str = ""
    problem: str = ""
    status: int = 200
    wait: int = 0


@no_append_slash
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@opens
def code(request: HttpRequest, journeys: list[Journey], reader: Reader) -> HttpResponse:
    """Show the form that asks for a code, or send one and show the form that takes it."""
    journey, now = journeys[0], timezone.now()
    if not may_send_code(journey):
        return to_page(journey.token, reader)
    with translation.override(reader.language):
        is_sent = request.method == "POST"
        form = _tried(request, journey, reader, now) if is_sent else _blank(journey, now)
    more = {"form": form, "page": page_of(journey.token, reader)}
    answer = showing.notice("mails/pages/code.html", reader, form.status, more)
    answer["Cache-Control"] = "no-store"
    if form.wait:
        answer["Retry-After"] = str(form.wait)
    return answer


def _blank(journey: Journey, now: datetime, problem: str = "", status: int = 200) -> CodeForm:
    ticket = tickets.issue(_purpose(journey), now)
    return CodeForm(_hint(journey), ticket, problem=problem, status=status)


def _tried(request: HttpRequest, journey: Journey, reader: Reader, now: datetime) -> CodeForm:
    if not tickets.accepts(request, _purpose(journey), now):
        return _blank(journey, now, tickets.stale(), 400)
    wait = guessing.ask(request, journey.reference, now).wait
    if wait or not _send(journey, reader.language, now):
        words = _("No code was sent. Look for one we sent before, or try again later.")
        return CodeForm(_hint(journey), "", problem=words, status=429, wait=wait)
    ticket, code = proving.ticket_of(journey, now), codes.ticket_of(journey.token, now)
    return CodeForm(_hint(journey), ticket, code)


def _send(journey: Journey, language: str, now: datetime) -> bool:
    email = journey.recipient.email if journey.recipient else ""
    shipment = Shipment.objects.filter(token=journey.token).first()
    if shipment is None or is_blocked(email):
        return False
    if not guessing.may_send_code(journey.reference, fold(email), now):
        return False
    write_to_recipient(shipment, Letter.Kind.CODE, language, now)
    return True


def _hint(journey: Journey) -> str:
    return hint_email(journey.recipient.email) if journey.recipient else ""


def _purpose(journey: Journey) -> str:
    return f"send a code {journey.token}"
