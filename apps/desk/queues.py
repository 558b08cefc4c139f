"""The queues: shipments that wait for somebody, page by page, to be assigned and solved."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from msgspec import Struct

from apps.desk import cases, waiting
from apps.desk.cases import Done, Queue
from apps.desk.pages import OPERATORS, has_seat, is_platform, merchants, page, show
from apps.desk.roles import merchant_ids
from apps.shipments.models import Merchant, Shipment

TITLES: Mapping[Queue, str] = {
    Queue.PROBLEMS: "Problems",
    Queue.SILENT: "Silent parcels",
    Queue.LATE: "Late parcels",
}
LEADS: Mapping[Queue, str] = {
    Queue.PROBLEMS: "Open parcels with something wrong: the worst first, then the longest so.",
    Queue.SILENT: "Parcels without a scan for longer than their brand calls usual, oldest first.",
    Queue.LATE: "Parcels that missed the last day somebody promised, longest overdue first.",
}
FILTERS = {"open": "Open", "mine": "Mine", "unassigned": "Nobody's", "solved": "Solved"}
NOBODY = "nobody"


class Wanted(Struct, frozen=True):
    """What somebody asked to see: a filter, one merchant or all of theirs (0), a page."""

    only: str = "open"
    merchant: int = 0
    page: int = 1

    def address(self, queue: Queue, **changed: str | int) -> str:
        return self.at(reverse("admin:queue", args=[queue]), **changed)

    def at(self, path: str, **changed: str | int) -> str:
        """Return the address that asks for the same of a page, or for something changed."""
        given = {"only": self.only, "merchant": self.merchant, "page": self.page, **changed}
        plain = {"only": "open", "merchant": 0, "page": 1}
        query = urlencode({name: v for name, v in given.items() if v != plain[name]})
        return path + (f"?{query}" if query else "")


class Link(Struct, frozen=True):
    """A queue to go to."""

    address: str
    words: str
    is_here: bool


def links(request: HttpRequest, here: str) -> list[Link]:
    """Return the queues somebody may see; `here` is the address of the one shown."""
    found = [(reverse("admin:queue", args=[one]), TITLES[one]) for one in Queue]
    found.append((reverse("admin:feeds"), "Failing feeds"))
    found.append((reverse("admin:webhooks"), "Failed webhooks"))
    if is_platform(request):
        found.append((reverse("admin:mapping"), "Unknown words"))
    return [Link(address, words, address == here) for address, words in found]


def wanted(given: QueryDict) -> Wanted:
    """Read what was asked for; what makes no sense is as if it had not been said."""
    only = given.get("only", "open")
    number = min(max(whole(given.get("page"), 1), 1), waiting.MOST_PAGES)
    return Wanted(only if only in FILTERS else "open", whole(given.get("merchant"), 0), number)


def whole(text: str | None, otherwise: int) -> int:
    """Read a number of an address; anything else is `otherwise`."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


@page("queues/<slug:kind>/", name="queue")
def queue(request: HttpRequest, kind: str) -> HttpResponse:
    """Show a queue; a form sends what to do with the chosen shipments."""
    if kind not in list(Queue):
        raise Http404
    chosen, asked, now = Queue(kind), wanted(request.GET), timezone.now()
    if request.method == "POST":
        act(request, request.POST, now)
        return HttpResponseRedirect(asked.address(chosen))
    return show(request, "desk/queue.html", _context(request, chosen, asked, now))


def _context(
    request: HttpRequest, chosen: Queue, asked: Wanted, now: datetime
) -> dict[str, object]:
    leaf = waiting.leaf(_filtered(request, chosen, asked, now), chosen, asked.page, now)
    may_act = has_seat(request, OPERATORS)
    ids = merchant_ids(request)
    return {
        "title": TITLES[chosen],
        "lead": LEADS[chosen],
        "leaf": leaf,
        "asked": asked,
        "tabs": [
            (asked.address(chosen, only=only, page=1), words, only == asked.only)
            for only, words in FILTERS.items()
        ],
        "queues": links(request, reverse("admin:queue", args=[chosen])),
        "merchants": several(request),
        "former": asked.address(chosen, page=asked.page - 1) if asked.page > 1 else "",
        "next": asked.address(chosen, page=asked.page + 1) if leaf.has_next else "",
        "may_act": may_act,
        "colleagues": list(cases.colleagues(ids)[:200]) if may_act else [],
        "now": now,
    }


def _filtered(
    request: HttpRequest, chosen: Queue, asked: Wanted, now: datetime
) -> QuerySet[Shipment]:
    shipments = waiting.shelf(chosen, now, asked_of(request, asked))
    if asked.only == "solved":
        return cases.solved(shipments, chosen)
    shipments = cases.waiting(shipments, chosen)
    if asked.only == "mine":
        return cases.assigned(shipments, request.user.pk)
    return cases.unassigned(shipments) if asked.only == "unassigned" else shipments


def asked_of(request: HttpRequest, asked: Wanted) -> list[int] | None:
    """Return the merchants to look at; of another's, nothing is found."""
    ids = merchant_ids(request)
    if not asked.merchant:
        return ids
    return [asked.merchant] if ids is None or asked.merchant in ids else []


def several(request: HttpRequest) -> list[Merchant]:
    """Return the merchants to choose from, none where there is no choice."""
    found = list(merchants(request).order_by("name")[:200])
    return found if len(found) > 1 else []


def act(request: HttpRequest, given: QueryDict, now: datetime) -> None:
    """Do what a form asks with the chosen shipments and say what came of it."""
    seen = _seen(given.getlist("chosen"))
    mine = Shipment.objects.filter(pk__in=seen, merchant__in=merchants(request, OPERATORS))
    shipments = list(mine.order_by("pk"))
    if not shipments:
        messages.warning(request, "Choose shipments first.")
        return
    done, words = _done(request, given, shipments, seen, now)
    if words:
        left = f" {done.left} left as they are." if done.left else ""
        tell = messages.success if done.changed else messages.warning
        tell(request, f"{done.changed} {words}.{left}")
    else:
        messages.error(request, "Choose what to do.")


def _done(
    request: HttpRequest,
    given: QueryDict,
    shipments: Sequence[Shipment],
    seen: Mapping[int, datetime],
    now: datetime,
) -> tuple[Done, str]:
    by = cast("User", request.user)
    match given.get("action"):
        case "solve":
            return cases.solve(shipments, seen, by=by, now=now), "solved"
        case "reopen":
            return cases.reopen(shipments, by=by), "opened again"
        case "take":
            return cases.assign(shipments, by, by=by, now=now), "assigned to you"
        case "assign":
            return _assigned(given.get("to", ""), shipments, by, now)
    return Done(0), ""


def _assigned(to: str, shipments: Sequence[Shipment], by: User, now: datetime) -> tuple[Done, str]:
    if to == NOBODY:
        return cases.assign(shipments, None, by=by, now=now), "assigned to nobody"
    ids = {one.merchant_id for one in shipments}
    somebody = cases.colleagues(ids).filter(pk=whole(to, 0)).first()
    if somebody is None:
        return Done(0, len(shipments)), "assigned: nobody of that name has a seat there"
    return cases.assign(shipments, somebody, by=by, now=now), f"assigned to {somebody}"


def _seen(chosen: Sequence[str]) -> dict[int, datetime]:
    """Read `<row> <since when its status holds>` of a page's boxes."""
    found = (one.partition(" ") for one in chosen[: waiting.A_PAGE])
    pairs = ((whole(key, 0), _moment(since)) for key, _, since in found)
    return {key: since for key, since in pairs if key and since}


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None
