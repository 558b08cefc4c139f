"""What HTTP alone tells of a reply, before anybody reads its body."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from apps.outbound.messages import Reply
from apps.providers.asking import Answer, Problem, Request, Trouble
from apps.shipments.models import fold_number

# Nobody is kept waiting longer for a word of a source's.
LONGEST_WAIT = timedelta(hours=24)

STATUSES: Mapping[int, Trouble] = {
    400: Trouble.INVALID_NUMBER,
    401: Trouble.AUTH_FAILED,
    402: Trouble.AUTH_FAILED,  # the account is not paid for
    403: Trouble.ACCESS_DENIED,
    404: Trouble.NOT_FOUND,
    408: Trouble.TRANSIENT,
    410: Trouble.NOT_FOUND,
    422: Trouble.INVALID_NUMBER,
    425: Trouble.TRANSIENT,
    429: Trouble.RATE_LIMITED,
}


def problem(
    reply: Reply, now: datetime, statuses: Mapping[int, Trouble] = STATUSES
) -> Problem | None:
    """Return what a status, an empty body or a page instead of data means; None for none.

    `statuses` are those that mean something else to a provider than to most.
    """
    detail = f"HTTP {reply.status}"
    meanings = {**STATUSES, **statuses}
    if reply.status >= 500:
        return Problem(Trouble.TRANSIENT, detail, retry_at(reply.headers, now))
    if reply.status in meanings:
        return Problem(meanings[reply.status], detail, retry_at(reply.headers, now))
    if not 200 <= reply.status < 300:
        return Problem(Trouble.MALFORMED, detail)
    if not reply.body.strip():
        return Problem(Trouble.TRANSIENT, "an empty answer")
    if reply.body.lstrip().startswith(b"<"):
        return Problem(Trouble.TRANSIENT, "a page instead of data")
    return None


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when `Retry-After` (seconds or a date) allows the next call, within a day."""
    written = headers.get("retry-after", "").strip()
    if not written:
        return None
    if written.isascii() and written.isdigit():
        wait = timedelta(seconds=min(int(written[:9]), LONGEST_WAIT.total_seconds()))
        return now + wait
    try:
        at = parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(max(at, now), now + LONGEST_WAIT)


def complete(request: Request, told: list[Answer]) -> list[Answer]:
    """Return the answers to what was asked, by name; what was passed over is `PARTIAL`.

    Answers about parcels nobody asked for are left out.
    """
    by_name: dict[str, list[Answer]] = {}
    for answer in told:
        by_name.setdefault(fold_number(answer.name), []).append(answer)
    answers: list[Answer] = []
    for ask in request.asks:
        own = by_name.get(fold_number(ask.name))
        answers += own or [Answer(ask.name, Problem(Trouble.PARTIAL, "not among the answers"))]
    return answers
