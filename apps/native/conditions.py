"""Requests that hold only for what the caller has seen: `If-Match` and `If-None-Match`."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.errors import Refusal


def check_if_match(request: Request, *etags: str) -> None:
    """Raise a `Refusal` (412) where another version is meant; without `If-Match` all goes.

    `etags` are those of what stands now. Weak ones never match.
    """
    given = request.headers.get("if-match", "").strip()
    if given and given != "*" and not set(etags) & set(_tags(given)):
        raise Refusal(412)


def unless_known(request: Request, etag: str) -> Response | None:
    """Return 304 for who has this version already, None for everybody else."""
    given = request.headers.get("if-none-match", "").strip()
    known = {tag.removeprefix("W/") for tag in _tags(given)}
    if given != "*" and etag not in known:
        return None
    return Response(status=304, headers={"ETag": etag})


def _tags(given: str) -> list[str]:
    return [tag.strip() for tag in given.split(",")]
