"""Counts of what came of asking, for whoever watches the sync: in the database, for all processes."""

from collections.abc import Mapping

from django.db import connection

ADD = """
    INSERT INTO providers_tally (kind, outcome, count) VALUES (%s, %s, %s)
    ON CONFLICT (kind, outcome) DO UPDATE SET count = providers_tally.count + excluded.count
"""


def add(kind: str, outcomes: Mapping[str, int]) -> None:
    """Add to a provider's counts, in one order for everybody."""
    counted = [(kind, outcome, count) for outcome, count in sorted(outcomes.items()) if count]
    with connection.cursor() as cursor:
        cursor.executemany(ADD, counted)
