"""Showing a right to level PROVED: a second fact of the parcel whose secret link is open."""

from datetime import datetime

from django.http import HttpRequest
from msgspec.structs import replace

from apps.pages import codes, guessing, tickets
from apps.pages.facts import facts_of, fits, problem_of
from apps.pages.languages import gettext as _
from apps.pages.shown import Shown
from apps.shipments.journey import Journey

PROVED_FOR = 15 * 60
LONGEST_TICKET = 100


class Proving(Shown, frozen=True):
    """What came of a try: a proof, or words of what is wrong; `code` is the ticket of a code."""

    proof: str = ""
    problem: str = ""
    status: int = 200
    wait: int = 0
    code: str = ""


def ticket_of(journey: Journey, now: datetime) -> str:
    """Return what the form must send, empty when nothing is known that could be proved."""
    return tickets.issue(_purpose(journey), now) if facts_of(journey) else ""


def holds(proof: str, token: str, now: datetime) -> bool:
    """Tell whether something was proved of this parcel, and its link not renewed since."""
    return tickets.is_fresh(proof, _proved(token), now, PROVED_FOR)


def tried(request: HttpRequest, journey: Journey, now: datetime) -> Proving:
    """Compare what was sent with the parcel's recipient, or with a code that they were sent.

    Words are in the active language.
    """
    code = request.POST.get("code", "")[:LONGEST_TICKET]
    return replace(_tried(request, journey, code, now), code=code)


def _tried(request: HttpRequest, journey: Journey, code: str, now: datetime) -> Proving:
    fact = request.POST.get("fact", "").strip()
    if not tickets.accepts(request, _purpose(journey), now):
        return Proving(problem=tickets.stale(), status=400)
    if problem := problem_of(fact):
        return Proving(problem=problem, status=400)
    guess = guessing.begin(request, journey.merchant.slug, now)
    if not guess.wait:
        guess = guessing.aim(guess, [journey.reference], now)
    if guess.wait or guess.closed:
        words = _("Too many tries. Try again in 15 minutes.")
        return Proving(problem=words, status=429, wait=guess.wait or guessing.WINDOW)
    if not _is_right(fact, code, journey, now):
        return Proving(problem=_wrong(code), status=403)
    guessing.take_back(guess, now)
    return Proving(proof=tickets.issue(_proved(journey.token), now))


def _is_right(fact: str, code: str, journey: Journey, now: datetime) -> bool:
    is_code = bool(code) and codes.fits(fact, code, journey.token, now)
    to = journey.recipient
    return is_code | (to is not None and fits(fact, to.email, to.postal_code))


def _wrong(code: str) -> str:
    if code:
        return _("This is not the code we sent, or it is older than 15 minutes.")
    return _("This is not the postcode or e-mail we know.")


def _purpose(journey: Journey) -> str:
    return f"prove {journey.token}"


def _proved(token: str) -> str:
    return f"proved {token}"
