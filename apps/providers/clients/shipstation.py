"""ShipStation API (once ShipEngine): any carrier the account is connected to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from apps.dialects import shipstation
from apps.outbound.messages import Reply
from apps.providers import replies
from apps.providers.asking import Answer, Ask, Problem, Push, Request, Trouble
from apps.providers.authority import Authority, Header
from apps.providers.base import Client, Field, Limits, Option
from apps.providers.key_sets import SignedByKeySet
from apps.providers.proofs import Proof

ERRORS = {
    "carrier_not_connected": Trouble.ACCESS_DENIED,
    "carrier_not_supported": Trouble.INVALID_NUMBER,
    "carrier_conflict": Trouble.ACCESS_DENIED,
    "tracking_not_supported": Trouble.INVALID_NUMBER,
    "forbidden": Trouble.AUTH_FAILED,
    "unauthorized": Trouble.AUTH_FAILED,
    "invalid_billing_plan": Trouble.AUTH_FAILED,
    "subscription_inactive": Trouble.AUTH_FAILED,
    "rate_limit_exceeded": Trouble.RATE_LIMITED,
    "not_found": Trouble.NOT_FOUND,
}
START, STOP = "/v1/tracking/start", "/v1/tracking/stop"


class _Fault(msgspec.Struct):
    error_code: str | None = None


class _Body(msgspec.Struct):
    errors: list[_Fault] = []


class ShipStation(Client):
    """Asks by carrier and number. With pushes on, it is told to start and stop following."""

    kind: ClassVar[str] = shipstation.SOURCE
    title: ClassVar[str] = "ShipStation API"
    base: ClassVar[str] = "https://api.shipengine.com"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("api_key", "API key"),
        Field(
            "webhook_secret",
            "Key set of its pushes",
            "The JSON Web Key Set that ShipStation publishes; needed for pushes only.",
            is_required=False,
        ),
    )
    options: ClassVar[tuple[Option, ...]] = (
        Option("pushes", "Pushes", ("off", "on"), "On, once a webhook to us is registered there."),
    )
    authority: ClassVar[Authority] = Header({"API-Key": "api_key"})
    limits: ClassVar[Limits] = Limits(in_flight=4, a_second=200 / 60)
    proof: ClassVar[Proof | None] = SignedByKeySet(
        key_id="x-shipengine-rsa-sha256-key-id",
        signature="x-shipengine-rsa-sha256-signature",
        timestamp="x-shipengine-timestamp",
    )

    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        (ask,) = asks
        return [Request((ask,), "/v1/tracking", _query(ask))]

    def enrolment(self, ask: Ask, options: Mapping[str, str]) -> Request | None:
        return self._following(START, ask, options)

    def farewell(self, ask: Ask, options: Mapping[str, str]) -> Request | None:
        return self._following(STOP, ask, options)

    def _following(self, path: str, ask: Ask, options: Mapping[str, str]) -> Request | None:
        if options.get("pushes") != "on":
            return None
        return Request((ask,), path, _query(ask), method="POST")

    def answers(self, request: Request, reply: Reply, now: datetime) -> list[Answer]:
        if request.path in (START, STOP) and 200 <= reply.status < 300:
            return [Answer(ask.name, None) for ask in request.asks]
        return super().answers(request, reply, now)

    def problem(self, reply: Reply, now: datetime) -> Problem | None:
        found = replies.problem(reply, now, {403: Trouble.AUTH_FAILED})
        if found is None or reply.status >= 500:
            return found
        try:
            errors = msgspec.json.decode(reply.body, type=_Body).errors
        except (msgspec.DecodeError, UnicodeDecodeError):
            return found
        code = errors[0].error_code or "" if errors else ""
        return Problem(ERRORS.get(code, found.trouble), found.detail, found.until)

    def read(self, request: Request, body: bytes) -> list[Answer]:
        report = shipstation.read(body)
        return [Answer(number.number, report) for number in report.numbers[:1]]

    def pushed(self, body: bytes) -> Push:
        report = shipstation.read(body)
        return Push(tuple(Answer(number.number, report) for number in report.numbers[:1]))


def _query(ask: Ask) -> tuple[tuple[str, str], ...]:
    return (("carrier_code", ask.carrier_code), ("tracking_number", ask.name))
