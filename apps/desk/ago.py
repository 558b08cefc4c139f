"""Times as staff read them: how long ago at a glance, exactly on a closer look."""

from datetime import datetime, timedelta

from django.utils.html import format_html

NOTHING = "–"
UNITS = (
    (timedelta(days=365), "year"),
    (timedelta(days=30), "month"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def distance(span: timedelta) -> str:
    """Return a span in its largest unit: `3 days`; empty below a minute."""
    for unit, name in UNITS:
        count = abs(span) // unit
        if count:
            return f"{count} {name}{'' if count == 1 else 's'}"
    return ""


def ago(instant: datetime, now: datetime) -> str:
    """Return `3 days ago`, `in 2 hours` or `just now`."""
    words = distance(now - instant)
    if not words:
        return "just now"
    return f"in {words}" if instant > now else f"{words} ago"


def exact(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC" if instant else NOTHING


def told(instant: datetime | None, now: datetime) -> str:
    """Return how long ago as HTML, with the exact time on a closer look; a dash for None."""
    if instant is None:
        return NOTHING
    machine, full, words = instant.isoformat(), exact(instant), ago(instant, now)
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, full, words)
