"""The form on which people ask for mail, and that of a subscriber's choices."""

from collections.abc import Collection
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _
from msgspec.structs import replace

from apps.mails import topics
from apps.mails.addresses import check_email
from apps.mails.asking import subscribe
from apps.mails.models import Subscription
from apps.pages import guessing, tickets
from apps.pages.facts import LONGEST
from apps.pages.readers import Reader
from apps.pages.shown import Shown
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment
from apps.shipments.reports import clean


class Box(Shown, frozen=True):
    value: str
    words: str
    is_chosen: bool


class NewsForm(Shown, frozen=True):
    """The form as it is shown, and what came of it.

    `is_sent` says only that all was typed well: not who hears of the parcel already. `wait` is
    how many seconds nothing more is taken.
    """

    ticket: str
    boxes: tuple[Box, ...]
    email: str = ""
    problem: str = ""
    is_sent: bool = False
    status: int = 200
    wait: int = 0


def boxes(chosen: Collection[str]) -> tuple[Box, ...]:
    """Return what can be heard of, in the active language."""
    return tuple(Box(name, str(words), name in chosen) for name, words in topics.CHOICES.items())


def blank(journey: Journey, now: datetime) -> NewsForm:
    """Return the form with the usual topics chosen."""
    return NewsForm(_ticket(journey, now), boxes(topics.USUAL))


def tried(request: HttpRequest, journey: Journey, reader: Reader, now: datetime) -> NewsForm:
    """Take a form that was sent: see `is_sent`, else show it again with its `problem`."""
    wanted = topics.in_order(request.POST.getlist("topics"))
    typed, ticket = clean(request.POST.get("email", ""), LONGEST), _ticket(journey, now)
    again = NewsForm(ticket, boxes(wanted), typed)
    if not tickets.accepts(request, _purpose(journey), now):
        return replace(again, problem=tickets.stale(), status=400)
    try:
        email = _checked(request, wanted)
    except ValueError as error:
        return replace(again, problem=str(error), status=400)
    if wait := guessing.ask(request, journey.reference, now).wait:
        words = _("Mail was asked for too often from here. Try again in 15 minutes.")
        return replace(again, problem=words, status=429, wait=wait)
    _subscribe(journey, email, wanted, reader.language, now)
    return replace(again, is_sent=True)


def _checked(request: HttpRequest, wanted: Collection[str]) -> str:
    email = check_email(request.POST.get("email", ""))
    if not wanted:
        raise ValueError(nothing_chosen())
    return email


def nothing_chosen() -> str:
    return _("Choose at least one thing to hear of.")


def _subscribe(
    journey: Journey, email: str, wanted: list[str], language: str, now: datetime
) -> None:
    """Ask for a parcel whose link may have been renewed a moment ago: then nothing happens."""
    found = Shipment.objects.filter(token=journey.token).values_list("pk", flat=True).first()
    if found:
        page = Subscription.Origin.PAGE
        subscribe(found, email, language=language, topics=wanted, origin=page, now=now)


def _ticket(journey: Journey, now: datetime) -> str:
    return tickets.issue(_purpose(journey), now)


def _purpose(journey: Journey) -> str:
    return f"news {journey.token}"
