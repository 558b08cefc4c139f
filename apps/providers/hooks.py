"""What providers send of their own accord: proved over its raw bytes, taken once, recorded.

A message is recorded before it is answered. So whatever was answered with 2xx is kept, and
whatever was not will be sent again.
"""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import RequestDataTooBig
from django.db import Error, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.dialects.payloads import Refused
from apps.outbound.encryption import Unreadable
from apps.providers import addressees, keeping, misfits
from apps.providers.answers import Body
from apps.providers.asking import Problem, Push, Trouble
from apps.providers.models import Account, Heard
from apps.providers.registry import CLIENTS
from apps.shipments.models import fold_number

log = logging.getLogger(__name__)

# The credential that proofs are checked with, for every provider.
SECRET = "webhook_secret"  # noqa: S105
MOST_FAULTS = 20
RETRY_SECONDS = 5


@csrf_exempt
@require_POST
def hear(request: HttpRequest, token: str) -> HttpResponse:
    """Take a push for the account with this token; 2xx once it is recorded."""
    try:
        return _hear(request, token)
    except Error:
        log.exception("a push could not be taken")
        return _later("Nothing can be recorded right now.")


def _hear(request: HttpRequest, token: str) -> HttpResponse:
    account = Account.objects.filter(
        hook_token=token, is_active=True, kind__in=list(CLIENTS)
    ).first()
    proof = account.client.proof if account else None
    if account is None or proof is None:
        return _refuse(404, "There is nothing here.")
    try:
        body = request.body
    except RequestDataTooBig:
        return _refuse(413, "The body is too large.")
    except UnreadablePostError:
        return _refuse(400, "The body could not be read to its end.")
    now = timezone.now()
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        is_proved = proof.holds(headers, body, account.credentials.get(SECRET, ""), now)
    except Unreadable:
        return _later("The signature cannot be checked right now.")
    if not is_proved:
        return _refuse(401, "The signature does not hold.")
    media_type = request.content_type or ""
    return _take(account, proof.sender_id(headers), media_type, body, now)


def _take(
    account: Account, sender_id: str, media_type: str, body: bytes, now: datetime
) -> HttpResponse:
    try:
        push = account.client.pushed_as(media_type, body)
    except Refused as refusal:
        problem = Problem(Trouble.MALFORMED, "; ".join(f.path for f in refusal.faults)[:200])
        misfits.keep(account, [(problem, body, [])], now)
        faults = [{"path": f.path, "reason": f.reason} for f in refusal.faults[:MOST_FAULTS]]
        return _refuse(400 if refusal.is_malformed else 422, "It could not be read.", faults)
    sender_id = push.sender_id or sender_id
    digest = hashlib.sha256(sender_id.encode() if sender_id else body).digest()
    return _record(account, push, body, digest, now)


@transaction.atomic
def _record(
    account: Account, push: Push, body: bytes, digest: bytes, now: datetime
) -> HttpResponse:
    heard, is_new = Heard.objects.get_or_create(
        account=account, digest=digest, defaults={"heard_at": now}
    )
    if not is_new:
        return JsonResponse({"status": "known"})
    told, unknown = addressees.sort_out(account, push.answers, now)
    if unknown and not told and not account.client.can_be_asked:
        # Its own sender can be told, and may register the parcel before it tries again.
        transaction.set_rollback(True)
        return _refuse(404, "None of these numbers is known here.", unknown[:MOST_FAULTS])
    whole = Body(body, frozenset(fold_number(answer.name) for answer in push.answers))
    for one in told:
        one.body, one.heard = body, (whole,)
    if told:
        keeping.keep(account, told, now)
    if any(one.problem == keeping.UNRECORDED for one in told):
        # What was recorded stays; when the push comes again it is no news.
        heard.delete()
        return _later("Not all of it could be recorded.")
    recorded = sum(one.problem is None for one in told)
    return JsonResponse({"status": "ok", "recorded": recorded, "unknown": unknown[:MOST_FAULTS]})


def _later(message: str) -> JsonResponse:
    """Return the answer for trouble of ours: the push is to come again."""
    response = _refuse(503, message)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _refuse(status: int, message: str, details: Sequence[object] = ()) -> JsonResponse:
    body: dict[str, object] = {"status": "refused", "message": message}
    if details:
        body["details"] = list(details)
    return JsonResponse(body, status=status)
