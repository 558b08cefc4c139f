"""One account's turn: claim what is due, ask by several threads, write by one.

The thread that runs a turn is the only one of it that uses the database. It keeps the
callers' pipe filled, takes what comes back and writes it in batches, so that neither waits
for the other.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import count

from django.utils import timezone

from apps.outbound.encryption import Unreadable
from apps.providers import budgets, claiming, gates, gathering, keeping, rhythm, tokens, verdicts
from apps.providers.answers import Body
from apps.providers.asking import Answer, Ask, Problem, Request, Trouble
from apps.providers.authority import OAuth
from apps.providers.fetching import Fetched, Fetcher
from apps.providers.gathering import Out
from apps.providers.keeping import Told
from apps.providers.models import Account, Watch
from apps.shipments.models import Recipient, fold_number

Clock = Callable[[], datetime]

# A turn ends after this long, so that accounts take turns on a worker's threads.
TURN_SECONDS = 50.0
MOST_CLAIMED = 500
BATCH = 100  # watches written in one transaction
FLUSH_SECONDS = 0.5


class Busy(Exception):
    """Enough accounts of this provider are being asked by this process already."""


def ask_account(
    account_id: int, *, clock: Clock = timezone.now, seconds: float = TURN_SECONDS
) -> Counter[str] | None:
    """Ask an account's provider about all that is due; return outcomes counted.

    None when there is nothing to do: somebody else asks, or nobody may. Raises `Busy`, with
    the account left claimed.
    """
    account = claiming.take(account_id, clock())
    if account is None:
        return None
    slot = gates.turns_at(account.kind)
    if not slot.acquire(blocking=False):
        claiming.put_off(account)
        raise Busy
    try:
        return Turn(account, clock, seconds).run()
    finally:
        slot.release()
        claiming.release(account)


class Turn:
    """A turn of an account that was taken."""

    def __init__(self, account: Account, clock: Clock, seconds: float) -> None:
        self.account = account
        self.client = account.client
        self.clock = clock
        self.deadline = time.monotonic() + seconds
        self.is_over = False
        self.numbers = count(1)
        self.tickets: dict[int, list[Out]] = {}
        self.renewed: set[int] = set()
        self.out: dict[int, Out] = {}
        self.told: list[Told] = []
        self.flushed_at = time.monotonic()
        self.outcomes: Counter[str] = Counter()

    def run(self) -> Counter[str]:
        now, minutes = self.clock(), self.client.minutes
        if minutes and not rhythm.is_on_minute(now, minutes):
            claiming.put_off_due(self.account, rhythm.on_minute(now, minutes), now)
            return self.outcomes
        gate = gates.gate_to(self.account.kind)
        try:
            token = tokens.token_for(self.account, gate, self.clock)
        except tokens.NoToken as error:
            verdicts.judge(self.account, error.problem, self.clock())
            return self.outcomes
        except Unreadable as error:
            verdicts.judge(self.account, Problem(Trouble.AUTH_FAILED, str(error)), self.clock())
            return self.outcomes
        with Fetcher(self.account, gate, token, self.clock) as self.fetcher:
            try:
                self._work()
            finally:
                claiming.give_back(list(self.out), self.clock())
        return self.outcomes

    def _work(self) -> None:
        self._feed()
        while self.tickets:
            fetched = self.fetcher.collect(FLUSH_SECONDS)
            if fetched:
                self._sort(fetched)
            if self._is_time_to_write():
                self._write()
            self._feed()
        self._write()

    def _feed(self) -> None:
        """Claim more when the pipe runs low; a provider that failed gets one call to prove itself."""
        low = 2 * self.client.limits.in_flight
        if self.is_over or len(self.tickets) >= low or time.monotonic() > self.deadline:
            return
        now = self.clock()
        if verdicts.is_broken(self.account):
            wanted = 0 if self.tickets else 1
        else:
            wanted = min(max(BATCH, 2 * low) * self.client.limits.batch, MOST_CLAIMED)
        if wanted:
            self._claim(wanted, now)

    def _claim(self, wanted: int, now: datetime) -> None:
        calls, more_at = budgets.allowance(self.account, now)
        if calls == 0:
            self._rest_until(more_at)
            return
        most = wanted if calls is None else min(wanted, calls * self.client.limits.batch)
        is_scarce = most < wanted
        watches = claiming.claim_watches(self.account, most, now, is_scarce=is_scarce)
        self.is_over = not watches or (len(watches) < most and not is_scarce)
        # With a short lease, what is still on its way is due again: once is enough.
        self._submit([watch for watch in watches if watch.pk not in self.out], now)

    def _rest_until(self, more_at: datetime | None) -> None:
        self.is_over = True
        Account.objects.filter(pk=self.account.pk).update(not_before=more_at)

    def _submit(self, watches: Sequence[Watch], now: datetime) -> None:
        codes = self._postal_codes(watches)
        outs = []
        for watch in watches:
            if not watch.name.strip("."):
                # In an address these mean another folder, whatever is done to them.
                self.told.append(Told(watch, [], Problem(Trouble.INVALID_NUMBER, "dots")))
                continue
            outs.append(Out(watch, _ask(watch, codes.get(watch.shipment_id, "")), 0, {}, {}))
        self.out.update((out.watch.pk, out) for out in outs)
        calls = sum(self._send(request, own) for request, own in self._requests(outs))
        if calls:
            budgets.spend(self.account, calls, now)

    def _postal_codes(self, watches: Sequence[Watch]) -> dict[int, str]:
        if not self.client.wants_postal_code:
            return {}
        ids = [watch.shipment_id for watch in watches]
        rows = Recipient.objects.filter(pk__in=ids).exclude(postal_code="")
        return dict(rows.values_list("pk", "postal_code"))

    def _requests(self, outs: Sequence[Out]) -> Iterator[tuple[Request, list[Out]]]:
        """Yield the calls to make, each with the watches it asks about."""
        options = self.account.options
        known = []
        for out in outs:
            first = None if out.watch.is_enrolled else self.client.enrolment(out.ask, options)
            if first:
                yield first, [out]
            else:
                known.append(out)
        # One name is asked once, for however many watches.
        by_name: dict[str, list[Out]] = {}
        for out in known:
            by_name.setdefault(out.watch.folded, []).append(out)
        names = list(by_name)
        size = self.client.limits.batch
        for start in range(0, len(names), size):
            group = names[start : start + size]
            asked = [out for name in group for out in by_name[name]]
            asks = [by_name[name][0].ask for name in group]
            for request in self.client.requests(asks, options):
                yield request, asked

    def _send(self, request: Request, outs: list[Out]) -> int:
        ticket = next(self.numbers)
        for out in outs:
            out.expected += 1
        self.tickets[ticket] = outs
        self.fetcher.submit(ticket, request)
        return 1

    def _sort(self, fetched: Fetched) -> None:
        """Give a reply's answers to the watches it was for."""
        if self._renew_token(fetched):
            return
        outs = self.tickets.pop(fetched.ticket)
        if not verdicts.judge(self.account, _problem_of_all(fetched.answers), self.clock()):
            self._stop()
        heard = Body(fetched.body, frozenset(fold_number(a.name) for a in fetched.request.asks))
        for out in outs:
            out.expected -= 1
            out.told[fetched.ticket] = [
                answer for answer in fetched.answers if fold_number(answer.name) == out.watch.folded
            ]
            out.heard[fetched.ticket] = heard
            if not out.expected:
                self._settle(out)

    def _renew_token(self, fetched: Fetched) -> bool:
        """Send a request again with a new token when the old one was refused; once each."""
        problem = _problem_of_all(fetched.answers)
        is_refused = problem is not None and problem.trouble == Trouble.AUTH_FAILED
        is_oauth = isinstance(self.client.authority, OAuth)
        if not (is_refused and is_oauth) or fetched.ticket in self.renewed:
            return False
        try:
            if self.fetcher.token == fetched.token:
                self.fetcher.token = tokens.token_for(
                    self.account, self.fetcher.gate, self.clock, refused=fetched.token
                )
        except tokens.NoToken:
            return False
        self.renewed.add(fetched.ticket)
        self.fetcher.submit(fetched.ticket, fetched.request)
        return True

    def _settle(self, out: Out) -> None:
        """Take a watch whose answers are all there, or ask on when it was only enrolled."""
        for answer in out.answers:
            out.watch.remote = {**out.watch.remote, **answer.remote}
        if any(answer.told is None for answer in out.answers):
            self._ask_on(out)
            return
        del self.out[out.watch.pk]
        told = gathering.told(out)
        is_unknown = told.problem is not None and told.problem.trouble == Trouble.NOT_FOUND
        # A source that has forgotten the number is told of it again.
        out.watch.is_enrolled = not is_unknown and (out.watch.is_enrolled or not told.problem)
        self.told.append(told)

    def _ask_on(self, out: Out) -> None:
        out.watch.is_enrolled, out.told, out.heard = True, {}, {}
        out.ask = _ask(out.watch, out.ask.postal_code)
        now = self.clock()
        calls = sum(self._send(request, own) for request, own in self._requests([out]))
        budgets.spend(self.account, calls, now)

    def _stop(self) -> None:
        """Ask no more in this turn; what has not been sent yet is given back."""
        self.is_over = True
        for ticket in self.fetcher.cancel():
            self.tickets.pop(ticket, None)

    def _is_time_to_write(self) -> bool:
        is_late = time.monotonic() - self.flushed_at > FLUSH_SECONDS
        return len(self.told) >= BATCH or (is_late and bool(self.told))

    def _write(self) -> None:
        now = self.clock()
        told, self.told = self.told, []
        self.flushed_at = time.monotonic()
        if not claiming.hold(self.account, now):
            # Somebody else asks for the account now; what we know they will find out too.
            self._stop()
        elif told:
            self.outcomes += keeping.keep(self.account, told, now)


def _ask(watch: Watch, postal_code: str) -> Ask:
    return Ask(watch.name, watch.carrier_code, postal_code, watch.remote)


def _problem_of_all(answers: Sequence[Answer]) -> Problem | None:
    """Return the trouble of a reply as a whole: one that all its answers share."""
    problems = [answer.told for answer in answers if isinstance(answer.told, Problem)]
    is_all = len(problems) == len(answers) and len({p.trouble for p in problems}) == 1
    return problems[0] if is_all else None
