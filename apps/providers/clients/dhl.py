"""DHL: Shipment Tracking – Unified, for all of its divisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from apps.dialects import dhl, dhl_services, payloads
from apps.outbound.messages import Reply
from apps.providers import replies
from apps.providers.asking import Answer, Ask, Problem, Request, Trouble
from apps.providers.authority import Authority, Header
from apps.providers.base import Client, Field, Limits
from apps.providers.clients.resets import next_midnight
from apps.shipments.models import fold_number
from apps.shipments.reports import NumberReport

PATH = "/track/shipments"
# What DHL writes when the day's quota is used up and not just the second's.
USED_UP = "quota"


class _Error(Struct, frozen=True):
    title: str = ""
    detail: str = ""


class Dhl(Client):
    """Asks for one number at a time, of the division that answered first.

    Without the division, an equal number of another one may answer. The recipient's postal
    code opens more detail; DHL takes it in the query only.
    """

    kind: ClassVar[str] = dhl.SOURCE
    title: ClassVar[str] = "DHL"
    base: ClassVar[str] = "https://api-eu.dhl.com"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("api_key", "API key", "Of an app that has Shipment Tracking – Unified."),
    )
    authority: ClassVar[Authority] = Header({"DHL-API-Key": "api_key"})
    limits: ClassVar[Limits] = Limits(in_flight=1, a_second=1, a_day=250)
    carriers: ClassVar[frozenset[str] | None] = dhl_services.CARRIERS
    wants_postal_code: ClassVar[bool] = True

    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        return [Request((ask,), PATH, tuple(_query(ask))) for ask in asks]

    def problem(self, reply: Reply, now: datetime) -> Problem | None:
        if reply.status == 429 and USED_UP in _said(reply):
            return Problem(Trouble.QUOTA_EXHAUSTED, "HTTP 429", next_midnight(now))
        return replies.problem(reply, now)

    def read(self, request: Request, body: bytes) -> list[Answer]:
        (ask,) = request.asks
        shipments = dhl.read(body)
        if not shipments:
            return [Answer(ask.name, Problem(Trouble.NOT_FOUND, "an empty list"))]
        asked = fold_number(ask.name)
        about = [s for s in shipments if asked in map(fold_number, s.names)]
        return [_answer(ask, _chosen(about, ask))] if about else []


def _query(ask: Ask) -> list[tuple[str, str]]:
    """Return the question; DHL's texts are only understood in English."""
    query = [("trackingNumber", "".join(ask.name.split())), ("language", "en")]
    if service := ask.remote.get("service"):
        query.append(("service", service))
    if ask.postal_code:
        query.append(("recipientPostalCode", ask.postal_code))
    return query


def _said(reply: Reply) -> str:
    try:
        error = payloads.decode(reply.body, _Error)
    except payloads.Refused:
        return ""
    return f"{error.title} {error.detail}".casefold()


def _chosen(shipments: Sequence[dhl.Shipment], ask: Ask) -> dhl.Shipment:
    """Return the shipment of the division we know, else of the carrier's, else the first."""
    wanted = (ask.remote.get("service"), dhl_services.DIVISIONS.get(ask.carrier_code))
    found = (s for service in wanted if service for s in shipments if s.service == service)
    return next(found, shipments[0])


def _answer(ask: Ask, shipment: dhl.Shipment) -> Answer:
    """Return the answer under the number asked for, which may be a piece's or a reference."""
    report = shipment.report
    if fold_number(ask.name) not in {fold_number(said.number) for said in report.numbers}:
        report = replace(report, numbers=(*report.numbers, NumberReport(ask.name, 0)))
    return Answer(ask.name, report, {"service": shipment.service} if shipment.service else {})
