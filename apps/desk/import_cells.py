"""What one cell of a shop's table means, or what is wrong with it."""

import re
from collections.abc import Callable
from datetime import date
from functools import cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django_countries import countries

from apps.branding.links import is_web_address
from apps.desk.cells import plain
from apps.desk.import_columns import BY_KEY
from apps.shipments.reports import clean

MOST_QUANTITY = 1_000_000
LOST_DIGITS = "has lost digits to a spreadsheet; format the column as text and enter it again"

_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
_WHOLE = re.compile(r"([0-9]{1,9})(?:[.,]0+)?", re.ASCII)
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)(?:[ T].*)?", re.ASCII),
    re.compile(r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})", re.ASCII),
)
# Other names than those of the standard, as addresses have them.
_COUNTRIES = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "usa": "US",
    "united states": "US",
    "south korea": "KR",
    "russia": "RU",
    "czech republic": "CZ",
    "holland": "NL",
    "the netherlands": "NL",
}


class Wrong(ValueError):
    """A cell cannot be taken; the message goes on after the column's name."""


def written(cell: str) -> str:
    """Return what somebody wrote into a cell, without what spreadsheets and exports add."""
    return plain(clean(cell, len(cell)).strip())


def checked(key: str, text: str) -> str:
    """Return a text as it is kept in a column; raise `Wrong` when it cannot be."""
    limit = BY_KEY[key].limit
    if len(text) > limit:
        raise Wrong(f"has {len(text)} characters; at most {limit} are kept")
    check = _CHECKS.get(key)
    return check(text) if check else text


def _whole_name(text: str) -> str:
    if _SHORTENED.fullmatch(text):
        raise Wrong(LOST_DIGITS)
    return text


def _number(text: str) -> str:
    _whole_name(text)
    if not any(letter.isalnum() for letter in text):
        raise Wrong("is no tracking number; leave it empty if there is none")
    return text


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise Wrong("is no e-mail address; correct it or leave it empty") from None
    return text


def _country(text: str) -> str:
    code = country_codes().get(text.casefold().strip("."))
    if code is None:
        raise Wrong("is no country we know; write its two letters, such as DE")
    return code


@cache
def country_codes() -> dict[str, str]:
    """Return the code of every country by its codes and English names, folded."""
    named = {str(name).casefold(): code for code, name in countries}
    alpha3 = {str(countries.alpha3(code)).casefold(): code for code, _ in countries}
    return {**named, **alpha3, **{code.casefold(): code for code, _ in countries}, **_COUNTRIES}


def _quantity(text: str) -> str:
    whole = _WHOLE.fullmatch(text)
    if not whole or not 1 <= int(whole[1]) <= MOST_QUANTITY:
        raise Wrong(f"is no whole number between 1 and {MOST_QUANTITY:,}")
    return whole[1]


def _picture(text: str) -> str:
    if not is_web_address(text):
        raise Wrong("is no web address such as https://shop.example/mug.jpg")
    return text


def _date(text: str) -> str:
    for form in _DATES:
        if found := form.fullmatch(text):
            try:
                day = date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                break
            if 2000 <= day.year <= 2100:
                return day.isoformat()
    raise Wrong("is no date we can read for certain; write it as 2026-03-31")


_CHECKS: dict[str, Callable[[str], str]] = {
    "number": _number,
    "reference": _whole_name,
    "order": _whole_name,
    "sku": _whole_name,
    "phone": _whole_name,
    "email": _email,
    "country": _country,
    "origin": _country,
    "quantity": _quantity,
    "picture": _picture,
    "promised": _date,
}
