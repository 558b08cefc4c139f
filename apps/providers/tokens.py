"""OAuth 2 access tokens: kept encrypted on the account's row, shared by all workers.

A token is renewed when a fifth of its life is left, by one process at a time; the others go
on with the old one meanwhile. Providers block addresses that fetch a token for each call.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec
from django.db.models import Q

from apps.outbound.encryption import Sealed
from apps.outbound.gate import Gate
from apps.outbound.messages import Call, Unreachable
from apps.providers import replies
from apps.providers.asking import Problem, Trouble
from apps.providers.authority import Basic, OAuth
from apps.providers.models import Account

FETCHING = timedelta(seconds=60)
SPARE_PART = 0.2
NOTHING = timedelta()
# For an answer without `expires_in`, and the longest we believe one.
USUAL_LIFE, LONGEST_LIFE = timedelta(hours=1), timedelta(days=30)
# How long to wait for another process that is fetching the first token there is.
PATIENCE, PAUSE = 20, 0.5


class NoToken(Exception):
    """There is no token to be had now; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.trouble.value)
        self.problem = problem


class _Grant(msgspec.Struct):
    """A token answer (RFC 6749, 5.1). UPS writes the seconds as text."""

    access_token: str = ""
    expires_in: int | float | str | None = None


def token_for(
    account: Account, gate: Gate, clock: Callable[[], datetime], *, refused: str = ""
) -> str:
    """Return the account's token, fetching one when needed; empty where none is used.

    `refused` is a token the provider no longer takes. Raises `NoToken`, also for an account
    that lacks a credential, and `Unreadable`.
    """
    _check(account)
    authority = account.client.authority
    if not isinstance(authority, OAuth):
        return ""
    deadline = time.monotonic() + PATIENCE
    while True:
        now = clock()
        account.refresh_from_db(fields=["token", "token_until"])
        token = str(account.token.get("access_token", ""))
        left = account.token_until - now if account.token_until else NOTHING
        is_good = token != refused and left > NOTHING
        if is_good and left.total_seconds() > SPARE_PART * float(account.token.get("life", "0")):
            return token
        if _claim(account, now):
            return _fetch(account, authority, gate, clock)
        if is_good:
            return token
        if time.monotonic() > deadline:
            raise NoToken(Problem(Trouble.TRANSIENT, "another process fetches a token"))
        time.sleep(PAUSE)


def _check(account: Account) -> None:
    """Raise `NoToken` when what the provider must be told has not been entered."""
    client = account.client
    missing = [name for name in client.authority.needs if not account.credentials.get(name)]
    if missing:
        labels = (field.label for field in client.fields if field.name in missing)
        raise NoToken(Problem(Trouble.AUTH_FAILED, f"missing: {', '.join(labels)}"))


def _claim(account: Account, now: datetime) -> bool:
    free = Q(token_claimed_until=None) | Q(token_claimed_until__lte=now)
    own = Account.objects.filter(free, pk=account.pk)
    return bool(own.update(token_claimed_until=now + FETCHING))


def _fetch(account: Account, authority: OAuth, gate: Gate, clock: Callable[[], datetime]) -> str:
    try:
        grant = _ask(account, authority, gate, clock())
    except NoToken:
        Account.objects.filter(pk=account.pk).update(token_claimed_until=None)
        raise
    life = _life(grant)
    account.token = Sealed(access_token=grant.access_token, life=str(life.total_seconds()))
    account.token_until = clock() + life
    account.token_claimed_until = None
    account.save(update_fields=["token", "token_until", "token_claimed_until"])
    return grant.access_token


def _ask(account: Account, authority: OAuth, gate: Gate, now: datetime) -> _Grant:
    try:
        reply = gate.send(_call(account, authority))
    except Unreachable as error:
        raise NoToken(Problem(Trouble.TRANSIENT, f"token: {error.reason}")) from None
    problem = replies.problem(reply, now)
    if problem:
        is_ours = problem.trouble in (Trouble.TRANSIENT, Trouble.RATE_LIMITED)
        trouble = problem.trouble if is_ours else Trouble.AUTH_FAILED
        raise NoToken(Problem(trouble, f"token: {problem.detail}", problem.until))
    try:
        grant = msgspec.json.decode(reply.body, type=_Grant)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NoToken(Problem(Trouble.MALFORMED, "token: not as agreed")) from None
    if not grant.access_token.isprintable() or not grant.access_token:
        raise NoToken(Problem(Trouble.AUTH_FAILED, "token: none in the answer"))
    return grant


def _call(account: Account, authority: OAuth) -> Call:
    secrets = account.credentials
    form = {"grant_type": "client_credentials"}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if authority.method == "client_secret_basic":
        headers |= Basic(authority.client_id, authority.client_secret).headers(secrets, "")
    else:
        form["client_id"] = secrets[authority.client_id]
        form["client_secret"] = secrets[authority.client_secret]
    return Call("POST", account.base + authority.path, headers, urlencode(form).encode())


def _life(grant: _Grant) -> timedelta:
    try:
        seconds = float(grant.expires_in or 0)
        return min(timedelta(seconds=seconds), LONGEST_LIFE) if seconds > 0 else USUAL_LIFE
    except (ValueError, OverflowError):
        return USUAL_LIFE
