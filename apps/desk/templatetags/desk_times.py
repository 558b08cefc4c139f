"""Times in templates of the desk."""

from datetime import datetime

from django import template

from apps.desk import ago

register = template.Library()


@register.filter
def told(instant: datetime | None, now: datetime) -> str:
    """Return how long ago something was, with the exact time on a closer look."""
    return ago.told(instant, now)
