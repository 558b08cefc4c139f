"""What the shared contract test needs to know of a provider."""

from collections.abc import Mapping
from typing import NamedTuple

from apps.providers.asking import Ask, Trouble
from apps.providers.base import Client
from apps.shipments.reports import Certainty


class Journey(NamedTuple):
    """A recorded answer and what must come of it."""

    file: str  # under tests/recorded/
    ask: Ask
    code: str  # what the shipment settles to
    events: int
    legs: int = 1
    items: int = 0
    numbers: tuple[str, ...] = ()  # all tracking numbers named, the asked one included
    certainties: frozenset[Certainty] = frozenset({Certainty.GIVEN})
    # The first instant and offset in the answer, as (ISO UTC, minutes): proves the zone.
    newest: tuple[str, int] | None = None


class Failure(NamedTuple):
    """A reply that is no news: status, headers, body, and the trouble it means."""

    status: int
    trouble: Trouble
    body: bytes = b""
    headers: Mapping[str, str] = {}


class PushCase(NamedTuple):
    """A recorded push and a way to sign any body, for the account's secret."""

    file: str
    secret: str
    headers: object  # callable: (body, secret, now) -> headers in small letters
    name: str  # the number or reference it is about
    sender_id: str = ""


class Case(NamedTuple):
    client: Client
    credentials: Mapping[str, str]
    journeys: tuple[Journey, ...]
    unknown: Journey  # holds a word no table knows
    empty: Journey  # a known number without events
    failures: tuple[Failure, ...]
    # Every raw word of the provider's tables with our code, from its public documents.
    words: Mapping[str, str]
    # Turns one raw word into the code the dialect gives it.
    code_of: object
    pushes: tuple[PushCase, ...] = ()
