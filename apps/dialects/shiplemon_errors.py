"""Shiplemon's error body. Its documents show `NOT_FOUND`; the other codes follow that form."""

from typing import Any

_BY_STATUS = {
    400: ("BAD_REQUEST", "The request cannot be read"),
    401: ("UNAUTHORIZED", "A valid API key is required"),
    403: ("FORBIDDEN", "This API key may not do that"),
    404: ("NOT_FOUND", "Shipment does not exist"),
    405: ("METHOD_NOT_ALLOWED", "This method is not served here"),
    406: ("NOT_ACCEPTABLE", "Answers are JSON only"),
    413: ("PAYLOAD_TOO_LARGE", "The request body is too large"),
    415: ("UNSUPPORTED_MEDIA_TYPE", "The request body must be JSON"),
    422: ("UNPROCESSABLE_ENTITY", "The request holds a value that cannot be taken"),
    429: ("TOO_MANY_REQUESTS", "Too many requests, wait and try again"),
    500: ("INTERNAL_SERVER_ERROR", "Something went wrong on our side"),
    503: ("SERVICE_UNAVAILABLE", "We are busy, try again in a moment"),
}


def error(status: int, *, code: str | None = None, message: str | None = None) -> dict[str, Any]:
    """Return the body for an HTTP status; it has no `status` member, unlike an answer."""
    usual = _BY_STATUS.get(status) or _BY_STATUS[400 if status < 500 else 500]
    return {"error": {"code": code or usual[0], "message": message or usual[1], "metadata": None}}
