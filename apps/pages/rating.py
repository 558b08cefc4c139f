"""What a customer thinks of a delivery that is over: stars, reasons, words."""

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from apps.pages import tickets
from apps.pages.languages import gettext as _
from apps.pages.models import MOST_WORDS, Rating
from apps.pages.shown import Shown
from apps.shipments.journey import Journey
from apps.shipments.models import Shipment
from apps.shipments.reports import clean
from apps.shipments.status import milestone_of

STARS = {
    5: gettext_noop("Very good"),
    4: gettext_noop("Good"),
    3: gettext_noop("All right"),
    2: gettext_noop("Bad"),
    1: gettext_noop("Very bad"),
}
REASONS = {
    "in_time": gettext_noop("It came when it should"),
    "late": gettext_noop("It came late"),
    "friendly": gettext_noop("The driver was friendly"),
    "damaged": gettext_noop("It was damaged"),
    "wrong_place": gettext_noop("It was left in the wrong place"),
    "well_told": gettext_noop("I always knew where it was"),
    "badly_told": gettext_noop("I did not know where it was"),
}


class Choice(Shown, frozen=True):
    value: str
    words: str
    is_chosen: bool


class RatingForm(Shown, frozen=True):
    """The form as it is shown, with what was given so far."""

    ticket: str
    stars: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    words: str = ""
    problem: str = ""


class Given(Shown, frozen=True):
    stars: str = ""
    reasons: tuple[str, ...] = ()
    words: str = ""


NOTHING = Given()


def may_be_rated(journey: Journey) -> bool:
    is_partial = journey.code == "delivered.partial"
    return milestone_of(journey.code) in ("delivered", "returned") and not is_partial


def form_of(
    journey: Journey, now: datetime, given: Given = NOTHING, problem: str = ""
) -> RatingForm:
    """Return the form, in the active language."""
    return RatingForm(
        ticket=tickets.issue(_purpose(journey), now),
        stars=tuple(Choice(str(n), _(words), str(n) == given.stars) for n, words in STARS.items()),
        reasons=tuple(
            Choice(code, _(words), code in given.reasons) for code, words in REASONS.items()
        ),
        words=given.words,
        problem=problem,
    )


def rate(request: HttpRequest, journey: Journey, now: datetime) -> RatingForm | None:
    """Keep a rating in place of an earlier one; return the form when something is wrong."""
    given = _given(request)
    problem = _problem(request, journey, given, now)
    if problem:
        return form_of(journey, now, given, problem)
    _keep(journey, given, now)
    return None


def _given(request: HttpRequest) -> Given:
    words = request.POST.get("words", "").replace("\r\n", "\n")
    reasons = frozenset(request.POST.getlist("reasons"))
    return Given(
        stars=request.POST.get("stars", ""),
        reasons=tuple(code for code in REASONS if code in reasons),
        words=clean(words, 2 * MOST_WORDS).strip(),
    )


def _problem(request: HttpRequest, journey: Journey, given: Given, now: datetime) -> str:
    if not tickets.accepts(request, _purpose(journey), now):
        return tickets.stale()
    if given.stars not in map(str, STARS):
        return _("Choose how good it was.")
    if len(given.words) > MOST_WORDS:
        return _("Write at most %(most)d characters.") % {"most": MOST_WORDS}
    return ""


def _keep(journey: Journey, given: Given, now: datetime) -> None:
    shipments = Shipment.objects.filter(token=journey.token).values_list("pk", flat=True)
    told = {"stars": int(given.stars), "reasons": list(given.reasons), "words": given.words}
    Rating.objects.bulk_create(
        [Rating(shipment_id=pk, rated_at=now, **told) for pk in shipments],
        update_conflicts=True,
        unique_fields=["shipment"],
        update_fields=[*told, "rated_at"],
    )


def _purpose(journey: Journey) -> str:
    return f"rate {journey.token}"
