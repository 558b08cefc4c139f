"""Passes word on: makes messages of changes, sends them, writes down what became of them.

One process does it at a time. Its threads only send; this thread alone uses the database.
A message is claimed before it goes and its try counted, so that one that dies on the way is
sent again when the claim runs out: at least once, never lost.
"""

import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from queue import Empty, SimpleQueue

from django.utils import timezone

from apps.notifications import claiming, fanning, keeping, sending
from apps.notifications.models import Delivery, Endpoint
from apps.notifications.payloads import bodies_of
from apps.notifications.sending import Outcome, Outgoing
from apps.notifications.signing import headers_of
from apps.outbound.encryption import Unreadable

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# A job ends about when the next one begins, which waits for it so long.
SECONDS, PATIENCE_SECONDS = 57.0, 6.0
# How long a change can wait before somebody looks.
PAUSE_SECONDS = 0.25
UNREADABLE = "The signing secret cannot be read: CREDENTIAL_KEYS lacks its key."


def run(
    *, clock: Clock = timezone.now, seconds: float = SECONDS, patience: float = PATIENCE_SECONDS
) -> Counter[str] | None:
    """Pass word on for a while; return outcomes counted, None when another process does.

    Where nobody wants to be told, changes are only marked as told.
    """
    holder = secrets.token_hex(16)
    if not _taken(holder, clock, patience):
        return None
    try:
        if not claiming.has_endpoints():
            while fanning.fan_out(clock()):
                """Go on: a part at a time."""
            return Counter()
        return Relay(holder, clock, seconds).run()
    finally:
        claiming.end_shift(holder, clock())


def _taken(holder: str, clock: Clock, patience: float) -> bool:
    """Take the shift, waiting a little for the one before to end."""
    until = time.monotonic() + patience
    while not claiming.take_shift(holder, clock()):
        if time.monotonic() >= until:
            return False
        time.sleep(PAUSE_SECONDS)
    return True


class Relay:
    """One shift. `seconds` 0: until nothing is due any more."""

    def __init__(self, holder: str, clock: Clock, seconds: float) -> None:
        self.holder, self.clock = holder, clock
        self.seconds = seconds
        self.ends = time.monotonic() + seconds
        self.shift_ends = 0.0
        self.under_way: Counter[int] = Counter()
        self.done: SimpleQueue[Outcome] = SimpleQueue()
        self.counted: Counter[str] = Counter()

    def run(self) -> Counter[str]:
        with ThreadPoolExecutor(sending.IN_FLIGHT, "relay") as pool:
            while self._goes_on():
                self._turn(pool)
            while self.under_way.total():
                self._keep(wait=sending.TOTAL_SECONDS)
        return self.counted

    def _goes_on(self) -> bool:
        if not self._has_shift():
            return False
        if self.seconds:
            return time.monotonic() < self.ends
        return bool(
            fanning.fan_out(self.clock()) or self.under_way.total() or claiming.is_due(self.clock())
        )

    def _has_shift(self) -> bool:
        """Tell whether we may go on, and lay claim to more time when some of ours is used up."""
        if time.monotonic() < self.shift_ends:
            return True
        self.shift_ends = time.monotonic() + claiming.lease().total_seconds() / 4
        return claiming.take_shift(self.holder, self.clock())

    def _turn(self, pool: ThreadPoolExecutor) -> None:
        told = fanning.fan_out(self.clock())
        sent = self._send(pool)
        self._keep(wait=0 if told or sent else PAUSE_SECONDS)

    def _send(self, pool: ThreadPoolExecutor) -> int:
        free = sending.IN_FLIGHT - self.under_way.total()
        ready = self._ready(claiming.claim(self.under_way, free, self.clock()))
        for outgoing in ready:
            self.under_way[outgoing.endpoint_id] += 1
            pool.submit(self._try, outgoing)
        return len(ready)

    def _try(self, outgoing: Outgoing) -> None:
        try:
            self.done.put(sending.send(outgoing))
        except Exception:
            log.exception("a message could not be sent")
            self.done.put(sending.broken(outgoing))

    def _ready(self, deliveries: Sequence[Delivery]) -> list[Outgoing]:
        """Return what is to be sent; keep the bodies of messages that go for the first time."""
        now = self.clock()
        new = [one for one in deliveries if not one.body]
        bodies = bodies_of(new, now) if new else {}
        for one in new:
            one.body = bodies[one.pk]
        if mute := [one.pk for one in new if not one.body]:
            Delivery.objects.filter(pk__in=mute).delete()
        told = [one for one in new if one.body]
        if told:
            Delivery.objects.bulk_update(told, ["body"])
        return [made for one in deliveries if one.body and (made := self._outgoing(one, now))]

    def _outgoing(self, delivery: Delivery, now: datetime) -> Outgoing | None:
        endpoint = delivery.endpoint
        try:
            headers = headers_of(endpoint, delivery.message_id, delivery.body, now)
        except Unreadable:
            Endpoint.objects.filter(pk=endpoint.pk).update(paused_at=now, pause_reason=UNREADABLE)
            return None
        return Outgoing(
            delivery.pk, endpoint.pk, delivery.tries, endpoint.url, headers, delivery.body
        )

    def _keep(self, wait: float) -> None:
        """Write down what came back, after waiting for the first of it."""
        outcomes = []
        try:
            outcomes.append(self.done.get(timeout=wait) if wait else self.done.get_nowait())
            while True:
                outcomes.append(self.done.get_nowait())
        except Empty:
            pass
        for one in outcomes:
            self.under_way[one.endpoint_id] -= 1
            self.counted["taken" if one.is_taken else "failed"] += 1
        if outcomes:
            keeping.keep(outcomes, self.clock())
