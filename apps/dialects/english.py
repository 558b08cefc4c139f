"""The status words as our APIs speak them, whatever language the reader's pages are in."""

from functools import cache

from django.utils import translation

from apps.shipments.status import status_of


@cache
def words(code: str) -> str:
    """Return a canonical code's customer words in English."""
    with translation.override("en"):
        return str(status_of(code).words)
