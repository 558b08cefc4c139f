"""Texts that carriers wrote for a web page: tags and entities among the words."""

import html
import re

from apps.dialects.lenient import Text
from apps.shipments.reports import clean

# A tag begins with a letter, so that "< 5 kg" stays.
_TAG = re.compile(r"<(?:/?[A-Za-z]|!--)[^<>]*>")
# Entities take more room than what they stand for.
_WRITTEN_LONGER = 4


def plain(value: Text, limit: int) -> str:
    """Return a source's text without tags, entities decoded, in a form the vault can hold."""
    written = "" if value is None else str(value)[: _WRITTEN_LONGER * limit]
    if "<" in written or "&" in written:
        written = " ".join(html.unescape(_TAG.sub(" ", written)).split())
    return clean(written, limit).strip()
