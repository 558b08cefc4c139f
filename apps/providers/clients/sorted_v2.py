"""Sorted PRO v2: shipments by reference or custom reference, with their contents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from apps.dialects import sorted_v2
from apps.outbound.messages import Reply
from apps.providers import replies
from apps.providers.asking import Answer, Ask, Problem, Request, Trouble
from apps.providers.authority import Authority, Header
from apps.providers.base import AsksBy, Client, Field, Limits, Option
from apps.shipments.reports import Report

OWN = "sp_"


class SortedV2(Client):
    """Asks by the shop's custom reference, or by Sorted's own where that is known.

    Contents level tells which item an event belongs to, shipment level the events of the
    shipment as a whole; an event that is in both is recorded once.
    """

    kind: ClassVar[str] = sorted_v2.SOURCE
    title: ClassVar[str] = "Sorted PRO v2"
    base: ClassVar[str] = "https://api.sorted.com"
    fields: ClassVar[tuple[Field, ...]] = (Field("api_key", "API key"),)
    options: ClassVar[tuple[Option, ...]] = (
        Option("level", "Level", ("both", "shipment", "contents")),
    )
    authority: ClassVar[Authority] = Header({"x-api-key": "api_key"})
    limits: ClassVar[Limits] = Limits(in_flight=4)
    asks_by: ClassVar[AsksBy] = AsksBy.REFERENCE

    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        (ask,) = asks
        known = ask.remote.get("reference", ask.name if ask.name.startswith(OWN) else "")
        path = f"/pro/tracking/{quote(known, safe='')}"
        if not known:
            path = f"/pro/tracking/custom_reference/{quote(ask.name, safe='')}"
        levels = {"shipment": ("",), "contents": ("/shipment_contents",)}
        endings = levels.get(options.get("level", ""), ("", "/shipment_contents"))
        return [Request((ask,), path + ending) for ending in endings]

    def problem(self, reply: Reply, now: datetime) -> Problem | None:
        return replies.problem(reply, now, {403: Trouble.AUTH_FAILED})

    def read(self, request: Request, body: bytes) -> list[Answer]:
        (ask,) = request.asks
        reports = sorted_v2.read(body)
        if not reports:
            return [Answer(ask.name, Problem(Trouble.NOT_FOUND, "an empty list"))]
        if len(reports) > 1:
            detail = "several shipments have this custom reference"
            return [Answer(ask.name, Problem(Trouble.ACCESS_DENIED, detail))]
        return [_answer(ask, reports[0])]


def _answer(ask: Ask, report: Report) -> Answer:
    known = ask.remote.get("reference", "")
    is_other = ask.name.startswith(OWN) and report.reference != ask.name
    if is_other or (known and report.reference != known):
        return Answer(ask.name, Problem(Trouble.MALFORMED, "the answer is about another shipment"))
    return Answer(ask.name, report, {"reference": report.reference} if report.reference else {})
