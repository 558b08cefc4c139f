"""Errors in the languages of SortedPRO."""

import pytest

from apps.dialects import sorted_v1, sorted_v2

CODES = [
    (400, "validation_error", "ValidationError"),
    (401, "unauthorised", "Unauthorised"),
    (403, "forbidden", "Forbidden"),
    (404, "not_found", "NotFound"),
    (405, "method_not_supported", "MethodNotSupported"),
    (406, "not_acceptable", "NotAcceptable"),
    (413, "request_too_large", "RequestTooLarge"),
    (415, "unsupported_media_type", "UnsupportedMediaType"),
    (422, "unprocessable", "Unprocessable"),
    (429, "too_many_requests", "TooManyRequests"),
    (500, "internal_error", "InternalError"),
    (418, "validation_error", "ValidationError"),
    (503, "internal_error", "InternalError"),
]


@pytest.mark.parametrize(("status", "v2_code", "v1_code"), CODES)
def test_an_error_has_a_code_for_its_status(status, v2_code, v1_code):
    assert sorted_v2.error(status, correlation_id="abc")["code"] == v2_code
    assert sorted_v1.error(status, correlation_id="abc")["Code"] == v1_code


def test_an_error_of_v2_has_all_its_keys():
    body = sorted_v2.error(404, correlation_id="abc")

    assert body == {
        "correlation_id": "abc",
        "code": "not_found",
        "message": "There is nothing with this reference.",
        "details": [],
        "_links": None,
    }
    assert list(body) == ["correlation_id", "code", "message", "details", "_links"]


def test_an_error_of_v1_without_details_has_three_keys():
    body = sorted_v1.error(404, correlation_id="abc")

    assert list(body) == ["Code", "Message", "CorrelationId"]
    assert body["CorrelationId"] == "abc"


def test_an_error_names_what_was_wrong_in_v2():
    body = sorted_v2.error(
        400,
        correlation_id="abc",
        message="No.",
        details=[("path", "invalid_format", "It is too short.")],
    )

    assert body["message"] == "No."
    assert body["details"] == [
        {"property": "path", "code": "invalid_format", "message": "It is too short."}
    ]


def test_an_error_names_what_was_wrong_in_v1():
    body = sorted_v1.error(
        400,
        correlation_id="abc",
        code="InvalidPush",
        details=[("$.CarrierReference", "Missing", "It is missing.")],
    )

    assert body["Code"] == "InvalidPush"
    assert body["Details"] == [
        {"Code": "Missing", "Target": "$.CarrierReference", "Message": "It is missing."}
    ]
