"""The error bodies of ShipStation's API, in words that both official SDKs know."""

from typing import Any, NamedTuple


class _Problem(NamedTuple):
    type: str
    code: str
    message: str


# Words outside the published lists make the Python SDK raise ValueError instead of its own
# error, so each row keeps to what the description and both SDKs share; `not_found` is
# missing from the description but known to both SDKs.
_BY_STATUS = {
    400: _Problem("validation", "invalid_field_value", "The request holds a value we cannot take."),
    401: _Problem("security", "unauthorized", "A valid API key is required."),
    403: _Problem("security", "forbidden", "This API key may not do that."),
    404: _Problem("validation", "not_found", "There is nothing here by that name."),
    405: _Problem("validation", "unspecified", "This method is not served here."),
    406: _Problem("validation", "unspecified", "Answers are JSON only."),
    409: _Problem("business_rules", "webhook_event_type_conflict", "This webhook exists already."),
    413: _Problem("validation", "unspecified", "The request body is too large."),
    415: _Problem("validation", "unspecified", "The request body must be JSON."),
    422: _Problem("validation", "invalid_field_value", "The request holds a value we cannot take."),
    429: _Problem("system", "rate_limit_exceeded", "Too many requests; wait and try again."),
    500: _Problem("system", "unspecified", "Something went wrong on our side."),
    503: _Problem("system", "unspecified", "We are busy; try again in a moment."),
}

# What a code of its own says in place of its status's row.
_TYPES = {
    "carrier_not_connected": "business_rules",
    "carrier_not_supported": "business_rules",
    "tracking_not_supported": "business_rules",
    "webhook_event_type_conflict": "business_rules",
    "invalid_billing_plan": "account_status",
    "subscription_inactive": "account_status",
}
_MESSAGES = {
    "field_value_required": "{field} must be given.",
    "invalid_field_value": "{field} has a value we cannot take.",
}


def error(
    status: int,
    *,
    request_id: object,
    code: str | None = None,
    message: str | None = None,
    field_name: str | tuple[str, ...] | None = None,
    carrier_code: str | None = None,
) -> dict[str, Any]:
    """Return the body for an HTTP status: one error, or one for each of several fields.

    `request_id` is a UUID; `code` is one of ShipEngine's error codes, the status's usual
    one by default.
    """
    fields = field_name if isinstance(field_name, tuple) else (field_name,)
    problem = _BY_STATUS.get(status) or _BY_STATUS[400 if status < 500 else 500]
    code = code or problem.code
    found = problem._replace(code=code, type=_TYPES.get(code, problem.type))
    errors = [_entry(found, message, field, carrier_code) for field in fields]
    return {"request_id": str(request_id), "errors": errors}


def _entry(
    problem: _Problem, message: str | None, field: str | None, carrier_code: str | None
) -> dict[str, str]:
    usual = _MESSAGES[problem.code] if field and problem.code in _MESSAGES else problem.message
    entry = {
        "error_source": "shipengine",
        "error_type": problem.type,
        "error_code": problem.code,
        "message": message or usual.format(field=field),
    }
    if field:
        entry["field_name"] = field
    if carrier_code:
        entry["carrier_code"] = carrier_code
    return entry
