"""A request that is sent twice is done once.

Who is not sure that a `POST` arrived sends it again with the same `Idempotency-Key` and gets the
same answer. The answer is written in the transaction of what was done, so either both are there
or neither; who comes at the same time waits for the row of the first. Refusals did nothing, and
are not kept.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import lookups
from apps.api.envelope import json_body
from apps.api.errors import Refusal
from apps.native.door import NativeDoor
from apps.native.models import Answer
from apps.native.sealing import Closed, seal, unseal

View = Callable[..., Response]

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
KEY = re.compile(r"[\x20-\x7e]{1,255}")
UNFIT = f"{HEADER} takes 1 to 255 printable characters of ASCII."
REUSED = f"Another request was sent with this {HEADER}."
OTHERS = (
    f"This was done for another API key, which alone is told the secret again. Ask for a new "
    f"secret with a new {HEADER}."
)

FORGOTTEN = "This was done. What was answered told of somebody whose data was erased since."


def once(view: View) -> View:
    """Make a `post` of a `NativeDoor` heed `Idempotency-Key`. Three statements more with one."""
    return _once(view, is_secret=False)


def once_secret(view: View) -> View:
    """The same for an answer that holds a secret: it is kept sealed with the caller's key."""
    return _once(view, is_secret=True)


def _once(view: View, *, is_secret: bool) -> View:
    @wraps(view)
    def done_once(door: NativeDoor, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return view(door, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            raise Refusal(400, message=UNFIT)
        letters = door.letters if is_secret else ""
        with transaction.atomic():
            kept = _claimed(door, key, fingerprint_of(request), timezone.now())
            if kept.status != Answer.UNDECIDED:
                return _replayed(kept, letters)
            response = view(door, request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
            else:
                _keep(kept, response, letters)
                kept.shipment_id = _subject(door, response)
                kept.save()
            return response

    return done_once


def fingerprint_of(request: Request) -> str:
    """Return a digest of what is asked: method, address and body."""
    asked = f"{request.method} {request.get_full_path()}\n".encode()
    return sha256(asked + json_body(request)).hexdigest()


def _claimed(door: NativeDoor, key: str, fingerprint: str, now: datetime) -> Answer:
    """Return the row of a key: undecided when it is ours, else with the answer given before.

    PostgreSQL lets us wait here for one who does the same; on SQLite we have the database to
    ourselves.
    """
    own = Answer(
        merchant_id=door.merchant_id,
        key=key,
        fingerprint=fingerprint,
        status=Answer.UNDECIDED,
        created_at=now,
    )
    Answer.objects.bulk_create([own], ignore_conflicts=True)
    kept = Answer.objects.get(merchant=door.merchant_id, key=key)
    if kept.fingerprint != fingerprint:
        raise Refusal(422, "idempotency_key_reused", REUSED)
    return kept


def _keep(kept: Answer, response: Response, letters: str) -> None:
    body = "" if response.data is None else msgspec.json.encode(response.data).decode()
    kept.status = response.status_code
    kept.body = seal(body, letters) if letters else body
    kept.headers = _own_headers(response.headers)
    # What was erased until now is not in it.
    kept.created_at = timezone.now()


def _subject(door: NativeDoor, response: Response) -> int | None:
    """Return the shipment that an answer tells of: the address names it, or the answer itself."""
    told = response.data.get("reference") if isinstance(response.data, dict) else None
    reference = door.kwargs.get("reference", told)
    if not isinstance(reference, str):
        return None
    return lookups.by_reference(door.key, reference).values_list("pk", flat=True).first()


def _own_headers(headers: Mapping[str, str]) -> dict[str, str]:
    # How it is written is decided for each answer anew.
    return {name: value for name, value in headers.items() if name.lower() != "content-type"}


def _replayed(kept: Answer, letters: str) -> Response:
    if kept.status == Answer.FORGOTTEN:
        raise Refusal(409, message=FORGOTTEN)
    try:
        body = unseal(kept.body, letters) if letters else kept.body
    except Closed as error:
        raise Refusal(409, message=OTHERS) from error
    data = msgspec.Raw(body.encode()) if body else None
    return Response(data, status=kept.status, headers={**kept.headers, REPLAYED: "true"})
