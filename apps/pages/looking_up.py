"""Looking a parcel up: by its order's or tracking number and a second fact.

Whatever does not fit together gets one answer, in the same words and after the same
statements: an unknown number, a wrong fact, a parcel that too many have guessed at.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from msgspec.structs import replace

from apps.branding.looks import Look
from apps.pages import guessing, tickets
from apps.pages.facts import fits, problem_of, readable, wrong
from apps.pages.languages import gettext as _
from apps.pages.marks import look_of
from apps.pages.readers import PLAIN
from apps.pages.shown import Shown
from apps.shipments import recognition
from apps.shipments.models import fold_number
from apps.shipments.reports import Limits, clean
from apps.shipments.rows import fetch

# A number that more parcels share is no name of any of them.
MOST = 200
NUMBER = re.compile(r"[A-Z0-9]{4,40}")


class Door(Shown, frozen=True):
    """Where somebody asks: the start page, a brand's page, or its frame on a site (`origin`)."""

    look: Look = PLAIN
    origin: str = ""

    @property
    def name(self) -> str:
        return self.look.merchant or "start"

    @property
    def purpose(self) -> str:
        return f"look-up {self.look.slug} {self.origin}"


class Problem(Shown, frozen=True):
    """What is wrong with a field, or with none of them in particular."""

    field: str
    words: str


class Found(Shown, frozen=True):
    """A parcel that a pair of facts opens."""

    reference: str
    token: str
    code: str
    merchant: str
    merchant_id: int
    order_reference: str
    email: str | None
    postal_code: str | None

    @property
    def heading(self) -> str:
        return look_of(self.code).words


class LookUp(Shown, frozen=True):
    """The form as it is shown, and what came of it.

    `found` has one parcel of each order that was opened. `number` is all that is shown
    again of what was typed. `wait` is how many seconds nothing more is answered.
    """

    ticket: str
    number: str = ""
    problems: tuple[Problem, ...] = ()
    hint: str = ""
    found: tuple[Found, ...] = ()
    by_number: str = ""
    is_open_by_number: bool = False
    status: int = 200
    wait: int = 0

    @property
    def is_wrong(self) -> dict[str, str]:
        """Return what is wrong, by field."""
        return {problem.field: problem.words for problem in self.problems}


# Each name is found by an index of its own; SQLite takes one only for its very condition.
NAMED = """
SELECT s.reference, s.token, s.code, m.name, m.id, s.order_reference, r.email, r.postal_code
FROM shipments_shipment s
JOIN shipments_merchant m ON m.id = s.merchant_id
LEFT JOIN shipments_recipient r ON r.shipment_id = s.id
WHERE %s IN ('', m.slug) AND s.id IN (
    SELECT l.shipment_id FROM shipments_trackingnumber n
    JOIN shipments_leg l ON l.id = n.leg_id WHERE n.folded = %s
    UNION
    SELECT o.id FROM shipments_shipment o
    WHERE o.merchant_id IN (SELECT id FROM shipments_merchant WHERE %s IN ('', slug))
        AND o.order_reference IN ({spelt}) AND NOT (o.order_reference = '')
    UNION
    SELECT c.id FROM shipments_shipment c
    WHERE c.merchant_id IN (SELECT id FROM shipments_merchant WHERE %s IN ('', slug))
        AND c.custom_reference IN ({spelt}) AND NOT (c.custom_reference = '')
)
ORDER BY s.id DESC LIMIT %s
"""
NOBODY = Found("", "", "", "", 0, "", "", "")


def blank(request: HttpRequest, door: Door, now: datetime) -> LookUp:
    """Return an empty form; the address may give the number (`?number=`, a frame's `?order=`)."""
    given = request.GET.get("number") or request.GET.get("order", "")
    return LookUp(
        ticket=tickets.issue(door.purpose, now),
        number=_typed(given)[: Limits.NUMBER],
        is_open_by_number=door.look.opens_by_number,
    )


def tried(request: HttpRequest, door: Door, now: datetime) -> LookUp:
    """Answer a form that was sent: see `found`, else show it again with its `status`."""
    number, fact = _typed(request.POST.get("number", "")), request.POST.get("fact", "").strip()
    form = LookUp(
        ticket=request.POST.get("ticket", ""),
        number=number[: Limits.NUMBER],
        is_open_by_number=door.look.opens_by_number,
    )
    if not tickets.accepts(request, door.purpose, now):
        return _again(form, 400, _stale(), ticket=tickets.issue(door.purpose, now))
    problems = _problems(number, fact, is_fact_needed=not door.look.opens_by_number)
    if problems:
        return _again(form, 400, *problems)
    if not fact:
        return _by_number(form)
    return _matched(request, door, form, fact, now)


def _matched(request: HttpRequest, door: Door, form: LookUp, fact: str, now: datetime) -> LookUp:
    guess = guessing.begin(request, door.name, now)
    if guess.wait:
        return _again(form, 429, wait=guess.wait)
    named = _named(form.number, door.look.merchant)
    names = [one.reference for one in named] or [f"nothing {fold_number(form.number)}"]
    guess = guessing.aim(guess, names, now)
    right = [
        one
        for one in named or [NOBODY]
        if fits(fact, one.email or "", one.postal_code or "") & (one.reference not in guess.closed)
    ]
    if not right:
        return _again(form, 404, _unknown(), hint=_hint(form.number))
    guessing.take_back(guess, now)
    return _again(form, 303, found=_one_of_each_order(right))


def _by_number(form: LookUp) -> LookUp:
    number = fold_number(form.number)
    if NUMBER.fullmatch(number):
        return _again(form, 303, by_number=number)
    return _again(form, 404, _unknown(), hint=_hint(form.number))


def _again(form: LookUp, status: int, *problems: Problem, **more: Any) -> LookUp:
    return replace(form, status=status, problems=problems, **more)


def _named(number: str, merchant: str) -> list[Found]:
    """Return every parcel that goes by a number at a merchant, at any when none is given."""
    spelt = sorted(_spellings(number))
    statement = NAMED.replace("{spelt}", ", ".join(["%s"] * len(spelt)))
    names = [merchant, fold_number(number), merchant, *spelt, merchant, *spelt, MOST]
    return [Found(*row) for row in fetch(statement, names)]


def _spellings(number: str) -> set[str]:
    """Return how a shop may have written a reference: case, spaces and a # are easily mistaken."""
    bare = {number, number.replace(" ", "")}
    bare |= {text.removeprefix("#") for text in bare}
    cased = {spelt for text in bare for spelt in (text, text.upper(), text.lower())}
    return {text for text in cased | {f"#{text}" for text in cased} if text}


def _one_of_each_order(found: Sequence[Found]) -> tuple[Found, ...]:
    orders: dict[tuple[int, str], Found] = {}
    for one in found:
        orders.setdefault((one.merchant_id, one.order_reference or one.reference), one)
    return tuple(orders.values())


def _typed(text: str) -> str:
    """Return what was typed with single spaces and without what cannot be seen."""
    return " ".join(clean(readable(text[: 10 * Limits.NUMBER]), Limits.URL).split())


def _problems(number: str, fact: str, *, is_fact_needed: bool) -> list[Problem]:
    words = {
        "number": wrong(number, Limits.NUMBER, _("Enter the order or tracking number")),
        "fact": problem_of(fact) if fact or is_fact_needed else "",
    }
    return [Problem(field, said) for field, said in words.items() if said]


def _stale() -> Problem:
    return Problem("", tickets.stale())


def _unknown() -> Problem:
    return Problem("", _("We do not know the number, or the postcode or e-mail does not fit."))


def _hint(number: str) -> str:
    """Say whose number it looks like, from its characters alone."""
    sure = recognition.certain(number)
    return _("This looks like a %(carrier)s number.") % {"carrier": sure.name} if sure else ""
