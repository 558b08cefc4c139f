"""Sorted PRO v1: consignments with every leg of their packages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from msgspec import Raw

from apps.dialects import payloads, sorted_v1
from apps.outbound.messages import Reply
from apps.providers import replies
from apps.providers.asking import Answer, Ask, Problem, Request, Trouble
from apps.providers.authority import Authority, Header
from apps.providers.base import AsksBy, Client, Field, Limits

OWN = "EC-"


class SortedV1(Client):
    """Asks by the consignment's reference, or by the shop's where that is all we have.

    The answer to a shop's reference is a list of all consignments that have it.
    """

    kind: ClassVar[str] = sorted_v1.SOURCE
    title: ClassVar[str] = "Sorted PRO v1"
    base: ClassVar[str] = "https://api.electioapp.com"
    fields: ClassVar[tuple[Field, ...]] = (Field("api_key", "Subscription key"),)
    authority: ClassVar[Authority] = Header({"ocp-apim-subscription-key": "api_key"})
    limits: ClassVar[Limits] = Limits(in_flight=4)
    asks_by: ClassVar[AsksBy] = AsksBy.REFERENCE

    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        (ask,) = asks
        known = ask.remote.get("reference", ask.name if ask.name.startswith(OWN) else "")
        if known:
            return [Request((ask,), f"/tracking/{quote(known, safe='')}")]
        return [Request((ask,), f"/tracking/clientreference/{quote(ask.name, safe='')}")]

    def problem(self, reply: Reply, now: datetime) -> Problem | None:
        return replies.problem(reply, now, {403: Trouble.AUTH_FAILED})

    def read(self, request: Request, body: bytes) -> list[Answer]:
        (ask,) = request.asks
        listed = [body]
        if body.lstrip().startswith(b"["):
            listed = [bytes(one) for one in payloads.decode(body, list[Raw])]
        if len(listed) != 1:
            return [Answer(ask.name, _not_one(len(listed)))]
        report = sorted_v1.read(listed[0])
        known = ask.remote.get("reference", ask.name if ask.name.startswith(OWN) else "")
        if known and report.reference not in ("", known):
            detail = "the answer is about another consignment"
            return [Answer(ask.name, Problem(Trouble.MALFORMED, detail))]
        remote = {"reference": report.reference} if report.reference else {}
        return [Answer(ask.name, report, remote)]


def _not_one(count: int) -> Problem:
    if not count:
        return Problem(Trouble.NOT_FOUND, "an empty list")
    return Problem(Trouble.ACCESS_DENIED, "several consignments have this reference")
