"""Which changes an endpoint asks for: milestones and dotted codes."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.shipments.status import STATUSES, milestone_of


def check_topics(topics: object) -> None:
    """Raise `ValidationError` for anything but a list of milestones and codes."""
    if not isinstance(topics, list) or not set(map(str, topics)) <= set(STATUSES):
        raise ValidationError(_("Name milestones or codes, such as delivered or attempted."))


def wants(topics: Collection[str], code: str) -> bool:
    """Tell whether a code is asked for: by itself, by its milestone, or because all are."""
    return not topics or code in topics or milestone_of(code) in topics
