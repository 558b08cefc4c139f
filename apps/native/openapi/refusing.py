"""The answers that every operation shares: what an API says when it will not or cannot."""

from typing import Any

from apps.api.languages import Language, Problem
from apps.native.openapi.operations import Answer, Header, Operation
from apps.native.openapi.sample import CORRELATION_ID

# What any request can meet; one with a body can also be of the wrong type.
ALL = (400, 401, 403, 406, 413, 429, 503)
WITH_BODY = 415
WORDS = {
    400: "The request cannot be read, or a parameter cannot be taken.",
    401: "There is no key, or it is wrong, revoked or expired.",
    403: "The key lacks the scope.",
    404: "There is nothing here that belongs to the key's owner.",
    406: "Answers are JSON only.",
    409: "It does not fit how things stand.",
    410: "The cursor is no longer known.",
    412: "It has changed since it was read.",
    413: "The body is larger than is taken.",
    415: "The body must be JSON in UTF-8.",
    422: "The body holds what cannot be taken.",
    428: "The request must say what it was made from.",
    429: "Too many requests in this minute.",
    503: "Busy; nothing was done.",
}
RETRY_AFTER = Header("Retry-After", "Seconds to wait.", "12")
HEADERS = {
    401: (Header("WWW-Authenticate", "How a key is shown."),),
    429: (RETRY_AFTER,),
    503: (RETRY_AFTER,),
}


def statuses_of(operation: Operation) -> list[int]:
    """Return the statuses an operation can refuse with, in order."""
    body = (WITH_BODY,) if operation.body else ()
    return sorted({*ALL, *body, *operation.refusals})


def refusal(status: int, language: Language, shape: Any) -> Answer:
    """Return one refusal, its example in the API's own words."""
    return Answer(
        words=WORDS[status],
        shape=shape,
        example=lambda: language.error(Problem(status), CORRELATION_ID),
        status=status,
        headers=HEADERS.get(status, ()),
        media_type=language.error_type,
    )


def usual_headers(language: Language) -> tuple[Header, ...]:
    """Return the headers that every answer has."""
    return (
        Header(language.id_header, "The id of this answer, for questions.", CORRELATION_ID),
        Header("RateLimit-Policy", "How often one may call.", '"minute";q=600;w=60'),
        Header("RateLimit", "How many calls are left, and for how long.", '"minute";r=598;t=41'),
    )
