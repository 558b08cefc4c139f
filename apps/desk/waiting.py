"""The rows of a queue: what is wrong with a shipment, since when, whose it is, what to do."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet
from msgspec import Struct

from apps.desk import cases, quiet
from apps.desk.advice import advice_for
from apps.desk.cases import Queue
from apps.desk.counting import scoped
from apps.desk.models import Case
from apps.pages.silence import Silence
from apps.shipments import shelves
from apps.shipments.models import Leg, Shipment
from apps.shipments.status import english, status_of

A_PAGE = 50
# Further than anybody leafs.
MOST_PAGES = 200
INQUIRE = "Open an inquiry with {carrier}: nothing was scanned for longer than it may take."
WAIT = "Wait until {day}; if there is no scan by then, open an inquiry with {carrier}."
ASK_DAY = "Ask {carrier} for a new day and tell the customer."


class Row(Struct, frozen=True):
    """A shipment of a queue. `wrong` is what the status' own words do not say; `stamp` is since
    when the status holds, as seen on the page.
    """

    id: int
    reference: str
    order: str
    merchant: str
    carrier: str
    status: str
    tone: str
    wrong: str
    since: datetime | None
    advice: str
    assignee: str
    notes: int
    is_solved: bool
    solved_before: datetime | None
    stamp: str


class Leaf(Struct, frozen=True):
    """A page of rows; `skipped` were candidates only and turned out to be as usual."""

    rows: list[Row]
    number: int
    has_next: bool
    skipped: int = 0


def shelf(queue: Queue, now: datetime, merchant_ids: Collection[int] | None) -> QuerySet[Shipment]:
    """Return the shipments of a queue in order, solved ones too; `None`: of all merchants."""
    if queue == Queue.PROBLEMS:
        found = shelves.problems()
    elif queue == Queue.LATE:
        found = shelves.late(now)
    else:
        found = shelves.silent(quiet.before(now, merchant_ids))
    return scoped(found, merchant_ids)


def leaf(shipments: QuerySet[Shipment], queue: Queue, number: int, now: datetime) -> Leaf:
    """Return one page of a queue, by a fixed number of statements."""
    legs = Prefetch("legs", Leg.objects.order_by("order"))
    start = (number - 1) * A_PAGE
    found = shipments.select_related("merchant").prefetch_related(legs)
    page = list(found[start : start + A_PAGE + 1])
    shown = page[:A_PAGE]
    silent = quiet.silences(shown, now) if queue == Queue.SILENT else {}
    if queue == Queue.SILENT:
        shown = [one for one in shown if one.pk in silent]
    known = _cases(shown)
    rows = [_row(one, queue, known.get(one.pk), silent.get(one.pk), now) for one in shown]
    has_next = len(page) > A_PAGE and number < MOST_PAGES
    return Leaf(rows, number, has_next, len(page[:A_PAGE]) - len(shown))


def _cases(shipments: Sequence[Shipment]) -> dict[int, Case]:
    found = Case.objects.filter(shipment__in=shipments).select_related("assigned_to")
    return {case.shipment_id: case for case in found.annotate(written=Count("notes"))}


def _row(
    shipment: Shipment, queue: Queue, case: Case | None, silence: Silence | None, now: datetime
) -> Row:
    carrier = carrier_of(shipment)
    wrong, since, advice = _told(shipment, queue, silence, carrier, now)
    is_solved = cases.is_solved(case, shipment, queue)
    return Row(
        id=shipment.pk,
        reference=shipment.reference,
        order=shipment.order_reference or shipment.custom_reference,
        merchant=shipment.merchant.name,
        carrier=carrier,
        status=english(shipment.code),
        tone=str(status_of(shipment.code).severity),
        wrong=wrong,
        since=since,
        advice=advice,
        assignee=_assignee(case),
        notes=getattr(case, "written", 0),
        is_solved=is_solved,
        solved_before=case.solved_at if case and not is_solved else None,
        stamp=stamp(shipment),
    )


def _assignee(case: Case | None) -> str:
    if case is None or case.assigned_to is None:
        return ""
    return case.assigned_to.get_full_name() or case.assigned_to.get_username()


def carrier_of(shipment: Shipment) -> str:
    """Return the carrier that has the parcel last; the legs are at hand."""
    names = [leg.carrier_name or leg.carrier_code for leg in shipment.legs.all()]
    return next((name for name in reversed(names) if name), "")


def stamp(shipment: Shipment) -> str:
    """Return since when the status holds, as a form carries it."""
    return shipment.code_since.isoformat()


def _told(
    shipment: Shipment, queue: Queue, silence: Silence | None, carrier: str, now: datetime
) -> tuple[str, datetime | None, str]:
    """Return what is wrong, since when, and what to do."""
    if queue == Queue.SILENT and silence:
        return _silent(shipment, silence, carrier or "the carrier")
    if queue == Queue.LATE and shipment.due_at:
        overdue = _days((now - shipment.due_at).days)
        wrong = f"Due on {shipment.due_at:%d %b %Y}, {overdue} ago; nobody has given a new day."
        return wrong, shipment.due_at, ASK_DAY.format(carrier=carrier or "the carrier")
    return "", shipment.code_since, advice_for(shipment.code)


def _silent(shipment: Shipment, silence: Silence, carrier: str) -> tuple[str, datetime | None, str]:
    usual = f"up to {silence.usual} business {'day is' if silence.usual == 1 else 'days are'} usual"
    wrong = f"No scan for {_days(silence.days)}; {usual}."
    is_time = silence.today >= silence.ask_on
    advice = INQUIRE if is_time else WAIT
    return (
        wrong,
        shipment.last_scan_at,
        advice.format(carrier=carrier, day=f"{silence.ask_on:%d %b}"),
    )


def _days(count: int) -> str:
    if count < 1:
        return "less than a day"
    return f"{count:,} day" if count == 1 else f"{count:,} days"
