import sys
import time
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from apps.providers import claiming, enrolling, farewells
from apps.providers.models import Account, Watch
from apps.providers.turns import Busy, ask_account

WIDTH = 30


class Command(BaseCommand):
    help = "Ask providers about everything that is due, in this process and without a worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--watch", type=float, metavar="SECONDS", help="again and again")
        parser.add_argument("--dry-run", action="store_true", help="only say what is due")
        parser.add_argument("--accounts", type=int, default=4, help="asked for at once")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"] < 1 or (options["watch"] is not None and options["watch"] <= 0):
            raise CommandError("--accounts and --watch take numbers above zero.")
        if options["dry_run"]:
            self._tell_what_is_due()
            return
        while True:
            self._pass(options["accounts"])
            if options["watch"] is None:
                return
            time.sleep(options["watch"])

    def _tell_what_is_due(self) -> None:
        now = timezone.now()
        for account in Account.objects.select_related("merchant"):
            due = Watch.objects.filter(account=account, due_at__lte=now).count()
            rest = _reason(account)
            self.stdout.write(f"{account.merchant} · {account}: {due} due{rest}")

    def _pass(self, at_once: int) -> None:
        now = timezone.now()
        for watch in enrolling.enrol(now):
            farewells.say(watch.pk)
        accounts = claiming.claim_accounts(now)
        bar = Bar(self.stdout, len(accounts))
        total: Counter[str] = Counter()
        with ThreadPoolExecutor(at_once) as threads:
            for job in as_completed([threads.submit(_ask, pk) for pk in accounts]):
                total += job.result()
                bar.step()
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(total.items()))
        self.stdout.write(
            f"{timezone.now():%H:%M:%S} {len(accounts)} accounts: {told or 'nothing due'}"
        )


class Bar:
    """A line of progress, on a terminal only."""

    def __init__(self, out: Any, steps: int) -> None:
        self.out, self.steps, self.done = out, steps, 0
        self.is_shown = sys.stdout.isatty() and steps > 0

    def step(self) -> None:
        self.done += 1
        if self.is_shown:
            filled = WIDTH * self.done // self.steps
            end = "\n" if self.done == self.steps else ""
            line = f"\r[{'█' * filled}{'·' * (WIDTH - filled)}] {self.done}/{self.steps}"
            self.out.write(line, ending=end)
            self.out.flush()


def _ask(account_id: int) -> Counter[str]:
    try:
        while True:
            try:
                return ask_account(account_id) or Counter()
            except Busy:
                time.sleep(0.2)
    finally:
        connection.close()


def _reason(account: Account) -> str:
    if not account.is_active:
        return ", switched off"
    if account.paused_at:
        return f", paused: {account.trouble} ({account.trouble_detail})"
    if account.not_before and account.not_before > timezone.now():
        return f", rests until {account.not_before:%Y-%m-%d %H:%M:%S} UTC: {account.trouble}"
    return ""
