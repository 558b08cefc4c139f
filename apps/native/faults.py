"""Refusals of what a model or a rule of the vault will not take, with pointers to the places."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError

from apps.api.errors import Refusal
from apps.shipments.reports import Fault

# Nothing we tell of happens outside; the calendar's ends cannot be told in every time zone.
YEARS = range(1970, 2200)


def refusal_of(error: ValidationError) -> Refusal:
    """Return the refusal (422) for what a model's rules say, by field."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    faults = tuple(
        Fault(f"$.{field}" if field.strip("_") not in ("", "all") else "$", text)
        for field, texts in by_field.items()
        for text in texts
    )
    return Refusal(422, message="The body cannot be taken.", faults=faults)


def check_times(values: Mapping[str, object]) -> None:
    """Raise a `Refusal` (422) for a time in a year that cannot be meant."""
    wrong = [
        Fault(f"$.{name}", f"Write a time from {YEARS[0]} to {YEARS[-1]}.")
        for name, value in values.items()
        if isinstance(value, datetime) and value.year not in YEARS
    ]
    if wrong:
        raise Refusal(422, message="The body cannot be taken.", faults=tuple(wrong))
