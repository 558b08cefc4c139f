"""FedEx: the Track API (v1), and the pushes of Advanced Integrated Visibility."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from apps.dialects import courses, fedex, payloads
from apps.outbound.messages import Reply
from apps.providers import replies
from apps.providers.asking import Answer, Ask, Problem, Push, Request, Trouble
from apps.providers.authority import Authority, OAuth
from apps.providers.base import Client, Field, Limits
from apps.providers.clients.resets import next_midnight
from apps.providers.proofs import Hmac, Proof
from apps.shipments.models import fold_number
from apps.shipments.reports import Report

PATH = "/track/v1/trackingnumbers"
HEADERS = {"Content-Type": "application/json", "X-locale": "en_US"}

# FedEx's codes for one number, and for a whole call.
CODES: Mapping[str, Trouble] = {
    "TRACKING.TRACKINGNUMBER.NOTFOUND": Trouble.NOT_FOUND,
    "TRACKING.DATA.NOTFOUND": Trouble.NOT_FOUND,
    "TRACKING.TRACKINGNUMBER.EMPTY": Trouble.INVALID_NUMBER,
    "NOT.AUTHORIZED.ERROR": Trouble.AUTH_FAILED,
    "FORBIDDEN.ERROR": Trouble.AUTH_FAILED,  # the project may not call this
    "NOT.FOUND.ERROR": Trouble.NOT_FOUND,
    "INTERNAL.SERVER.ERROR": Trouble.TRANSIENT,
    "SERVICE.UNAVAILABLE.ERROR": Trouble.TRANSIENT,
}
STATUSES: Mapping[int, Trouble] = {403: Trouble.AUTH_FAILED}
# What FedEx writes when the day's quota is used up and not just the last seconds' rate.
USED_UP = "midnight"


class _Error(Struct, frozen=True):
    code: str | int = ""
    message: str = ""


class _Body(Struct, frozen=True):
    errors: tuple[_Error, ...] = ()


class FedEx(Client):
    """Asks for thirty numbers at a time and matches the answers by number."""

    kind: ClassVar[str] = fedex.SOURCE
    title: ClassVar[str] = "FedEx"
    base: ClassVar[str] = "https://apis.fedex.com"
    test_base: ClassVar[str] = "https://apis-sandbox.fedex.com"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("client_id", "API key", "Of a project that has the Track API."),
        Field("client_secret", "Secret key"),
        Field(
            "webhook_secret",
            "Security token",
            "Of the webhook project. Needed for pushes only.",
            is_required=False,
        ),
    )
    authority: ClassVar[Authority] = OAuth("/oauth/token", method="client_secret_post")
    limits: ClassVar[Limits] = Limits(batch=30, a_second=140, a_day=100_000)
    carriers: ClassVar[frozenset[str] | None] = frozenset(("fedex",))
    proof: ClassVar[Proof | None] = Hmac("fdx-signature", forms=("base64", "hex"))

    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        return [_request(group) for group in _without_twins(asks)]

    def problem(self, reply: Reply, now: datetime) -> Problem | None:
        error = _error_of(reply)
        code = str(error.code)
        if reply.status == 429 and USED_UP in error.message.casefold():
            return Problem(Trouble.QUOTA_EXHAUSTED, "HTTP 429", next_midnight(now))
        if code in CODES:
            until = replies.retry_at(reply.headers, now)
            return Problem(CODES[code], f"HTTP {reply.status}, {code}", until)
        if code and reply.status == 200:
            return Problem(Trouble.MALFORMED, "an error no table knows")
        return replies.problem(reply, now, STATUSES)

    def read(self, request: Request, body: bytes) -> list[Answer]:
        by_number: dict[str, list[fedex.Package]] = {}
        for package in fedex.read(body):
            by_number.setdefault(fold_number(package.number), []).append(package)
        return [
            _answer(ask.name, _chosen(by_number[fold_number(ask.name)], ask))
            for ask in request.asks
            if fold_number(ask.name) in by_number
        ]

    def pushed(self, body: bytes) -> Push:
        return Push(tuple(_pushed(package) for package in fedex.read(body)))


def _without_twins(asks: Iterable[Ask]) -> list[list[Ask]]:
    """Return the asks in calls that have each number once.

    Two parcels can have had one number, and their answers could not be told apart.
    """
    groups: list[dict[str, Ask]] = []
    for ask in asks:
        number = fold_number(ask.name)
        group = next((group for group in groups if number not in group), None)
        if group is None:
            groups.append(group := {})
        group[number] = ask
    return [list(group.values()) for group in groups]


def _request(asks: Sequence[Ask]) -> Request:
    tracked = [{"trackingNumberInfo": _number_info(ask)} for ask in asks]
    body = msgspec.json.encode({"includeDetailedScans": True, "trackingInfo": tracked})
    return Request(tuple(asks), PATH, method="POST", headers=HEADERS, body=body)


def _number_info(ask: Ask) -> dict[str, str]:
    info = {"trackingNumber": "".join(ask.name.split())}
    if unique_id := ask.remote.get("unique_id"):
        info["trackingNumberUniqueId"] = unique_id
    return info


def _error_of(reply: Reply) -> _Error:
    """Return the first error of a whole call; blank where there is none."""
    if b'"errors"' not in reply.body:
        return _Error()
    try:
        body = payloads.decode(reply.body, _Body)
    except payloads.Refused:
        return _Error()
    return body.errors[0] if body.errors else _Error()


def _chosen(packages: Sequence[fedex.Package], ask: Ask) -> fedex.Package:
    """Return which of the parcels that had a number is meant: the known one, else the newest."""
    known = [p for p in packages if p.unique_id and p.unique_id == ask.remote.get("unique_id")]
    started = datetime.min.replace(tzinfo=UTC)
    return max(known or packages, key=lambda package: package.shipped_at or started)


def _pushed(package: fedex.Package) -> Answer:
    """Return what a push tells; where it names no partner, it does not mean there is none."""
    answer = _answer(package.number, package)
    if isinstance(answer.told, Report) and len(answer.told.legs) == 1:
        return replace(answer, told=courses.left_open(answer.told))
    return answer


def _answer(name: str, package: fedex.Package) -> Answer:
    if package.error:
        trouble = CODES.get(package.error, Trouble.PARTIAL)
        detail = package.error if package.error in CODES else "an error no table knows"
        return Answer(name, Problem(trouble, detail))
    remote = {"unique_id": package.unique_id} if package.unique_id else {}
    return Answer(name, package.report, remote)
