"""What addresses of our own API have in common."""

from typing import Annotated, Any

from msgspec import Meta

from apps.native.housekeeping import REMEMBERED
from apps.native.idempotency import HEADER
from apps.native.openapi.operations import Answer, Header, in_header, in_query
from apps.native.paging import MOST, USUAL

_HOURS = round(REMEMBERED.total_seconds() / 3600)
ONCE = in_header(
    HEADER,
    f"Send the same again with the same key, and it is done once. Known for {_HOURS} hours.",
    Annotated[str, Meta(min_length=1, max_length=255)],
    "8d1c2a30-order-1043",
)
IF_MATCH = in_header(
    "If-Match", "An `ETag` read before: nothing is done when it has changed since."
)
IF_NONE_MATCH = in_header("If-None-Match", "An `ETag` read before: 304 when it is still so.")
PAGING = (
    in_query("limit", "How many on a page.", Annotated[int, Meta(ge=1, le=MOST)], USUAL),
    in_query("cursor", "The `next_cursor` of the page before."),
)
ETAG = Header("ETag", "Which version this is.", '"004217-4"')
LOCATION = Header("Location", "Where it is.")
REPLAYED = Header("Idempotent-Replayed", "`true` for an answer that was given before.")

# What a request that can be repeated safely is refused with, beside what all are.
REPEATABLE = (415, 422)
# Something below an address that is not there.
MISSING = (404,)


def unchanged() -> Answer:
    return Answer("It is as it was when it was read before.", status=304, headers=(ETAG,))


def gone(words: str, *headers: Header) -> Answer:
    return Answer(words, status=204, headers=headers)


def page(example: Any) -> Any:
    """Return a function that gives a page of one thing."""
    return lambda: {"data": [example()], "next_cursor": None}


def listing(example: Any) -> Any:
    """Return a function that gives a list of one thing."""
    return lambda: {"data": [example()]}
