"""Problems in our own language: RFC 9457, with a code to switch on and where the fault lies.

`type` leads, from our own address, to a page that says what to do about it.
"""

import re
from collections.abc import Iterable
from typing import Any

from apps.shipments.reports import Fault

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/problems/"

# What each problem is called and, for the page about it, what to do.
PROBLEMS = {
    "bad_request": ("The request cannot be read", "Correct the request; `detail` says what."),
    "unauthorized": (
        "A valid key is required",
        "Send `Authorization: Bearer` and a key that is neither revoked nor expired.",
    ),
    "forbidden": ("This key may not do that", "Use a key with the scope the operation names."),
    "not_found": (
        "There is nothing here",
        "Check the address. What belongs to another merchant is not found either.",
    ),
    "method_not_allowed": (
        "This method is not served here",
        "Use one of the methods that `Allow` lists.",
    ),
    "not_acceptable": ("Answers are JSON only", "Accept `application/json`."),
    "conflict": (
        "It does not fit how things stand",
        "Read the resource again; `detail` says what is in the way.",
    ),
    "precondition_failed": (
        "It has changed meanwhile",
        "Read it again, apply your change to what it is now, and send its new `ETag`.",
    ),
    "payload_too_large": (
        "The request body is too large",
        "Send less at once; a body holds 6 MB and a batch 1,000 shipments at most.",
    ),
    "unsupported_media_type": ("The request body must be JSON", "Send `application/json`, UTF-8."),
    "invalid": (
        "The request holds what cannot be taken",
        "Correct every place that `errors` points at.",
    ),
    "idempotency_key_reused": (
        "The Idempotency-Key was used for another request",
        "Use a new key for every new request, and the same one to repeat a request.",
    ),
    "cursor_expired": (
        "The cursor is no longer known",
        "Begin anew: list everything once, then read on from the newest change.",
    ),
    "too_many_requests": (
        "Too many requests",
        "Wait the seconds that `Retry-After` names. `RateLimit` tells how many are left.",
    ),
    "internal_error": (
        "Something went wrong on our side",
        "Try again later; tell the site's staff the `request_id`.",
    ),
    "unavailable": ("We are busy", "Try again after the seconds that `Retry-After` names."),
}
_BY_STATUS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    410: "cursor_expired",
    412: "precondition_failed",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "internal_error",
    503: "unavailable",
}
# `$.shipments[3].items[0].quantity`
_STEP = re.compile(r"\.([^.\[\]]+)|\[([^\]]*)\]")


def error(
    status: int,
    *,
    request_id: str,
    code: str | None = None,
    message: str | None = None,
    faults: Iterable[Fault] = (),
) -> dict[str, Any]:
    """Return the body for an HTTP status; `faults` become JSON Pointers with their reasons."""
    known = code if code in PROBLEMS else _BY_STATUS.get(status) or _usual(status)
    body: dict[str, Any] = {
        "type": TYPES + known,
        "title": PROBLEMS[known][0],
        "status": status,
        "code": known,
        "request_id": request_id,
    }
    if message:
        body["detail"] = message
    if told := places(faults):
        body["errors"] = told
    return body


def places(faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Return faults as JSON Pointers with their reasons."""
    return [{"pointer": pointer(one.path), "detail": one.reason} for one in faults]


def pointer(path: str) -> str:
    """Return a path such as `$.items[0].quantity` as a JSON Pointer: `/items/0/quantity`."""
    steps = (name or index for name, index in _STEP.findall(path))
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def _usual(status: int) -> str:
    return "bad_request" if status < 500 else "internal_error"
