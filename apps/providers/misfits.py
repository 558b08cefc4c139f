"""What could not be used, kept for staff: counted, shortened, without anybody's data."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from apps.providers.asking import Problem, Trouble
from apps.providers.models import Account
from apps.shipments.reports import Report, clean

LONGEST_SAMPLE = 1000
LONGEST_DETAIL = 200

ADD = """
    INSERT INTO providers_misfit
        (account_id, trouble, detail, sample, times, first_at, last_at)
    VALUES (%s, %s, %s, %s, 1, %s, %s)
    ON CONFLICT (account_id, trouble, detail) DO UPDATE
    SET times = providers_misfit.times + 1, last_at = excluded.last_at
"""

_NAME_OR_TEXT = re.compile(r'("(?:[^"\\]|\\.){0,1000}"?)(\s*:)?')
_LETTERS, _DIGITS = re.compile(r"[^\W\d_]"), re.compile(r"\d")
_INDEX = re.compile(r"\[\d+\]")


def keep(
    account: Account,
    told: Iterable[tuple[Problem | None, bytes, list[Report]]],
    now: datetime,
) -> None:
    """Keep malformed answers, and what readers had to set aside of the others."""
    at = connection.ops.adapt_datetimefield_value(now)
    found = {}
    for problem, body, reports in told:
        if problem and problem.trouble == Trouble.MALFORMED:
            found[problem.detail[:LONGEST_DETAIL]] = redacted(body)
        for report in reports:
            for fault in report.faults[:5]:
                # Places differ from answer to answer; the kind of fault is what counts.
                text = _INDEX.sub("[]", f"{fault.path}: {fault.reason}")
                found.setdefault(clean(text, LONGEST_DETAIL), "")
    rows = [
        (account.pk, Trouble.MALFORMED.value, detail, sample, at, at)
        for detail, sample in sorted(found.items())
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(ADD, rows)


def redacted(body: bytes) -> str:
    """Return the beginning of a body with its shape and its keys, but nobody's words."""
    text = clean(body[: 2 * LONGEST_SAMPLE].decode(errors="replace"), LONGEST_SAMPLE)
    if not text.lstrip().startswith(("{", "[")):
        return _masked(text)
    parts = []
    end = 0
    for found in _NAME_OR_TEXT.finditer(text):
        parts.append(_masked(text[end : found.start()]))
        parts.append(found[0] if found[2] else _masked(found[0]))
        end = found.end()
    return "".join([*parts, _masked(text[end:])])


def _masked(text: str) -> str:
    return _DIGITS.sub("0", _LETTERS.sub("x", text))
