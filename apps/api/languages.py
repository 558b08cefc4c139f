"""The languages our APIs speak: where each is spoken, its headers, its words for trouble."""

from collections.abc import Callable
from typing import Any, NamedTuple

from apps.dialects import native_errors, shiplemon, shipstation, sorted_v1, sorted_v2
from apps.shipments.reports import Fault


class Detail(NamedTuple):
    """One thing wrong: the property it is in, one of Sorted's child codes, and words."""

    property: str
    code: str
    message: str


class Problem(NamedTuple):
    """What is wrong with a request, in no language yet.

    `code` is the API's own, empty for the usual one of the status. `details` are for
    Sorted's languages, `fields` for ShipStation's, `faults` are what a payload reader found.
    """

    status: int
    code: str = ""
    message: str = ""
    details: tuple[Detail, ...] = ()
    fields: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


Writer = Callable[[Problem, str], dict[str, Any]]


class Language(NamedTuple):
    """`error` takes a problem and the answer's id, which `id_header` carries too."""

    key_header: str
    id_header: str
    error: Writer
    # What stands before the key in its header.
    key_scheme: str = ""
    error_type: str = "application/json"


def _in_sorted_v2(problem: Problem, correlation_id: str) -> dict[str, Any]:
    return sorted_v2.error(
        problem.status,
        correlation_id=correlation_id,
        code=problem.code or None,
        message=problem.message or None,
        details=_details(problem),
    )


def _in_sorted_v1(problem: Problem, correlation_id: str) -> dict[str, Any]:
    return sorted_v1.error(
        problem.status,
        correlation_id=correlation_id,
        code=problem.code or None,
        message=problem.message or None,
        details=_details(problem),
    )


def _in_shipstation(problem: Problem, correlation_id: str) -> dict[str, Any]:
    return shipstation.error(
        problem.status,
        request_id=correlation_id,
        code=problem.code or None,
        message=problem.message or None,
        field_name=problem.fields or None,
    )


def _in_shiplemon(problem: Problem, correlation_id: str) -> dict[str, Any]:
    said = "; ".join(f"{fault.path}: {fault.reason}" for fault in problem.faults)
    return shiplemon.error(
        problem.status, code=problem.code or None, message=said or problem.message or None
    )


def _in_native(problem: Problem, correlation_id: str) -> dict[str, Any]:
    return native_errors.error(
        problem.status,
        request_id=correlation_id,
        code=problem.code or None,
        message=problem.message or None,
        faults=problem.faults,
    )


def _details(problem: Problem) -> tuple[Detail, ...]:
    faults = (Detail(fault.path, "invalid_value", fault.reason) for fault in problem.faults)
    return (*problem.details, *faults)


SORTED_V2 = Language("x-api-key", "x-correlation-id", _in_sorted_v2)
SORTED_V1 = Language("ocp-apim-subscription-key", "x-correlation-id", _in_sorted_v1)
SHIPSTATION = Language("API-Key", "x-shipengine-requestid", _in_shipstation)
SHIPLEMON = Language("x-api-key", "x-correlation-id", _in_shiplemon)
NATIVE = Language("Authorization", "x-request-id", _in_native, "Bearer", native_errors.MEDIA_TYPE)

# The first that fits counts.
ROOTS = (
    ("/api", NATIVE),
    ("/pro", SORTED_V2),
    ("/tracking", SORTED_V1),
    ("/carrierTrackingEvents", SORTED_V1),
    ("/public/v1", SHIPLEMON),
    ("/v1/shipments", SHIPLEMON),
    ("/v1", SHIPSTATION),
)


def language_of(path: str) -> Language | None:
    """Return the language spoken at a path, None outside the APIs."""
    return next(
        (language for root, language in ROOTS if path == root or path.startswith(f"{root}/")),
        None,
    )
