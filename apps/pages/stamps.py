"""What a page shows, told by one statement: the order's news, the brand's looks, the time."""

import time
from typing import NamedTuple
from zlib import crc32

from django.db import connection

from apps.shipments.rows import OF_ORDER

# Words such as "2 hours ago" are right for this many seconds.
WORDS_HOLD = 300


class Stamp(NamedTuple):
    """`news` rises with any news of the order, `looks` with any change of its merchant's brands.

    `shift` is when, in seconds after the others, the words of this page are renewed.
    """

    news: int
    looks: int
    shift: int = 0

    def text(self) -> str:
        """Return the stamp of a page made now; it differs when the page would."""
        return f"{self.news}.{self.looks}.{self._turn()}"

    def until(self) -> float:
        """Return until when (seconds since 1970) the words of a page made now are right."""
        return float((self._turn() + 1) * WORDS_HOLD - self.shift)

    def _turn(self) -> int:
        return (int(time.time()) + self.shift) // WORDS_HOLD


_STATEMENT = f"""
SELECT SUM(s.version),
       (SELECT SUM(b.version) FROM branding_brand b WHERE b.merchant_id = MIN(s.merchant_id))
FROM shipments_shipment s WHERE {OF_ORDER}
"""  # noqa: S608  words of our own


def stamp_of(token: str) -> Stamp | None:
    """Return the stamp of a link's page, None for no link. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, (token, token))
        news, looks = cursor.fetchone()
    return None if news is None else Stamp(int(news), looks or 0, shift_of(token))


def is_shown(token: str, version: str) -> bool:
    """Tell whether a page that says it shows `version` (a stamp's text) shows all there is."""
    stamp = stamp_of(token) if version else None
    return stamp is not None and version == stamp.text()


def shift_of(token: str) -> int:
    """Return a link's own shift, so that not all pages are made anew at once."""
    return crc32(token.encode()) % WORDS_HOLD
