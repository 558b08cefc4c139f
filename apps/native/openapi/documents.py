"""All documents there are, each built once in a process."""

import hashlib
from functools import cache
from typing import NamedTuple

import msgspec

from apps.native.openapi import own, shiplemon, shipstation, sorted_v1, sorted_v2
from apps.native.openapi.operations import Document

DOCUMENTS: dict[str, Document] = {
    module.DOCUMENT.name: module.DOCUMENT
    for module in (own, sorted_v2, sorted_v1, shipstation, shiplemon)
}


class Written(NamedTuple):
    body: bytes
    etag: str


@cache
def written(name: str) -> Written:
    """Return a document as JSON; raise `KeyError` for a name that is none."""
    # What writes them is large, and a process that is never asked need not know it.
    from apps.native.openapi.describing import Generator

    body = msgspec.json.encode(Generator(DOCUMENTS[name]).get_schema())
    return Written(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
