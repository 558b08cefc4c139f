"""Workers killed while they ask, and what is in the database then beside the carrier's scripts."""

import random
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from apps.providers.models import Ending, Watch
from apps.providers.tasks import enrol
from apps.sandbox.numbers import parse
from apps.sandbox.server import serve
from apps.sandbox.telling import script_of
from apps.shipments.models import Event, Outbox, Shipment
from tests.bench.sync import account
from tests.jobs.workers import PATIENCE_SECONDS

# Several legs, several items, a pickup point; every event twice; new words at each call.
WORDS = ("HANDOVER", "SPLIT", "PICKUP", "DOUBLED", "REWORDED")
# Journeys begin within so many seconds of the carrier's clock and take a minute or so, so that
# whenever a worker is killed some have just ended and some go on. After `OVER` none does.
BEGUN, OVER = 240, 3600
# A batch is written within it.
LONGEST_DELAY = 0.6


class Clock:
    """The carrier's. It stands still while a worker lives, so it is known what that can hear."""

    def __init__(self):
        # Long enough ago that nothing of it lies in the future of those who ask.
        self.began_at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=2 * OVER)
        self.second = 0

    def __call__(self):
        return self.began_at + timedelta(seconds=self.second)


class Toll(NamedTuple):
    """What went wrong.

    Events missing, events too many, shipments whose outbox rows are not their versions, and
    watches that never came to their end.
    """

    lost: int
    doubled: int
    outbox: int
    unended: int


def toll_of(place, *, watches, kills, questions, seed, patience=PATIENCE_SECONDS):
    """Have watches asked to their end by workers of which so many are killed; return the toll.

    Each is killed a moment after it asked between one and `questions` questions. All takes
    place in the database and the queue of this process.
    """
    draw, clock = random.Random(seed), Clock()  # noqa: S311
    with serve(clock=clock) as carrier:
        begin(carrier, watches, clock, draw)
        for number in range(1, kills + 1):
            clock.second = BEGUN * number / (kills + 1)
            ask_and_die(place, carrier, draw.randint(1, questions), draw.uniform(0, LONGEST_DELAY))
            assert Watch.objects.filter(ended="").exists()
        clock.second = OVER
        with worker(place):
            brought_about(lambda: not Watch.objects.filter(ended="").exists(), patience)
        return count(carrier.carrier.ledger.starts)


def begin(carrier, watches, clock, draw):
    """Make the watches and say when their journeys begin."""
    for word in WORDS:
        account(carrier.url, watches // len(WORDS), kind="sorted_v2", script=word)
    for name in Watch.objects.values_list("name", flat=True):
        start = clock.began_at + timedelta(seconds=draw.randrange(BEGUN))
        carrier.carrier.ledger.begin(parse(name), start)


def ask_and_die(place, carrier, questions, delay):
    with worker(place) as process:
        enough = carrier.requests + questions
        assert brought_about(lambda: carrier.requests >= enough)
        time.sleep(delay)
        assert process.poll() is None
        process.kill()
        process.wait(PATIENCE_SECONDS)


def worker(place):
    """Start a worker that uses this process's database, in haste."""
    return place.worker(
        *("--no-periodic", "--threads", "4"),
        DATABASE_URL=database_url(),
        CREDENTIAL_KEYS=",".join(settings.CREDENTIAL_KEYS),
        OUTBOUND_ALLOWED_NETWORKS="127.0.0.0/8",
        SYNC_LEASE_SECONDS="1",
        SYNC_GAP_SCALE="0.00005",
    )


def database_url():
    one = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{one['NAME']}"
    user = ":".join(quote(one[part], safe="") for part in ("USER", "PASSWORD"))
    return f"postgres://{user}@{one['HOST']}:{one['PORT']}/{one['NAME']}"


def brought_about(condition, seconds=PATIENCE_SECONDS):
    """Wait for what workers bring about and tell whether they did.

    Sends twice a second what the schedule sends every minute.
    """
    for _ in range(2 * seconds):
        enrol.enqueue()
        for _ in range(25):
            if condition():
                return True
            time.sleep(0.02)
    return False


def count(starts):
    """Compare every shipment with the script its number plays; `starts` has since when."""
    numbers = {watch.shipment_id: parse(watch.name) for watch in Watch.objects.iterator()}
    told, recorded_at, rows = defaultdict(Counter), defaultdict(set), defaultdict(list)
    for event in Event.objects.iterator():
        told[event.shipment_id][event.occurred_at, plain(event.description)] += 1
        recorded_at[event.shipment_id].add(event.recorded_at)
    for row in Outbox.objects.order_by("version").iterator():
        rows[row.shipment_id].append(row)
    lost = doubled = outbox = 0
    for one in Shipment.objects.iterator():
        number = numbers[one.pk]
        played = played_since(starts[number], number)
        lost += (played - told[one.pk]).total()
        doubled += (told[one.pk] - played).total()
        outbox += not is_announced(one, number, rows[one.pk], recorded_at[one.pk])
    unended = Watch.objects.exclude(ended=Ending.FINAL).count()
    return Toll(lost, doubled, outbox, unended)


def played_since(start, number):
    steps = script_of(number).steps
    return Counter((start + timedelta(seconds=step.second), plain(step.words)) for step in steps)


def plain(words):
    """Return words as they are in the script, whichever the carrier chose at this call."""
    return words.casefold().removesuffix(" (updated)")


def is_announced(shipment, number, rows, recorded_at):
    """Tell whether each version has its row, and whether the rows are about news."""
    announced_at = [row.created_at for row in rows]
    is_each_once = [row.version for row in rows] == list(range(1, shipment.version + 1))
    # The first is about the parcel itself; new words of an event are news that leave no trace.
    is_news = number.word == "REWORDED" or recorded_at.issuperset(announced_at[1:])
    return is_each_once and is_news and recorded_at.issubset(announced_at)
