"""Whatever goes wrong under an API is said in that API's own language."""

import logging
import math
import uuid
from collections.abc import Callable
from typing import Any

import msgspec
from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import APIException, Throttled
from rest_framework.response import Response

from apps.api.languages import Language, Problem, language_of
from apps.dialects.payloads import Refused

logger = logging.getLogger(__name__)

# What a busy database is worth waiting for, in seconds.
SHORT_WHILE = 5
# Errors of Django's own, the narrower ones first.
STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (Http404, 404),
    (ObjectDoesNotExist, 404),  # deleted while we looked
    (PermissionDenied, 403),
    (RequestDataTooBig, 413),
    (SuspiciousOperation, 400),
    (OperationalError, 503),
)

# Nobody's count is kept longer.
A_MINUTE = 60


class Refusal(APIException):
    """A request we refuse: a view raises it, the API's language words it."""

    def __init__(self, status: int, code: str = "", message: str = "", **more: Any) -> None:
        super().__init__()
        self.problem = Problem(status, code, message, **more)
        self.status_code = status


def refusal_of(refused: Refused, status: int) -> Refusal:
    """Return the refusal of a payload that a dialect would not read."""
    return Refusal(status, message="The body cannot be taken.", faults=refused.faults)


def answer(error: Exception, context: dict[str, Any]) -> Response:
    """Return the answer for whatever a view raised (DRF's hook); log what nobody foresaw.

    Django would draw a page for such a fault, and the page may be what is broken.
    """
    problem = problem_of(error)
    view = context["view"]
    if problem.status >= 500:
        logger.error("%s: %r failed", view.correlation_id, view.request.path, exc_info=error)
    body = view.language.error(problem, view.correlation_id)
    kind = view.language.error_type
    return Response(body, problem.status, headers=headers_of(error), content_type=kind)


def problem_of(error: Exception) -> Problem:
    if isinstance(error, Refusal):
        return error.problem
    if isinstance(error, APIException):
        return Problem(error.status_code)
    return Problem(next((status for kind, status in STATUSES if isinstance(error, kind)), 500))


def headers_of(error: Exception) -> dict[str, str]:
    """Return when to come back, or how to show a key, where the error tells."""
    if isinstance(error, OperationalError):
        return {"Retry-After": str(SHORT_WHILE)}
    if isinstance(error, Throttled):
        return {"Retry-After": str(seconds_of(getattr(error, "wait", None)))}
    challenge = getattr(error, "auth_header", None)
    return {"WWW-Authenticate": challenge} if challenge else {}


def seconds_of(wait: float | None) -> int:
    """Return a wait in whole seconds: never less than it is, and at least one."""
    return A_MINUTE if wait is None else max(math.ceil(wait), 1)


class OwnLanguage:
    """Middleware: an error answer under an API that is not JSON yet becomes that API's JSON.

    Django itself answers in HTML: unknown paths, forged hosts, malformed requests, and
    faults of ours. Official clients read nothing but JSON.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request.path_info)
        if language is None:
            return self.get_response(request)
        if request.encoding:
            # A body's charset does not tell how the query is written.
            request.encoding = "utf-8"
        response = self.get_response(request)
        if response.status_code >= 400 and not is_json(response):
            response = in_words_of(language, response.status_code)
        if response.status_code >= 400 or "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Answer for every other path under an API."""
    language = language_of(request.path_info)
    return in_words_of(language, 404) if language else HttpResponse(status=404)


def is_json(response: HttpResponse) -> bool:
    return response.get("Content-Type", "").startswith(
        ("application/json", "application/problem+json")
    )


def in_words_of(language: Language, status: int) -> HttpResponse:
    correlation_id = str(uuid.uuid4())
    body = msgspec.json.encode(language.error(Problem(status), correlation_id))
    response = HttpResponse(body, status=status, content_type=language.error_type)
    response[language.id_header] = correlation_id
    return response
