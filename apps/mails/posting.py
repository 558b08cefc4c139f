"""Sends the letters that are due: a few at a time, through one connection.

A letter is claimed and its try counted before it goes, and what became of it is written down
right after, so a process that dies loses none; one that dies in between sends that letter again
under the same Message-ID.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import DatabaseError
from msgspec import Struct

from apps.mails import claiming, keeping, writing
from apps.mails.deciding import (
    Drop,
    Go,
    Verdict,
    Wait,
    address_of,
    blocked_among,
    decide,
    shipments_of,
)
from apps.mails.failing import Failure, Fault, failure_of
from apps.mails.line import Line, Refused, connected
from apps.mails.messages import message_of
from apps.mails.models import Letter
from apps.mails.reading import journeys_by_id
from apps.mails.writing import Written
from apps.pages.showing import look_for
from apps.shipments.journey import Journey

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Write = Callable[[Letter, Journey | None, datetime], Written]

# After so long no further letter of a batch is begun; the claim holds for far longer.
SECONDS = 20.0
# Letters that break the connection one after the other are not to blame.
MOST_BROKEN = 3
# How long letters wait when nothing is taken from us.
REST = timedelta(minutes=1)
SENT, DROPPED, WAITING, FAILED, DOWN = "sent", "dropped", "waiting", "failed", "down"


class Outgoing(Struct, frozen=True):
    """A letter that goes, what it is about, and where to."""

    letter: Letter
    journey: Journey | None
    address: str


def post(clock: Clock, write: Write = writing.write) -> Counter[str]:
    """Send a batch of what is due; return outcomes counted, none when nothing is due."""
    now = clock()
    if not claiming.is_due(now):
        return Counter()
    letters = claiming.claim(now)
    journeys = journeys_by_id(shipments_of(letters))
    counted = Counter[str]()
    going = list(_going(letters, journeys, now, counted))
    _send(going, clock, write, counted)
    return counted


def _going(
    letters: Sequence[Letter],
    journeys: Mapping[int, Journey],
    now: datetime,
    counted: Counter[str],
) -> Iterator[Outgoing]:
    """Yield what goes now; write down why the rest does not."""
    pairs = [(one, journeys.get(one.shipment_id or 0)) for one in letters]
    blocked = blocked_among({address_of(*pair) for pair in pairs})
    for letter, journey in pairs:
        match _decided(letter, journey, blocked, now):
            case Failure() as failure:
                keeping.failed(letter, "", failure, now)
                counted[FAILED] += 1
            case Go(address=address):
                yield Outgoing(letter, journey, address)
            case Drop(reason=reason):
                keeping.dropped(letter, reason, now)
                counted[DROPPED] += 1
            case Wait(until=until):
                keeping.put_off(letter, until)
                counted[WAITING] += 1


def _decided(
    letter: Letter, journey: Journey | None, blocked: Collection[str], now: datetime
) -> Verdict | Failure:
    try:
        return decide(letter, journey, blocked, now)
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("Nothing can be said of letter %s", letter.pk)
        return Failure(Fault.LATER, type(error).__name__)


def _send(going: Sequence[Outgoing], clock: Clock, write: Write, counted: Counter[str]) -> None:
    """Send one after the other, until all are sent, time is over or nothing is taken."""
    ends = time.monotonic() + SECONDS
    with connected() as line:
        for place, one in enumerate(going):
            if time.monotonic() > ends:
                _give_back(going[place:], clock())
                return
            failure = _try(one, line, clock, write)
            counted[FAILED if failure else SENT] += 1
            if failure and (failure.fault == Fault.ALL or line.breaks >= MOST_BROKEN):
                log.error("Mail is not taken: %s", failure.said)
                counted[DOWN] += 1
                first = place if failure.fault == Fault.ALL else place + 1
                _give_back(going[first:], clock() + REST)
                return


def _try(one: Outgoing, line: Line, clock: Clock, write: Write) -> Failure | None:
    """Send one letter and write down what became of it; return why it failed, if so.

    One that fails because nothing is taken from us is left to be given back.
    """
    try:
        provider_id = line.send(_message(one, clock(), write))
    except Refused as refused:
        failure = refused.failure
    except Exception as error:
        log.exception("Letter %s could not be written", one.letter.pk)
        failure = failure_of(error)
    else:
        keeping.sent(one.letter, provider_id, clock())
        return None
    if failure.fault != Fault.ALL:
        keeping.failed(one.letter, one.address, failure, clock())
    return failure


def _message(one: Outgoing, now: datetime, write: Write) -> EmailMultiAlternatives:
    written = write(one.letter, one.journey, now)
    look = look_for([one.journey]) if one.journey else None
    return message_of(one.letter, written, one.address, look)


def _give_back(going: Sequence[Outgoing], due_at: datetime) -> None:
    claiming.give_back([one.letter for one in going], due_at)
