"""A new link by mail, for whoever a parcel goes to or who heard of it, when theirs has ended."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.mails.addresses import check_email, fold, is_blocked
from apps.mails.letters import write_to, write_to_recipient
from apps.mails.models import Letter, Subscription
from apps.pages import guessing, renewing, tickets
from apps.pages.readers import Reader
from apps.pages.shown import Shown
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment

LINK = Letter.Kind.LINK


class Found(Shown, frozen=True):
    """The form to be shown again; `wait` is how many seconds nothing more is taken."""

    form: renewing.Renewing | None
    status: int = 200
    wait: int = 0


def tried(request: HttpRequest, journey: Journey, reader: Reader, now: datetime) -> Found:
    """Send a link if the address is one of the parcel's. The answer is the same if it is not."""
    token = journey.token
    if not tickets.accepts(request, renewing.purpose(token), now):
        return Found(renewing.form_of(request, token, now, tickets.stale()), 400)
    try:
        email = check_email(request.POST.get("email", ""))
    except ValueError as error:
        return Found(renewing.form_of(request, token, now, str(error)), 400)
    if wait := guessing.ask(request, journey.reference, now).wait:
        words = _("Mail was asked for too often from here. Try again in 15 minutes.")
        return Found(renewing.form_of(request, token, now, words), 429, wait)
    _send(token, email, reader.language, now)
    return Found(renewing.form_of(request, token, now, is_sent=True))


def _send(token: str, email: str, language: str, now: datetime) -> None:
    shipment = Shipment.objects.select_related("recipient").filter(token=token).first()
    if shipment is None or is_blocked(email):
        return
    folded, to = fold(email), getattr(shipment, "recipient", None)
    is_recipient = to is not None and fold(to.email) == folded
    heard = Subscription.objects.filter(
        shipment=shipment, folded=folded, state=Subscription.State.ON
    ).first()
    if not (is_recipient or heard):
        return
    if not guessing.may_mail(LINK, shipment.reference, folded, now):
        return
    if heard:
        write_to(heard, LINK, now)
    else:
        write_to_recipient(shipment, LINK, language, now)
