"""Where staff see how a run gets on, and say what becomes of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import select_template
from django.urls import reverse
from django.utils import timezone

from apps.desk import runs
from apps.desk.auditing import told
from apps.desk.models import Run
from apps.desk.pages import LOOKERS, OPERATORS, is_platform, may, merchants, page, show

A_PAGE = 30
FAULTY = "Some rows have mistakes: tick that they are left out, or correct the file."
TOO_LATE = "That came too late: the run has gone on meanwhile."
STATE = Run.State
TONES = {
    STATE.CHECKING: "info",
    STATE.CHECKED: "warning",
    STATE.APPLYING: "info",
    STATE.DONE: "ok",
    STATE.FAILED: "problem",
    STATE.DROPPED: "info",
}


def seen(request: HttpRequest, **lookup: Any) -> QuerySet[Run]:
    """Return the runs that somebody may look at: their merchants'; the platform's staff all."""
    own = Q() if is_platform(request) else Q(merchant__in=merchants(request))
    return Run.objects.filter(own, **lookup).select_related("merchant", "made_by")


def reached(request: HttpRequest, pk: int) -> Run:
    """Return a run on which somebody may act; raise Http404."""
    run = get_object_or_404(seen(request), pk=pk)
    if not may(request, run.merchant_id, OPERATORS):
        raise Http404
    return run


def address(run: Run) -> str:
    return reverse("admin:run", args=[run.pk])


def note(request: HttpRequest, run: Run, words: str, before: str, after: str) -> None:
    """Write down what somebody did with a run."""
    text = f"{words} {told('state', before, after)}."
    LogEntry.objects.log_actions(request.user.pk or 0, [run], CHANGE, change_message=text)


@page("runs/", name="runs", roles=LOOKERS, methods=("GET", "HEAD"))
def run_list(request: HttpRequest) -> HttpResponse:
    """Show the newest runs; `before` is the number of the last one on the page before."""
    found = seen(request).defer(*runs.HEAVY).order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    rows = list(found[: A_PAGE + 1])
    context = {
        "title": "Runs",
        "rows": [(run, TONES[STATE(run.state)]) for run in rows[:A_PAGE]],
        "next": rows[A_PAGE - 1].pk if len(rows) > A_PAGE else None,
        "is_first": not before,
        "may_import": merchants(request, OPERATORS).exists(),
    }
    return show(request, "desk/run/list.html", context)


@page("runs/<int:pk>/", name="run", roles=LOOKERS, methods=("GET", "HEAD"))
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(seen(request).defer("table"), pk=pk)
    is_part = bool(getattr(request, "htmx", False))
    template = "desk/run/_run.html" if is_part else "desk/run/run.html"
    return show(request, template, _context(request, run, timezone.now()))


def _context(request: HttpRequest, run: Run, now: datetime) -> dict[str, Any]:
    state = STATE(run.state)
    waits_for_word = state == STATE.CHECKED
    may_act = may(request, run.merchant_id, OPERATORS)
    return {
        "title": f"{run.get_kind_display().capitalize()} {run.pk}",
        "run": run,
        "now": now,
        "tone": TONES[state],
        "is_busy": state in runs.BUSY,
        "is_waiting": state in runs.BUSY and run.leased_until is None,
        "may_apply": may_act and waits_for_word and bool(run.found.get("to_do", 1)),
        "may_retry": may_act and state == STATE.FAILED,
        "may_drop": may_act and state not in runs.OVER,
        "may_act": may_act,
        "body": select_template([f"desk/run/_{run.kind}.html", "desk/run/_plain.html"]),
    }


@page("runs/<int:pk>/apply/", name="run_apply", roles=OPERATORS, methods=("POST",))
def run_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Have done what was checked."""
    run, leave_out = reached(request, pk), request.POST.get("leave_out") == "yes"
    if run.found.get("bad_rows") and not leave_out:
        messages.error(request, FAULTY)
        return HttpResponseRedirect(address(run))
    return _turned(request, run, "Approved.", _approved(request.user.pk or 0, leave_out))


def _approved(user_id: int, leave_out: bool) -> Callable[[Run, datetime], bool]:
    def approve(run: Run, now: datetime) -> bool:
        return runs.approve(run, now, approved_by=user_id, leave_out=leave_out)

    return approve


@page("runs/<int:pk>/retry/", name="run_retry", roles=OPERATORS, methods=("POST",))
def run_retry(request: HttpRequest, pk: int) -> HttpResponse:
    return _turned(request, reached(request, pk), "Tried again.", runs.retry)


@page("runs/<int:pk>/drop/", name="run_drop", roles=OPERATORS, methods=("POST",))
def run_drop(request: HttpRequest, pk: int) -> HttpResponse:
    return _turned(request, reached(request, pk), "Dropped.", runs.drop)


def _turned(
    request: HttpRequest, run: Run, words: str, act: Callable[[Run, datetime], bool]
) -> HttpResponse:
    """Act on a run, write that down and lead back to its page."""
    if act(run, timezone.now()):
        after = Run.objects.only("state").get(pk=run.pk)
        note(request, run, words, run.get_state_display(), after.get_state_display())
    else:
        messages.warning(request, TOO_LATE)
    return HttpResponseRedirect(address(run))
