"""UPS: the Track API (v1), and the pushes of Track Alert."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote
from uuid import uuid4

from msgspec import Struct

from apps.dialects import payloads, ups
from apps.outbound.messages import Reply
from apps.providers import replies
from apps.providers.asking import Answer, Ask, Problem, Push, Request, Trouble
from apps.providers.authority import Authority, OAuth
from apps.providers.base import Client, Field, Limits
from apps.providers.proofs import Proof, Word
from apps.shipments.models import fold_number
from apps.shipments.reports import Report

CALLER = "parcel-tracking"

# UPS's codes for errors and for the warnings it gives in place of a package.
CODES: Mapping[str, Trouble] = {
    "TW0001": Trouble.NOT_FOUND,
    "TV1002": Trouble.INVALID_NUMBER,
    "250002": Trouble.AUTH_FAILED,  # wrong client id or secret
    "250003": Trouble.AUTH_FAILED,  # wrong token
    "251004": Trouble.AUTH_FAILED,  # token has run out
    "10429": Trouble.RATE_LIMITED,
}
# 403 is for merchants that UPS has blocked as a whole.
STATUSES: Mapping[int, Trouble] = {403: Trouble.AUTH_FAILED}


class _Error(Struct, frozen=True):
    code: str | int = ""


class _Errors(Struct, frozen=True):
    errors: tuple[_Error, ...] = ()


class _Body(Struct, frozen=True):
    response: _Errors = _Errors()
    errors: tuple[_Error, ...] = ()  # some gateways leave the envelope out


class Ups(Client):
    """Asks for one number at a time."""

    kind: ClassVar[str] = ups.SOURCE
    title: ClassVar[str] = "UPS"
    base: ClassVar[str] = "https://onlinetools.ups.com"
    test_base: ClassVar[str] = "https://wwwcie.ups.com"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("client_id", "Client ID"),
        Field("client_secret", "Client secret"),
        Field(
            "webhook_secret",
            "Track Alert credential",
            "The word UPS was told to send with pushes. Needed for pushes only.",
            is_required=False,
        ),
    )
    authority: ClassVar[Authority] = OAuth("/security/v1/oauth/token")
    limits: ClassVar[Limits] = Limits()
    carriers: ClassVar[frozenset[str] | None] = frozenset(("ups",))
    proof: ClassVar[Proof | None] = Word("credential")

    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        return [_request(ask) for ask in asks]

    def problem(self, reply: Reply, now: datetime) -> Problem | None:
        code = _error_code(reply)
        if code in CODES:
            until = replies.retry_at(reply.headers, now)
            return Problem(CODES[code], f"HTTP {reply.status}, UPS {code}", until)
        if code and reply.status == 200:
            return Problem(Trouble.MALFORMED, "an error no table knows")
        return replies.problem(reply, now, STATUSES)

    def read(self, request: Request, body: bytes) -> list[Answer]:
        (ask,) = request.asks
        asked = fold_number(ask.name)
        about = [
            shipment for shipment in ups.read(body) if asked in map(fold_number, shipment.names)
        ]
        return [Answer(ask.name, _told(shipment)) for shipment in about]

    def pushed(self, body: bytes) -> Push:
        number, report = ups.read_alert(body)
        return Push((Answer(number, report),))


def _request(ask: Ask) -> Request:
    number = quote("".join(ask.name.split()), safe="")
    # UPS wants every call to have a name of its own.
    headers = {"transId": uuid4().hex, "transactionSrc": CALLER}
    path = f"/api/track/v1/details/{number}"
    return Request((ask,), path, (("locale", "en_US"),), headers=headers)


def _error_code(reply: Reply) -> str:
    """Return the first of UPS's own error codes in a body, empty where there is none."""
    if b'"errors"' not in reply.body:
        return ""
    try:
        body = payloads.decode(reply.body, _Body)
    except payloads.Refused:
        return ""
    errors = [*body.response.errors, *body.errors]
    return str(errors[0].code) if errors else ""


def _told(shipment: ups.Shipment) -> Report | Problem:
    """Return the report, or what UPS's warning means where it has nothing else to tell."""
    known = [CODES[code] for code in shipment.warnings if code in CODES]
    has_news = shipment.report.sightings or any(n.headline for n in shipment.report.numbers)
    return Problem(known[0], "UPS warning") if known and not has_news else shipment.report
