"""Takes a table of events for an account: every good line, with a word on each of the others.

It is recorded in batches, each its own transaction. One that was cut short is simply taken
again: what is there already is not recorded twice.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.dialects import generic, generic_csv
from apps.providers import addressees, keeping
from apps.providers.asking import Answer
from apps.providers.models import Account
from apps.shipments.models import fold_number
from apps.shipments.reports import Fault, Report

MOST_BYTES = 10 * 1024 * 1024
TOO_LARGE = f"A file may have at most {MOST_BYTES // 1024**2} MB. Divide it."
EVENTS_A_BATCH = 500

UNKNOWN = "none of the merchant's parcels has this number"
UNRECORDED = "could not be recorded"


Step = Callable[[], None]


def _nothing() -> None:
    """The step of those who do not wait."""


def accounts() -> "QuerySet[Account]":
    """Return the accounts a table can be for."""
    return Account.objects.filter(kind=generic.SOURCE, is_active=True)


class Upload:
    """A table on its way into the vault.

    `rows` counts its lines with something on them. `check` or `record` goes through it once
    and fills `shipments`; after that `faults` tells all that is left out, by line.
    """

    def __init__(self, account: Account, payload: bytes) -> None:
        """Read the table; raise `payloads.Refused` for what is none."""
        self.account = account
        self._rows = generic_csv.sift(payload)
        self.batches = list(_batches(generic.grouped(r.seen for r in self._rows if r.seen)))
        self.rows = len(self._rows)
        self.shipments: set[int] = set()
        self._left_out: dict[str, str] = {}

    def check(self, now: datetime, step: Step = _nothing) -> None:
        """Look for the parcels and record nothing; `step` is called after each batch."""
        for batch in self.batches:
            self._find(batch, now)
            step()

    def record(self, now: datetime, step: Step = _nothing) -> None:
        """Record what there is to record; `step` is called after each batch."""
        for batch in self.batches:
            with transaction.atomic():
                told = self._find(batch, now)
                if told:
                    keeping.keep(self.account, told, now)
            failed = (one.watch.folded for one in told if one.problem)
            self._left_out.update(dict.fromkeys(failed, UNRECORDED))
            step()

    @property
    def faults(self) -> list[Fault]:
        return [fault for row in self._rows for fault in self._faults(row)]

    @property
    def taken(self) -> int:
        """Return how many lines are not left out."""
        return sum(not self._faults(row) for row in self._rows)

    def _find(self, batch: Sequence[Answer], now: datetime) -> list[keeping.Told]:
        told, unknown = addressees.sort_out(self.account, batch, now)
        self.shipments.update(one.watch.shipment_id for one in told)
        self._left_out.update((fold_number(name), UNKNOWN) for name in unknown)
        return told

    def _faults(self, row: generic_csv.Row) -> Sequence[Fault]:
        reason = self._left_out.get(fold_number(row.seen.number)) if row.seen else None
        return (Fault(f"line {row.line}, tracking_number", reason),) if reason else row.faults


def _batches(told: Sequence[tuple[str, Report]]) -> Iterator[list[Answer]]:
    """Yield the reports in batches of about equal work; what tells of one parcel stays whole."""
    batch: list[Answer] = []
    events = 0
    for name, report in told:
        batch.append(Answer(name, report))
        events += len(report.sightings)
        if events >= EVENTS_A_BATCH:
            yield batch
            batch, events = [], 0
    if batch:
        yield batch
