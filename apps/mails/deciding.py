"""Whether a letter still goes when its time has come, and to which address."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from apps.mails import late, quiet, silence
from apps.mails.addresses import digest
from apps.mails.models import Blocked, Letter, Subscription
from apps.mails.picking import OVERTAKEN
from apps.pages.showing import look_for
from apps.shipments.journey import Journey
from apps.shipments.status import milestone_of

Kind, On = Letter.Kind, Subscription.State
# Somebody waits for these.
AT_ONCE = {Kind.CONFIRM, Kind.LINK, Kind.CODE, Kind.PAUSED}
# What is not worth sending any more. News of a parcel has a limit of its own, see `late`.
WORTH = {Kind.CODE: timedelta(minutes=15)}
LONGEST = timedelta(days=3)
# A subscriber in one of these states gets the letter.
STATES: dict[str, tuple[str, ...]] = {Kind.CONFIRM: (On.ASKED,), Kind.LINK: tuple(On)}

NOBODY = "There is no address."
IS_BLOCKED = "Nothing is sent to this address any more."
ENDED = "The subscription has ended."
ON_ALREADY = "It was confirmed already."
RESUMED = "The webhook is told again."
GONE = "The parcel is gone."
OLD = "It happened too long ago."
SCANNED = "There is news of the parcel."
TOO_LATE = "It waited too long."


class Go(Struct, frozen=True):
    """Send it to this address."""

    address: str


class Drop(Struct, frozen=True):
    """Do not send it, for a reason."""

    reason: str


class Wait(Struct, frozen=True):
    """Send it later: it is quiet where its reader lives."""

    until: datetime


Verdict = Go | Drop | Wait


def address_of(letter: Letter, journey: Journey | None) -> str:
    """Return whom a letter goes to, empty for nobody; `journey` is not masked."""
    if letter.subscription:
        return letter.subscription.email
    if letter.endpoint:
        return letter.merchant.contact_email
    return journey.recipient.email if journey and journey.recipient else ""


def blocked_among(addresses: Collection[str]) -> set[str]:
    """Return those addresses that nothing is sent to any more, by one statement."""
    digests = {one: digest(one) for one in addresses if one}
    found = set(Blocked.objects.filter(pk__in=digests.values()).values_list("pk", flat=True))
    return {one for one, hashed in digests.items() if hashed in found}


def decide(
    letter: Letter, journey: Journey | None, blocked: Collection[str], now: datetime
) -> Verdict:
    """Say what becomes of a letter whose time has come.

    Its subscription, endpoint and merchant are at hand; `blocked` are addresses nothing goes to.
    """
    address = address_of(letter, journey)
    reason = _against(letter, address, blocked, now) or _against_news(letter, journey, now)
    if reason:
        return Drop(reason)
    if journey is None or letter.kind in AT_ONCE:
        return Go(address)
    until = quiet.goes_at(look_for([journey]), quiet.clocks_of(journey), now)
    return Wait(until) if until > now else Go(address)


def _against(letter: Letter, address: str, blocked: Collection[str], now: datetime) -> str:
    """Return why nobody is to get it, empty when somebody is."""
    reason = _against_subscriber(letter) if letter.subscription else ""
    if reason:
        return reason
    if not address:
        return NOBODY
    if address in blocked:
        return IS_BLOCKED
    is_old = now - letter.created_at > WORTH.get(letter.kind, LONGEST)  # type: ignore[call-overload]
    return TOO_LATE if is_old else ""


def _against_subscriber(letter: Letter) -> str:
    state = letter.subscription.state if letter.subscription else ""
    if state in STATES.get(letter.kind, (On.ON,)):
        return ""
    return ON_ALREADY if state == On.ON else ENDED


def _against_news(letter: Letter, journey: Journey | None, now: datetime) -> str:
    """Return why it is no news any more, empty when it is."""
    if letter.kind == Kind.PAUSED:
        is_paused = letter.endpoint and letter.endpoint.is_active and letter.endpoint.paused_at
        return "" if is_paused else RESUMED
    if journey is None:
        return GONE
    if letter.kind in AT_ONCE:
        return ""
    if letter.kind == Kind.SILENT:
        return "" if silence.is_silent(journey, now) else SCANNED
    if milestone_of(journey.code) != letter.kind:
        return OVERTAKEN
    return "" if late.is_news(journey, letter.kind, now) else OLD


def shipments_of(letters: Sequence[Letter]) -> set[int]:
    return {one.shipment_id for one in letters if one.shipment_id is not None}
