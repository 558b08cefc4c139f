"""Writes what answers told: news into the vault, the next question onto the watch.

A batch is one transaction with a fixed number of statements. A report that the vault cannot
take costs its own watch only.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError, connection, transaction
from msgspec import Struct

from apps.providers import answers, misfits, rhythm, tallies
from apps.providers.answers import Body, News
from apps.providers.asking import Problem, Trouble
from apps.providers.models import Account, Urgency, Watch
from apps.providers.verdicts import OF_THE_ACCOUNT
from apps.shipments import following, recording, rows
from apps.shipments.models import fold_number
from apps.shipments.recording import Recorded
from apps.shipments.reports import Headline, LegReport, NumberReport, Report
from apps.shipments.status import STATUSES

log = logging.getLogger(__name__)

# A number may be asked about before its carrier knows it; so long nobody is alarmed.
PATIENCE = timedelta(days=3)
TO_STATUS = {
    Trouble.NOT_FOUND: "unknown.not_found",
    Trouble.INVALID_NUMBER: "unknown.untrackable",
}
# What could not be recorded may be when it comes again, unless it is its own values that no
# database holds.
UNRECORDED = Problem(Trouble.MALFORMED, "cannot be recorded")
UNFIT = Problem(Trouble.MALFORMED, "does not fit the database")

UPDATE = """
    UPDATE providers_watch SET due_at = %s, urgency = %s, ended = %s, asked_at = %s,
        answered_at = %s, pushed_at = %s, missing_since = %s, failures = %s, trouble = %s,
        trouble_detail = %s, remote = %s, is_enrolled = %s
    WHERE id = %s AND ended = ''
"""

STANDINGS = """
    SELECT s.id, s.code, s.last_scan_at, (
        SELECT p.until_at FROM shipments_promise p WHERE p.shipment_id = s.id
        ORDER BY p.id DESC LIMIT 1)
    FROM shipments_shipment s WHERE s.id IN ({ids})
"""


class Told(Struct):
    """What one watch was told: reports, or why there are none.

    `body` is what could not be read, `heard` all that came. A watch that is not saved stands for a number that is only pushed about.
    """

    watch: Watch
    reports: list[Report]
    problem: Problem | None = None
    body: bytes = b""
    heard: tuple[Body, ...] = ()
    is_push: bool = False


@transaction.atomic
def keep(account: Account, told: Sequence[Told], now: datetime) -> Counter[str]:
    """Record all of it at `now` and set the watches' next times; return outcomes counted."""
    for one in told:
        _note_problem(one, now)
    _keep_answers(told, _record(told, now), now)
    _follow_partners(told, now)
    answered = [one.watch.number_id for one in told if one.problem is None]
    failed = [one.watch.number_id for one in told if _is_failure(one)]
    following.note([i for i in answered if i], [i for i in failed if i], now=now)
    _set_next(account, told, now)
    misfits.keep(account, ((one.problem, one.body, one.reports) for one in told), now)
    outcomes = Counter(one.problem.trouble.value if one.problem else "answered" for one in told)
    outcomes["asked"] = sum(not one.is_push for one in told)
    tallies.add(account.kind, outcomes)
    return outcomes


def _is_failure(told: Told) -> bool:
    """Tell whether nobody can say how the parcel stands; "not found" is an answer."""
    return told.problem is not None and told.problem.trouble != Trouble.NOT_FOUND


def _note_problem(told: Told, now: datetime) -> None:
    """Bring the two troubles that say something of the parcel into the vault's words."""
    watch, problem = told.watch, told.problem
    if problem is None:
        watch.missing_since = None
        return
    if problem.trouble == Trouble.NOT_FOUND:
        watch.missing_since = watch.missing_since or now
        if now - watch.missing_since < PATIENCE:
            return
    if problem.trouble in TO_STATUS and watch.number_id:
        told.reports.append(_status_report(watch, TO_STATUS[problem.trouble]))


def _status_report(watch: Watch, code: str) -> Report:
    return Report(
        source=watch.account.kind,
        legs=(LegReport(carrier_code=watch.carrier_code),),
        numbers=(NumberReport(watch.name, 0, headline=Headline(code)),),
    )


def _record(told: Sequence[Told], now: datetime) -> set[int]:
    """Record what can be; return the shipments that it was news of."""
    entries = [(one.watch.shipment_id, report) for one in told for report in one.reports]
    results = _tried(entries, now) if entries else []
    if not isinstance(results, Problem):
        return _changed(results)
    changed = set()
    for one in told:
        own = [(one.watch.shipment_id, report) for report in one.reports]
        results = _tried(own, now) if own else []
        if isinstance(results, Problem):
            one.problem, one.reports = results, []
        else:
            changed |= _changed(results)
    return changed


def _changed(results: Iterable[Recorded]) -> set[int]:
    return {one.shipment_id for one in results if one.is_changed}


def _tried(entries: list[tuple[int, Report]], now: datetime) -> list[Recorded] | Problem:
    """Record all of it or nothing; return what came of it, or what kept it from being recorded."""
    try:
        with transaction.atomic():
            return recording.record_many(entries, now=now)
    except (OperationalError, InterfaceError):
        # The database's trouble, not the report's: the watches come back by themselves.
        raise
    except Exception as error:
        log.exception("a report could not be recorded")
        return UNFIT if isinstance(error, DataError | OverflowError) else UNRECORDED


def _keep_answers(told: Sequence[Told], changed: Collection[int], now: datetime) -> None:
    """Keep, word for word, what brought news to a parcel that is watched."""
    news = [
        News(one.watch.pk, one.watch.folded, one.heard)
        for one in told
        if one.watch.pk and one.reports and one.watch.shipment_id in changed
    ]
    answers.keep(news, now)


def _follow_partners(told: Iterable[Told], now: datetime) -> None:
    """Follow the numbers of other legs that answers brought: the parcel was handed over."""
    partners = [(one.watch.shipment_id, name) for one in told for name in _partners(one)]
    if partners:
        ids, names = zip(*partners, strict=True)
        following.follow_named(set(ids), set(names), now=now)


def _partners(told: Told) -> Iterable[str]:
    for report in told.reports:
        own = {
            number.leg
            for number in report.numbers
            if fold_number(number.number) == told.watch.folded
        }
        for number in report.numbers:
            if own and number.leg not in own:
                yield fold_number(number.number)


def _set_next(account: Account, told: Sequence[Told], now: datetime) -> None:
    standings = {
        row[0]: row[1:] for row in rows.select(STANDINGS, {one.watch.shipment_id for one in told})
    }
    updates = [
        _row(one, _next(account, one, standings[one.watch.shipment_id], now), now)
        for one in told
        if one.watch.pk and one.watch.shipment_id in standings
    ]
    with connection.cursor() as cursor:
        cursor.executemany(UPDATE, updates)


def _next(account: Account, told: Told, standing: tuple[Any, ...], now: datetime) -> rhythm.Next:
    watch, problem = told.watch, told.problem
    if problem and problem.trouble in OF_THE_ACCOUNT:
        # Not the parcel's fault: it is due as soon as the account is.
        return rhythm.Next(now, Urgency(watch.urgency))
    code, last_scan_at, promised_until = standing
    watch.failures = watch.failures + 1 if problem else 0
    if STATUSES[code].is_terminal and _is_left_open(told):
        return rhythm.Next(now, Urgency.TODAY)
    client = account.client
    return rhythm.after(
        rhythm.Standing(
            code=code,
            since=watch.created_at,
            last_scan_at=rows.instant(last_scan_at),
            promised_until=rows.instant(promised_until),
            trouble=problem.trouble if problem else None,
            failures=watch.failures,
        ),
        now,
        seed=watch.pk,
        minutes=client.minutes,
        looks_again=client.looks_again,
        scale=settings.SYNC_GAP_SCALE,
    )


def _is_left_open(told: Told) -> bool:
    """Tell whether a push does not say whose its events are: asking at once will tell."""
    sightings = (seen for report in told.reports for seen in report.sightings)
    return told.is_push and any(seen.leg is None for seen in sightings)


def _row(told: Told, following_: rhythm.Next, now: datetime) -> tuple[Any, ...]:
    watch, problem = told.watch, told.problem
    at = connection.ops.adapt_datetimefield_value
    return (
        at(following_.due_at),
        following_.urgency,
        following_.ended or "",
        at(watch.asked_at if told.is_push else now),
        at(watch.answered_at if problem else now),
        at(now if told.is_push else watch.pushed_at),
        at(watch.missing_since),
        watch.failures,
        problem.trouble if problem else "",
        problem.detail[:200] if problem else "",
        msgspec.json.encode(watch.remote).decode(),
        watch.is_enrolled,
        watch.pk,
    )
