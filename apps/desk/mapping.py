"""The mapping desk: words no table knows, what they may mean, and what a meaning changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from msgspec import Struct

from apps.desk import remapping, runs
from apps.desk.guesses import guesses
from apps.desk.models import Run
from apps.desk.pages import PLATFORM, page, show
from apps.desk.queues import links, whole
from apps.providers.registry import CLIENTS
from apps.shipments.models import Event, Meaning, UnknownEvent, UnknownWord
from apps.shipments.sheets import visible
from apps.shipments.status import MILESTONES, STATUSES, UNMAPPED, english, milestone_of

A_PAGE, MOST_PAGES, MOST_EXAMPLES = 50, 200, 6
WAITING, TAUGHT = "", "taught"


class Row(Struct, frozen=True):
    """A word of the list; `meaning` is what staff said it means, `guess` what it may mean."""

    id: int
    word: str
    source: str
    times: int
    last_seen_at: datetime
    meaning: str
    guess: str


class Group(Struct, frozen=True):
    """Statuses to choose from under one heading."""

    words: str
    choices: list[tuple[str, str]]


@page("mapping/", name="mapping", roles=PLATFORM, methods=("GET", "HEAD"))
def mapping(request: HttpRequest) -> HttpResponse:
    """List the words, the most frequent first."""
    only = TAUGHT if request.GET.get("only") == TAUGHT else WAITING
    number = min(max(whole(request.GET.get("page"), 1), 1), MOST_PAGES)
    found = list(_words(only)[(number - 1) * A_PAGE : number * A_PAGE + 1])
    context = {
        "title": "Unknown words",
        "queues": links(request, reverse("admin:mapping")),
        "rows": _rows(found[:A_PAGE]),
        "only": only,
        "number": number,
        "has_next": len(found) > A_PAGE and number < MOST_PAGES,
        "now": timezone.now(),
    }
    return show(request, "desk/mapping.html", context)


def _words(only: str) -> QuerySet[UnknownWord]:
    means = Exists(Meaning.objects.filter(source=OuterRef("source"), word=OuterRef("word")))
    words = UnknownWord.objects.filter(means if only == TAUGHT else ~means)
    return words.exclude(word="").order_by("-times", "-pk")


def _rows(words: Sequence[UnknownWord]) -> list[Row]:
    meanings = Meaning.objects.filter(word__in={word.word for word in words})
    known = {(one.source, one.word): one.code for one in meanings}
    return [_row(word, known.get((word.source, word.word), "")) for word in words]


def _row(word: UnknownWord, code: str) -> Row:
    likely = () if code else guesses(word.word)
    return Row(
        id=word.pk,
        word=visible(word.word),
        source=_named(word.source),
        times=word.times,
        last_seen_at=word.last_seen_at,
        meaning=english(code) if code else "",
        guess=english(likely[0]) if likely else "",
    )


def _named(source: str) -> str:
    """Return what people call a source."""
    return CLIENTS[source].title if source in CLIENTS else source


@page("mapping/<int:word_id>/", name="mapping_word", roles=PLATFORM)
def mapping_word(request: HttpRequest, word_id: int) -> HttpResponse:
    """Show a word with what came with it; a form has a meaning tried."""
    word, now = get_object_or_404(UnknownWord, pk=word_id), timezone.now()
    if request.method == "POST":
        code = request.POST.get("code", "")
        if code == UNMAPPED or (code and code not in STATUSES):
            messages.error(request, "Choose one of the statuses.")
            return HttpResponseRedirect(reverse("admin:mapping_word", args=[word_id]))
        return _to(remapping.start(word, code, by=cast("User", request.user), now=now))
    return show(request, "desk/mapping_word.html", _of_word(word, now))


def _of_word(word: UnknownWord, now: datetime) -> dict[str, object]:
    examples = _examples(word)
    known = Meaning.objects.filter(source=word.source, word=word.word).first()
    description = next((one.description for one in examples if one.description), "")
    likely = guesses(word.word, description)
    return {
        "title": f"The word “{visible(word.word)}”",
        "word": word,
        "name": visible(word.word),
        "source": _named(word.source),
        "examples": [(one, visible(one.description)) for one in examples],
        "meaning": english(known.code) if known else "",
        "likely": [(code, english(code)) for code in likely],
        "chosen": known.code if known else next(iter(likely), ""),
        "groups": _groups(),
        "now": now,
    }


def _groups() -> list[Group]:
    return [
        Group(
            english(milestone),
            [
                (code, english(code))
                for code in STATUSES
                if milestone_of(code) == milestone and code != UNMAPPED
            ],
        )
        for milestone in MILESTONES
    ]


def _examples(word: UnknownWord) -> list[Event]:
    """Return the newest events that were told in a word, by two statements."""
    seen = UnknownEvent.objects.filter(word=word).order_by("-pk").values_list("shipment", "key")
    either = Q()
    for shipment, key in seen[:MOST_EXAMPLES]:
        either |= Q(shipment=shipment, key=key)
    if not either:
        return []
    return list(Event.objects.filter(either).select_related("shipment").order_by("-pk"))


@page("mapping/runs/<int:run_id>/", name="mapping_run", roles=PLATFORM)
def mapping_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show what a meaning would change, how far the change is, and how to take it back."""
    found = Run.objects.filter(kind=Run.Kind.REMAP).select_related("made_by").defer("table")
    run, now = get_object_or_404(found, pk=run_id), timezone.now()
    if request.method == "POST":
        return _decide(request, run, now)
    is_part = request.headers.get("HX-Request") == "true"
    template = "desk/_mapping_progress.html" if is_part else "desk/mapping_run.html"
    return show(request, template, _of_run(run))


def _of_run(run: Run) -> dict[str, object]:
    given: dict[str, Any] = run.given
    return {
        "title": f"A meaning for “{visible(given.get('word', ''))}”" if given else "A meaning",
        "run": run,
        "given": given,
        "name": visible(given.get("word", "")),
        "source": _named(given.get("source", "")),
        "before": english(given["before"]) if given.get("before") else "not known",
        "after": english(given["code"]) if given.get("code") else "not known",
        "sample": [(one, one["before"] != one["after"]) for one in run.found.get("sample", [])],
        "is_busy": run.state in runs.BUSY,
    }


def _decide(request: HttpRequest, run: Run, now: datetime) -> HttpResponse:
    match request.POST.get("action"):
        case "apply":
            runs.approve(run, now, approved_by=request.user.pk)
        case "drop":
            runs.drop(run, now)
            messages.info(request, "Nothing was changed further.")
        case "retry":
            runs.retry(run, now)
        case "undo" if run.state == Run.State.DONE:
            word = get_object_or_404(UnknownWord, pk=run.given.get("word_id"))
            by = cast("User", request.user)
            return _to(remapping.start(word, run.given["before"], by=by, now=now))
    return _to(run)


def _to(run: Run) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:mapping_run", args=[run.pk]))
