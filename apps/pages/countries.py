"""The names of countries."""

from django_countries import countries

from apps.pages.languages import per_language


@per_language
def country_words(code: str) -> str:
    """Return a country's name in the reader's language; a code that is none stays as it is."""
    return str(countries.name(code)) or code
