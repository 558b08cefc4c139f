"""AfterShip: an aggregator. A number is registered there before it can be asked about."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from apps.dialects import aftership, payloads
from apps.dialects.aftership import Told
from apps.dialects.aftership_words import slug_of
from apps.outbound.messages import Reply
from apps.providers import replies
from apps.providers.asking import Answer, Ask, Problem, Push, Request, Trouble
from apps.providers.authority import Authority, Header
from apps.providers.base import Client, Field, Limits
from apps.providers.proofs import Hmac, Proof
from apps.shipments.models import fold_number

JSON = {"Content-Type": "application/json"}
TRACKINGS = "/trackings"
# The id goes into a path.
_TRACKING_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")

MOST_LISTED = 50
# Room for numbers that were registered more than once.
PAGE = "200"
# Said next time by a parcel that a list left out: AfterShip lists a month's registrations.
UNLISTED = {"is_listed": "no"}

ALREADY_THERE = 4003
# `meta.code`, from AfterShip's list of request errors. 4001, 4006 to 4009 and 4013 to 4016
# speak of the request: they are ours, and so `MALFORMED`.
CODES = {
    401: Trouble.AUTH_FAILED,
    403: Trouble.AUTH_FAILED,
    404: Trouble.NOT_FOUND,
    429: Trouble.RATE_LIMITED,
    4004: Trouble.NOT_FOUND,
    4005: Trouble.INVALID_NUMBER,
    4010: Trouble.ACCESS_DENIED,  # no such courier
    4011: Trouble.ACCESS_DENIED,  # the courier wants more than number and postal code
    4012: Trouble.ACCESS_DENIED,  # no courier of the account's fits the number
    4017: Trouble.INVALID_NUMBER,
}
BROKEN = range(500, 600)
STATUSES = {400: Trouble.MALFORMED, 403: Trouble.AUTH_FAILED}
MOST_DIGITS = 10  # of seconds since 1970, until 2286


class AfterShip(Client):
    """Asks for up to fifty numbers at once; one that a list leaves out is asked by its id."""

    kind: ClassVar[str] = aftership.SOURCE
    title: ClassVar[str] = "AfterShip"
    base: ClassVar[str] = "https://api.aftership.com/tracking/2025-01"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("api_key", "API key"),
        Field("webhook_secret", "Webhook secret", "Needed for pushes only.", is_required=False),
    )
    authority: ClassVar[Authority] = Header({"as-api-key": "api_key"})
    # Each address has a rate of its own; asking by id has the lowest.
    limits: ClassVar[Limits] = Limits(batch=MOST_LISTED, a_second=5)
    wants_postal_code: ClassVar[bool] = True
    proof: ClassVar[Proof | None] = Hmac("aftership-hmac-sha256", forms=("base64",))

    def enrolment(self, ask: Ask, options: Mapping[str, str]) -> Request | None:
        if _id_of(ask):
            return None
        tracking = {
            "tracking_number": ask.name,
            "slug": slug_of(ask.carrier_code),
            "destination_postal_code": ask.postal_code,
        }
        body = msgspec.json.encode({name: word for name, word in tracking.items() if word})
        return Request((ask,), TRACKINGS, method="POST", headers=JSON, body=body)

    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        apart = [ask for ask in asks if _id_of(ask) and (len(asks) == 1 or _is_unlisted(ask))]
        together = tuple(ask for ask in asks if ask not in apart)
        calls = [Request((ask,), f"{TRACKINGS}/{_id_of(ask)}") for ask in apart]
        return [*calls, _listing(together)] if together else calls

    def read(self, request: Request, body: bytes) -> list[Answer]:
        if request.method == "POST":
            return [_registered(request.asks[0], body)]
        told = aftership.read(body)
        return [_answer(ask, told) for ask in request.asks]

    def problem(self, reply: Reply, now: datetime) -> Problem | None:
        code = aftership.outcome(reply.body)
        if code == ALREADY_THERE:
            return None
        found = replies.problem(reply, now, STATUSES)
        if code < 400 or reply.status >= 500:
            # The envelope has no complaint, or none that matters.
            trouble = found.trouble if found else None
        else:
            trouble = CODES.get(code, Trouble.TRANSIENT if code in BROKEN else Trouble.MALFORMED)
        if trouble is None:
            return None
        until = (found and found.until) or _reset_at(trouble, reply, now)
        return Problem(trouble, f"HTTP {reply.status}, code {code}", until)

    def pushed(self, body: bytes) -> Push:
        push = aftership.read_push(body)
        told = push.told
        answers = (Answer(told.name, told.report, _remote(told)),) if told else ()
        return Push(answers, push.event_id)


def _id_of(ask: Ask) -> str:
    tracking_id = ask.remote.get("id", "")
    return tracking_id if _TRACKING_ID.fullmatch(tracking_id) else ""


def _is_unlisted(ask: Ask) -> bool:
    return UNLISTED.items() <= ask.remote.items()


def _remote(told: Told) -> dict[str, str]:
    return {"id": told.tracking_id} if _TRACKING_ID.fullmatch(told.tracking_id) else {}


def _listing(asks: tuple[Ask, ...]) -> Request:
    numbers = ",".join(dict.fromkeys(ask.name for ask in asks))
    return Request(asks, TRACKINGS, (("tracking_numbers", numbers), ("limit", PAGE)))


def _registered(ask: Ask, body: bytes) -> Answer:
    """Return what a registration told; of one that was there before it may be nothing."""
    try:
        told = aftership.read(body)
    except payloads.Refused:
        if aftership.outcome(body) != ALREADY_THERE:
            raise
        told = ()
    return _found(ask, told) or Answer(ask.name, None)


def _answer(ask: Ask, told: Sequence[Told]) -> Answer:
    missing = Problem(Trouble.PARTIAL, "not among the answers")
    return _found(ask, told) or Answer(ask.name, missing, UNLISTED)


def _found(ask: Ask, told: Sequence[Told]) -> Answer | None:
    """Return what was told about one parcel: by AfterShip's id, else by number and courier."""
    by_id = [one for one in told if one.tracking_id and one.tracking_id == ask.remote.get("id")]
    named = [one for one in told if fold_number(one.name) == fold_number(ask.name)]
    theirs = [one for one in named if one.slug == slug_of(ask.carrier_code)]
    best = next(iter((*by_id, *theirs, *named)), None)
    return Answer(ask.name, best.report, _remote(best)) if best else None


def _reset_at(trouble: Trouble, reply: Reply, now: datetime) -> datetime | None:
    """Return when the rate's window ends, in seconds since 1970 by AfterShip's header."""
    written = reply.headers.get("x-ratelimit-reset", "").strip()
    is_number = written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS
    if trouble != Trouble.RATE_LIMITED or not is_number:
        return None
    at = datetime.fromtimestamp(int(written), UTC)
    return min(max(at, now), now + replies.LONGEST_WAIT)
