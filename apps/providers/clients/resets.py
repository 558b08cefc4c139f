"""When used-up quotas are new."""

from datetime import UTC, datetime, time, timedelta


def next_midnight(now: datetime) -> datetime:
    """Return the coming midnight in UTC, when budgets of a day start anew."""
    return datetime.combine(now.astimezone(UTC) + timedelta(days=1), time(), UTC)
