"""The run that gives an unknown word a meaning, or takes it away, and settles its shipments."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from msgspec import Struct, to_builtins

from apps.desk import auditing, runs
from apps.desk.models import Run
from apps.desk.runs import Failure, Step, runner
from apps.shipments import interpreting, vocabulary
from apps.shipments.models import Shipment, UnknownEvent, UnknownWord
from apps.shipments.status import english

# Events changed in one step, and shipments shown before and after.
A_STEP, SAMPLE = 200, 8
# Other processes believe for a second what words meant; what they wrote is taken in after it.
SETTLES_IN = timedelta(seconds=3)


class Given(Struct, frozen=True):
    """What a run was started with. An empty code: the word is to mean nothing again."""

    word_id: int
    source: str
    word: str
    code: str
    before: str
    approved_by: int = 0


class Preview(Struct, frozen=True):
    """How a shipment's status would change."""

    id: int
    reference: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        return self.before != self.after


def start(word: UnknownWord, code: str, *, by: User, now: datetime) -> Run:
    """Have it found out what a word's new meaning would change; "" takes its meaning away."""
    before = vocabulary.meanings().get((word.source, word.word), "")
    given = Given(word.pk, word.source, word.word, code, before)
    return runs.start(Run.Kind.REMAP, merchant=None, user=by, given=to_builtins(given), now=now)


@runner(Run.Kind.REMAP)
class Remap:
    def check(self, run: Run, now: datetime) -> Step:
        """Count what has the word and try the change on a few shipments."""
        given = Given(**run.given)
        affected = vocabulary.affected(given.source, given.word)
        found = {
            "events": affected.events,
            "shipments": affected.shipments,
            "is_more": affected.is_more,
            "sample": to_builtins(_tried(given, affected.sample[:SAMPLE], now)),
        }
        return Step(done=0, total=affected.events, found=found, is_over=True)

    def apply(self, run: Run, now: datetime) -> Step:
        """Teach the word once, then change its events a few at a time."""
        given, found = Given(**run.given), dict(run.found)
        if "last_id" not in found:
            _teach(given, now)
            _log(run, given)
        step = vocabulary.remap_some(
            given.source, given.word, after_id=found.get("last_id", 0), limit=A_STEP, now=now
        )
        found["last_id"] = step.last_id
        found["changed"] = found.get("changed", 0) + step.changed
        return _step(run, found, step.is_done, now)


def _step(run: Run, found: dict[str, Any], is_done: bool, now: datetime) -> Step:
    done = found["changed"]
    waits = is_done and not found.get("has_waited")
    if waits:
        found["has_waited"] = True
    return Step(
        done=done,
        total=max(run.total, done),
        found=found,
        is_over=is_done and not waits,
        again_at=now + SETTLES_IN if waits else None,
    )


def _teach(given: Given, now: datetime) -> None:
    if not given.code:
        vocabulary.unlearn(given.source, given.word)
        return
    try:
        vocabulary.teach(given.source, given.word, given.code, now=now)
    except vocabulary.Unteachable as refused:
        raise Failure(str(refused)) from refused


def _log(run: Run, given: Given) -> None:
    """Write down at the word who gave it which meaning."""
    user_id = given.approved_by or run.made_by_id
    if user_id is None:
        return  # the account was deleted meanwhile, and so would its entries be
    LogEntry.objects.create(
        user_id=user_id,
        content_type=ContentType.objects.get_for_model(UnknownWord),
        object_id=str(given.word_id),
        object_repr=f"{given.source}: {given.word}"[:200],
        action_flag=CHANGE,
        change_message=f"Changed: {auditing.told('meaning', given.before, given.code)}.",
    )


def _tried(given: Given, shipment_ids: Collection[int], now: datetime) -> list[Preview]:
    """Return what becomes of some shipments: it is done, looked at, and undone."""
    before = _codes(shipment_ids)
    last = UnknownEvent.objects.filter(word=given.word_id, shipment__in=shipment_ids)
    first = last.order_by("pk").values_list("pk", flat=True).first()
    if first is None:
        return []
    try:
        with transaction.atomic():
            _teach(given, now)
            vocabulary.remap_some(
                given.source, given.word, after_id=first - 1, limit=A_STEP, now=now
            )
            after = _codes(shipment_ids)
            transaction.set_rollback(True)
    finally:
        interpreting.forget()
    return [
        Preview(pk, reference, english(code), english(after[pk][1]))
        for pk, (reference, code) in before.items()
    ]


def _codes(shipment_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    rows = Shipment.objects.filter(pk__in=shipment_ids).order_by("-pk")
    return {pk: (ref, code) for pk, ref, code in rows.values_list("pk", "reference", "code")}
