"""What a provider is to the sync: a description and pure translations, no input or output.

A new provider is a subclass in `clients/`, a reader in `dialects/` and a line in
`registry.py`. The sync sends what `requests` returns through the gate and gives what comes
back to `answers`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from apps.dialects import payloads
from apps.outbound.messages import Reply
from apps.providers import replies
from apps.providers.asking import Answer, Ask, Problem, Push, Request, Trouble
from apps.providers.authority import Authority
from apps.providers.proofs import Proof

Credentials = Mapping[str, str]


class Field(Struct, frozen=True):
    """One thing staff must enter for an account. All are kept encrypted, none is shown again."""

    name: str
    label: str
    help: str = ""
    is_required: bool = True


class Option(Struct, frozen=True):
    """A choice an account has that is no secret. The first choice is the default."""

    name: str
    label: str
    choices: tuple[str, ...] = ()
    help: str = ""


class Limits(Struct, frozen=True):
    """What a provider bears. 0 means that it publishes no such limit.

    Budgets start anew at midnight and at the full hour, UTC.
    """

    batch: int = 1  # numbers in one call
    in_flight: int = 4  # calls at once
    a_second: float = 0
    an_hour: int = 0
    a_day: int = 0


class AsksBy(StrEnum):
    """What a provider knows a parcel by."""

    NUMBER = "number"  # the carrier's tracking number
    REFERENCE = "reference"  # its own or the shop's reference of the shipment


class Client(ABC):
    """One provider. Everything here is a fact about it or a pure function."""

    kind: ClassVar[str]  # also the `source` of its reports
    title: ClassVar[str]
    base: ClassVar[str]  # address of the live service; an account may have another
    test_base: ClassVar[str] = ""
    fields: ClassVar[tuple[Field, ...]]
    options: ClassVar[tuple[Option, ...]] = ()
    authority: ClassVar[Authority]
    limits: ClassVar[Limits]
    asks_by: ClassVar[AsksBy] = AsksBy.NUMBER
    # Codes of ours it can be asked about; None for an aggregator, which takes any.
    carriers: ClassVar[frozenset[str] | None] = None
    # Minutes of the hour (UTC) at which it may be asked, where it minds.
    minutes: ClassVar[tuple[int, ...]] = ()
    looks_again: ClassVar[bool] = True  # once more after the journey's end
    wants_postal_code: ClassVar[bool] = False
    can_be_asked: ClassVar[bool] = True
    proof: ClassVar[Proof | None] = None  # of its pushes; None where it does not push

    @abstractmethod
    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        """Return the calls for at most `limits.batch` asks; usually one."""

    @abstractmethod
    def read(self, request: Request, body: bytes) -> list[Answer]:
        """Return what a 2xx body tells; raise `payloads.Refused` for what it cannot be."""

    def enrolment(self, ask: Ask, options: Mapping[str, str]) -> Request | None:
        """Return the call that must come before the first question, if there is one."""
        return None

    def farewell(self, ask: Ask, options: Mapping[str, str]) -> Request | None:
        """Return the call that ends the provider's own following, if there is one."""
        return None

    def problem(self, reply: Reply, now: datetime) -> Problem | None:
        """Return what keeps a whole reply from being read; None when it can be."""
        return replies.problem(reply, now)

    def pushed(self, body: bytes) -> Push:
        """Return what a push tells; raise `payloads.Refused` for what it cannot be."""
        raise NotImplementedError

    def pushed_as(self, media_type: str, body: bytes) -> Push:
        """Return what a push tells, for providers that send more than one type."""
        return self.pushed(body)

    def answers(self, request: Request, reply: Reply, now: datetime) -> list[Answer]:
        """Return an answer for each ask of the request, by name.

        Never raises for what the provider sent: nonsense becomes `MALFORMED`, an ask that
        was passed over `PARTIAL`.
        """
        problem = self.problem(reply, now)
        if problem:
            return [Answer(ask.name, problem) for ask in request.asks]
        try:
            told = self.read(request, reply.body)
        except payloads.Refused as refusal:
            problem = Problem(Trouble.MALFORMED, "; ".join(f.path for f in refusal.faults)[:200])
            return [Answer(ask.name, problem) for ask in request.asks]
        return replies.complete(request, told)
