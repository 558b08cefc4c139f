"""Writes down what became of letters: sent, dropped, to be tried again, or given up."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.mails import addresses, asking
from apps.mails.claiming import own
from apps.mails.failing import Failure, Fault
from apps.mails.models import Blocked, Letter, Subscription

State = Letter.State
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# Two days in all.
GAPS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR)
LONGEST_REASON, LONGEST_ID = 200, 200
# Subscriptions of one address ended in one go.
MOST = 1000


def sent(letter: Letter, provider_id: str, now: datetime) -> None:
    told = {"state": State.SENT, "reason": "", "provider_id": provider_id[:LONGEST_ID]}
    own([letter]).update(**told, ended_at=now, claimed_until=None)


def dropped(letter: Letter, reason: str, now: datetime) -> None:
    _end(letter, State.DROPPED, reason, now)


def put_off(letter: Letter, until: datetime) -> None:
    """Let a letter wait that was not tried."""
    own([letter]).update(due_at=until, claimed_until=None, tries=letter.tries - 1)


def failed(letter: Letter, address: str, failure: Failure, now: datetime) -> None:
    """Write down a try that came to nothing; `address` is where it was to go."""
    if failure.fault == Fault.ADDRESS:
        _bounced(letter, address, failure, now)
    elif failure.fault == Fault.MAIL or letter.tries > len(GAPS):
        _end(letter, State.GIVEN_UP, failure.said, now)
    else:
        due_at = now + GAPS[letter.tries - 1]
        own([letter]).update(
            due_at=due_at, claimed_until=None, reason=failure.said[:LONGEST_REASON]
        )


@transaction.atomic
def _bounced(letter: Letter, address: str, failure: Failure, now: datetime) -> None:
    _end(letter, State.GIVEN_UP, failure.said, now)
    if letter.kind != Letter.Kind.PAUSED:
        close(address, Blocked.Reason.BOUNCED, Subscription.End.BOUNCED, now)


def close(address: str, reason: str, end: str, now: datetime) -> None:
    """Send nothing to an address any more, and end all its subscriptions."""
    addresses.block(address, reason, now)
    found = Subscription.objects.filter(folded=addresses.fold(address))
    for one in found.exclude(state=Subscription.State.ENDED).order_by("pk")[:MOST]:
        asking.end(one, end, now)


def _end(letter: Letter, state: str, reason: str, now: datetime) -> None:
    told = {"state": state, "reason": reason[:LONGEST_REASON]}
    own([letter]).update(**told, ended_at=now, claimed_until=None)
