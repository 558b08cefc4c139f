"""EasyPost: an aggregator. To follow a number there is to make a tracker, once."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from apps.dialects import easypost
from apps.dialects.easypost_words import carrier_name
from apps.outbound.messages import Reply
from apps.providers import replies
from apps.providers.asking import Answer, Ask, Problem, Push, Request, Trouble
from apps.providers.authority import Authority, Basic
from apps.providers.base import Client, Field, Limits
from apps.providers.proofs import Hmac, Proof

JSON = {"Content-Type": "application/json"}
# Keys are made for a mode and for certain calls; no single parcel is kept from them.
STATUSES = {403: Trouble.AUTH_FAILED}
# The id goes into a path.
_TRACKER_ID = re.compile(r"trk_[0-9A-Za-z]{1,64}")


class EasyPost(Client):
    """Asks by tracker id; the first question makes the tracker, or finds the one there is."""

    kind: ClassVar[str] = easypost.SOURCE
    title: ClassVar[str] = "EasyPost"
    base: ClassVar[str] = "https://api.easypost.com/v2"
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "api_key", "API key", "Of production; a test key knows EasyPost's test numbers only."
        ),
        Field("webhook_secret", "Webhook secret", "Needed for pushes only.", is_required=False),
    )
    authority: ClassVar[Authority] = Basic(user="api_key")
    limits: ClassVar[Limits] = Limits()
    proof: ClassVar[Proof | None] = Hmac(
        "x-hmac-signature", prefix="hmac-sha256-hex=", normal_form="NFKD"
    )

    def requests(self, asks: Sequence[Ask], options: Mapping[str, str]) -> list[Request]:
        return [_request(ask) for ask in asks]

    def read(self, request: Request, body: bytes) -> list[Answer]:
        told = easypost.read(body)
        [ask] = request.asks
        is_asked = told.tracker_id != "" and told.tracker_id == ask.remote.get("id")
        return [_answer(told, ask.name if is_asked else told.name)]

    def problem(self, reply: Reply, now: datetime) -> Problem | None:
        problem = replies.problem(reply, now, STATUSES)
        if problem is None and easypost.has_error(reply.body):
            return Problem(Trouble.MALFORMED, f"an error with HTTP {reply.status}")
        return problem

    def pushed(self, body: bytes) -> Push:
        event = easypost.read_event(body)
        answers = (_answer(event.told, event.told.name),) if event.told else ()
        return Push(answers, event.event_id)


def _request(ask: Ask) -> Request:
    if _TRACKER_ID.fullmatch(ask.remote.get("id", "")):
        return Request((ask,), f"/trackers/{ask.remote['id']}")
    tracker = {"tracking_code": ask.name}
    if carrier := carrier_name(ask.carrier_code):
        tracker["carrier"] = carrier
    body = msgspec.json.encode({"tracker": tracker})
    return Request((ask,), "/trackers", method="POST", headers=JSON, body=body)


def _answer(told: easypost.Told, name: str) -> Answer:
    """Return the answer; the id is said next time if it is one that can be."""
    is_usable = _TRACKER_ID.fullmatch(told.tracker_id)
    return Answer(name, told.report, {"id": told.tracker_id} if is_usable else {})
