"""What providers send of their own accord: proved over its raw bytes, taken once, recorded.

A message is recorded before it is answered. So whatever was answered with 2xx is kept, and
whatever was not will be sent again.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.dialects.payloads import Refused
from apps.providers import keeping, misfits
from apps.providers.asking import Answer, Problem, Push, Trouble
from apps.providers.encryption import Unreadable
from apps.providers.keeping import Told
from apps.providers.models import Account, Heard, Watch
from apps.providers.registry import CLIENTS
from apps.shipments.models import TrackingNumber, fold_number
from apps.shipments.reports import Report

# The credential that proofs are checked with, for every provider.
SECRET = "webhook_secret"  # noqa: S105
MOST_FAULTS = 20
RETRY_SECONDS = 5


@csrf_exempt
@require_POST
def hear(request: HttpRequest, token: str) -> HttpResponse:
    """Take a push for the account with this token; 2xx once it is recorded."""
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
    return _take(account, proof.sender_id(headers), body, now)


def _take(account: Account, sender_id: str, body: bytes, now: datetime) -> HttpResponse:
    try:
        push = account.client.pushed(body)
    except Refused as refusal:
        problem = Problem(Trouble.MALFORMED, "; ".join(f.path for f in refusal.faults)[:200])
        misfits.keep(account, [(problem, body, [])], now)
        faults = [{"path": f.path, "reason": f.reason} for f in refusal.faults[:MOST_FAULTS]]
        return _refuse(400 if refusal.is_malformed else 422, "It could not be read.", faults)
    sender_id = push.sender_id or sender_id
    digest = hashlib.sha256(sender_id.encode() if sender_id else body).digest()
    try:
        return _record(account, push, digest, now)
    except OperationalError:
        return _later("Nothing can be recorded right now.")


@transaction.atomic
def _record(account: Account, push: Push, digest: bytes, now: datetime) -> HttpResponse:
    _, is_new = Heard.objects.get_or_create(
        account=account, digest=digest, defaults={"heard_at": now}
    )
    if not is_new:
        return JsonResponse({"status": "known"})
    told, unknown = _sorted_out(account, push.answers)
    if unknown and not told and not account.client.can_be_asked:
        # Its own sender can be told, and may register the parcel before it tries again.
        transaction.set_rollback(True)
        return _refuse(404, "None of these numbers is known here.", unknown[:MOST_FAULTS])
    if told:
        keeping.keep(account, told, now)
    return JsonResponse({"status": "ok", "recorded": len(told), "unknown": unknown[:MOST_FAULTS]})


def _sorted_out(account: Account, answers: Sequence[Answer]) -> tuple[list[Told], list[str]]:
    """Return what concerns parcels we have, and the names of those we have not."""
    told: list[Told] = []
    unknown: list[str] = []
    for answer in answers:
        watches = _watches(account, answer.name)
        if not watches:
            unknown.append(answer.name)
        for watch in watches:
            watch.remote = {**watch.remote, **answer.remote}
            reports = [answer.told] if isinstance(answer.told, Report) else []
            problem = answer.told if isinstance(answer.told, Problem) else None
            told.append(Told(watch, reports, problem, is_push=True))
    return told, unknown


def _watches(account: Account, name: str) -> list[Watch]:
    """Return the watches a name concerns; of a number that is not watched, stand-ins."""
    folded = fold_number(name)
    found = list(Watch.objects.filter(account=account, folded=folded))
    if found:
        return found
    numbers = TrackingNumber.objects.filter(
        folded=folded, leg__shipment__merchant=account.merchant_id
    ).select_related("leg")
    return [
        Watch(
            account=account,
            shipment_id=number.leg.shipment_id,
            number=number,
            name=number.number,
            folded=folded,
            carrier_code=number.leg.carrier_code,
            created_at=timezone.now(),
        )
        for number in numbers.order_by("-pk")[:10]
    ]


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
