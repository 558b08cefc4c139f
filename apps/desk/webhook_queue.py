"""The queue of failed webhooks: addresses that take nothing, and messages that were given up."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from msgspec import Struct

from apps.desk.counting import Counted
from apps.desk.pages import OPERATORS, merchants, page, show
from apps.desk.queues import Wanted, asked_of, links, several, wanted
from apps.notifications import failing, repeating
from apps.notifications.models import Attempt, Delivery, Endpoint
from apps.outbound.messages import Reason
from apps.shipments.sheets import visible

A_PAGE = 25
# What is sent again by one click; more takes another.
MOST_AGAIN = 1000
WHY: Mapping[str, str] = {
    Reason.FORBIDDEN: "The address is one we may not call.",
    Reason.UNRESOLVED: "There is no such host.",
    Reason.REFUSED: "There was no connection, or it broke.",
    Reason.TIMED_OUT: "There was no answer in time.",
    Reason.UNTRUSTED: "Its certificate does not hold.",
    Reason.TOO_LARGE: "Its answer was too long.",
    Reason.GARBLED: "Its answer was not HTTP.",
    Reason.MISLED: "It sent us elsewhere; redirects are not followed.",
}
RESUME = "Ask the shop to mend it, then resume it; changes from now on are told again."
TELL = "Tell the shop. Messages go by themselves as soon as the address takes one."
DECIDE = "It takes messages. Send those that were given up again, or set them aside."
PAUSED = "Nothing is sent while the address is paused: resume it first."


class Failed(Struct, frozen=True):
    """An address as staff see it. `stopped` is why it is paused, `trouble` what its last try or
    the newest message given up brought.
    """

    id: int
    url: str
    merchant: str
    merchant_id: int
    state: str
    tone: str
    since: datetime | None
    stopped: str
    trouble: str
    advice: str
    waiting: Counted
    given_up: Counted
    given_up_at: datetime | None
    is_paused: bool
    address: str
    log: str


@page("webhooks/", name="webhooks")
def webhooks(request: HttpRequest) -> HttpResponse:
    """Show addresses in trouble; a form sends what to do about one of them."""
    asked, now = wanted(request.GET), timezone.now()
    here = reverse("admin:webhooks")
    if request.method == "POST":
        act(request, now)
        return HttpResponseRedirect(_address(here, asked))
    rows = found(failing.failing(asked_of(request, asked)), asked.page)
    context = {
        "title": "Failed webhooks",
        "queues": links(request, here),
        "rows": rows[:A_PAGE],
        "may_act": set(merchants(request, OPERATORS).values_list("pk", flat=True)),
        "merchants": several(request),
        "asked": asked,
        "former": _address(here, asked, -1) if asked.page > 1 else "",
        "next": _address(here, asked, +1) if len(rows) > A_PAGE else "",
        "now": now,
    }
    return show(request, "desk/webhooks.html", context)


def _address(here: str, asked: Wanted, by: int = 0) -> str:
    return asked.at(here, page=asked.page + by)


def found(endpoints: QuerySet[Endpoint], number: int) -> list[Failed]:
    """Return a page of addresses, one more than are shown; three statements."""
    start = (number - 1) * A_PAGE
    rows = list(failing.with_counts(endpoints)[start : start + A_PAGE + 1])
    newest = [pk for one in rows if (pk := getattr(one, "newest_given_up", None))]
    attempts = failing.last_attempts(newest)
    ended = dict(Delivery.objects.filter(pk__in=newest).values_list("pk", "ended_at"))
    return [_failed(one, attempts, ended) for one in rows]


def _failed(
    one: Endpoint, attempts: Mapping[int, Attempt], ended: Mapping[int, datetime | None]
) -> Failed:
    newest: int = getattr(one, "newest_given_up", None) or 0
    state, tone, since, advice = _standing(one)
    log = reverse("admin:notifications_delivery_changelist")
    return Failed(
        id=one.pk,
        url=visible(one.url),
        merchant=one.merchant.name,
        merchant_id=one.merchant_id,
        state=state,
        tone=tone,
        since=since,
        stopped=one.pause_reason if one.paused_at else "",
        trouble=_trouble(one, attempts.get(newest)),
        advice=advice,
        waiting=_counted(one, "waiting"),
        given_up=_counted(one, "given_up"),
        given_up_at=ended.get(newest),
        is_paused=one.paused_at is not None,
        address=reverse("admin:notifications_endpoint_change", args=[one.pk]),
        log=f"{log}?endpoint__id__exact={one.pk}",
    )


def _standing(one: Endpoint) -> tuple[str, str, datetime | None, str]:
    """Return how an address fares: its state, tone, since when, what to do."""
    if one.paused_at:
        return "paused", "problem", one.paused_at, RESUME
    if one.failing_since:
        return "takes nothing", "problem", one.failing_since, TELL
    return "works", "warning", None, DECIDE


def _trouble(one: Endpoint, attempt: Attempt | None) -> str:
    """Return what the last try brought; of an address that works, what it refused."""
    if one.last_status or one.last_reason:
        return _words(one.last_status, one.last_reason)
    return _words(attempt.status, attempt.reason) if attempt else ""


def _words(status: int | None, reason: str) -> str:
    if status:
        return f"It answered {status}."
    return WHY.get(reason, "The message could not be sent.")


def _counted(one: Endpoint, name: str) -> Counted:
    count: int = getattr(one, name, 0)
    return Counted(min(count, failing.MOST_COUNTED), count > failing.MOST_COUNTED)


def act(request: HttpRequest, now: datetime) -> None:
    """Do what a form asks with one address and say what came of it; raise Http404."""
    given = request.POST.get("endpoint", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    own = Endpoint.objects.filter(merchant__in=merchants(request, OPERATORS), removed_at=None)
    endpoint = get_object_or_404(own.defer("secrets"), pk=number)
    deed = DEEDS.get(request.POST.get("action", ""))
    if deed is None:
        messages.error(request, "Choose what to do.")
    elif endpoint.paused_at and deed in (again, try_out):
        messages.warning(request, PAUSED)
    else:
        _done(request, endpoint, deed(endpoint, now))


def _done(request: HttpRequest, endpoint: Endpoint, words: str) -> None:
    LogEntry.objects.log_actions(request.user.pk or 0, [endpoint], CHANGE, change_message=words)
    messages.success(request, words)


def resume(endpoint: Endpoint, now: datetime) -> str:
    repeating.resume(endpoint)
    return "Resumed."


def again(endpoint: Endpoint, now: datetime) -> str:
    ids = list(failing.given_up(endpoint).values_list("pk", flat=True)[:MOST_AGAIN])
    return f"Sent again: {repeating.send_again(ids, now):,} of the messages given up."


def try_out(endpoint: Endpoint, now: datetime) -> str:
    repeating.try_out(endpoint, now)
    return "A message was sent to try it out; the log shows what comes of it."


def set_aside(endpoint: Endpoint, now: datetime) -> str:
    failing.set_aside(endpoint, now)
    return "Set aside what was given up; it stays in the log."


DEEDS: Mapping[str, Callable[[Endpoint, datetime], str]] = {
    "resume": resume,
    "again": again,
    "try": try_out,
    "set_aside": set_aside,
}
