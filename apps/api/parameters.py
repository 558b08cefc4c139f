"""Reading what a query asks for, without trusting it."""

import re

from django.http import QueryDict

# More digits than any number we take has.
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


class Unfit(ValueError):
    """A parameter we cannot take: its name, and what is wrong in one of Sorted's words."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(f"{name}: {fault}")
        self.name = name
        self.fault = fault


def whole_number(query: QueryDict, name: str, *, default: int, least: int, most: int) -> int:
    """Return a number of the query, `default` when it is not there; raise `Unfit`."""
    given = query.get(name)
    if given is None:
        return default
    if not WHOLE_NUMBER.fullmatch(given):
        raise Unfit(name, "invalid_format")
    number = int(given)
    if number < least:
        raise Unfit(name, "value_too_small")
    if number > most:
        raise Unfit(name, "value_too_large")
    return number
