"""What a provider tells later of mails it took: they bounced, or somebody did not want them.

The mail library turns every provider's words into events of its own and passes them on by a
signal, which is why this module listens to one.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.utils import timezone
from msgspec import Struct

from apps.mails import keeping
from apps.mails.deciding import address_of
from apps.mails.keeping import LONGEST_ID, LONGEST_REASON
from apps.mails.models import Blocked, Letter, Subscription
from apps.shipments.reports import clean


class Consequence(Struct, frozen=True):
    """Why nothing is sent to an address any more, and how its subscriptions ended."""

    reason: str
    end: str


BOUNCED = Consequence(Blocked.Reason.BOUNCED, Subscription.End.BOUNCED)
COMPLAINED = Consequence(Blocked.Reason.COMPLAINED, Subscription.End.COMPLAINED)
UNWANTED = Consequence(Blocked.Reason.REFUSED, Subscription.End.UNSUBSCRIBED)
OF_EVENTS: Mapping[str, Consequence] = {
    EventType.COMPLAINED: COMPLAINED,
    EventType.UNSUBSCRIBED: UNWANTED,
}
# A provider that refused to send tells why: what it knows of the address, or of us.
OF_REJECTIONS: Mapping[str, Consequence] = {
    RejectReason.BOUNCED: BOUNCED,
    RejectReason.INVALID: BOUNCED,
    RejectReason.SPAM: COMPLAINED,
    RejectReason.UNSUBSCRIBED: UNWANTED,
}
NOTED = (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED)
# What only a provider's own words tell: this mailbox may take the next mail.
PASSING = {
    ("Type", "SoftBounce"),
    ("bounceType", "Transient"),
    ("bounceType", "Undetermined"),
    ("event", "soft_bounce"),
    ("hard_bounce", "False"),
    *(("bounce_class", number) for number in ("20", "21", "22", "23", "24", "70")),
}
PASSING_STATUS = re.compile(r"\s*4\d\d\b|.{0,40}\b4\.\d+\.\d+\b")
# How deep a provider's event is looked into.
DEPTH = 4


def listen() -> None:
    """Hear what providers tell, from now on."""
    tracking.connect(hear, dispatch_uid="apps.mails.tracking")


def hear(event: AnymailTrackingEvent, **_: Any) -> None:
    """Write down what a provider tells of a mail, and send its reader none when they want none.

    The mail is known by the provider's own name for it; of one we do not know, the address
    alone counts. Whoever calls has made sure that it is the provider who speaks.
    """
    consequence = _consequence(event)
    if consequence is None and event.event_type not in NOTED:
        return
    letter = _letter(event)
    if letter:
        Letter.objects.filter(pk=letter.pk).update(reason=_reason(event))
    address = clean(str(event.recipient or ""), 254) or _address(letter)
    is_staffs = letter is not None and letter.kind == Letter.Kind.PAUSED
    if consequence and address and not is_staffs:
        keeping.close(address, consequence.reason, consequence.end, timezone.now())


def _consequence(event: AnymailTrackingEvent) -> Consequence | None:
    rejection = str(event.reject_reason or RejectReason.BOUNCED)
    if event.event_type == EventType.REJECTED:
        return OF_REJECTIONS.get(str(event.reject_reason))
    if event.event_type == EventType.BOUNCED:
        is_lasting = OF_REJECTIONS.get(rejection) is BOUNCED and not _is_passing(event)
        return BOUNCED if is_lasting else None
    return OF_EVENTS.get(str(event.event_type))


def _is_passing(event: AnymailTrackingEvent) -> bool:
    """Tell whether a mailbox that took nothing, because it is full or so, may take the next."""
    if PASSING_STATUS.match(str(event.mta_response or "")):
        return True
    return any((name, str(word)) in PASSING for name, word in _words(event.esp_event, DEPTH))


def _words(told: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of a provider's event, and of what is in it."""
    for name, value in told.items() if isinstance(told, Mapping) and depth else ():
        if isinstance(value, Mapping):
            yield from _words(value, depth - 1)
        else:
            yield str(name), value


def _letter(event: AnymailTrackingEvent) -> Letter | None:
    provider_id = clean(str(event.message_id or ""), LONGEST_ID)
    if not provider_id:
        return None
    found = Letter.objects.filter(provider_id=provider_id)
    return found.select_related("subscription").first()


def _address(letter: Letter | None) -> str:
    if letter is None or letter.subscription is None:
        return ""
    return address_of(letter, None)


def _reason(event: AnymailTrackingEvent) -> str:
    """Return what happened in the library's words, without what servers say, which may name people."""
    words = (str(event.event_type), str(event.reject_reason or ""))
    return clean(": ".join(filter(None, words)), LONGEST_REASON)
