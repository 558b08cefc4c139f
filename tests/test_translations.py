"""The catalogues in locale/: whole, in step with the code, and safe to show."""

import gettext
import re

import polib
import pytest
from django.conf import settings

from tests import messages
from tests.messages import Message

LANGUAGES = messages.languages()
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z%]")
COMMAND = "python3 run.py messages"

in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def catalogue(language):
    return polib.pofile(str(messages.file_of(language)), wrapwidth=0)


def said(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text):
    return sorted(PLACEHOLDER.findall(text))


def numbers_by_form(entries):
    """Return the numbers below 1,000 that each plural form of a language is for."""
    rule = re.search(r"plural=(.+?);?$", entries.metadata["Plural-Forms"])[1]
    form_of, numbers = gettext.c2py(rule), {}
    for number in range(1000):
        numbers.setdefault(form_of(number), set()).add(number)
    return numbers


def lacks(entry, form, numbers):
    """Tell whether a plural form lacks a placeholder; a form for one number may spell it out."""
    told, wanted = placeholders(entry.msgstr_plural[form]), placeholders(entry.msgid_plural)
    if len(numbers) == 1:
        return not set(told) <= set(wanted)
    return told != (placeholders(entry.msgid) if 1 in numbers else wanted)


def test_every_language_of_the_settings_has_a_catalogue():
    assert sorted(code for code, _name in settings.LANGUAGES) == sorted(["en", *LANGUAGES])


@in_each_language
def test_a_catalogue_holds_exactly_the_words_in_use(language):
    entries = catalogue(language)

    held = [Message(e.msgid, e.msgid_plural, e.msgctxt) for e in entries if not e.obsolete]

    assert set(held) == set(messages.found()), f"Run {COMMAND}."
    assert len(held) == len(entries)


@in_each_language
def test_every_message_is_translated(language):
    entries = catalogue(language)

    empty = [
        entry.msgid for entry in entries if entry.fuzzy or not all(map(str.strip, said(entry)))
    ]

    assert not empty


@in_each_language
def test_a_message_has_every_plural_form_of_its_language(language):
    entries = catalogue(language)

    wrong = [e.msgid for e in entries if e.msgid_plural and len(said(e)) != messages.forms(entries)]

    assert not wrong


@in_each_language
def test_what_is_filled_in_is_filled_in_in_every_language(language):
    entries = catalogue(language)
    numbers = numbers_by_form(entries)

    singular = [
        e.msgid
        for e in entries
        if not e.msgid_plural and placeholders(e.msgid) != placeholders(e.msgstr)
    ]
    plural = [
        e.msgid
        for e in entries
        if any(lacks(e, form, numbers.get(form, set())) for form in e.msgstr_plural)
    ]

    assert singular + plural == []


@in_each_language
def test_translations_can_stand_in_html_as_they_are(language):
    """Django takes the words of templates as safe, and some stand in attributes."""
    words = [text for entry in catalogue(language) for text in said(entry)]

    assert [text for text in words if re.search(r"[<>&\"]|^\s|\s$", text)] == []


@in_each_language
def test_a_compiled_catalogue_is_made_from_the_one_beside_it(language):
    compiled = messages.file_of(language).with_suffix(".mo").read_bytes()

    assert compiled == catalogue(language).to_binary(), f"Run {COMMAND}."


def test_words_in_code_are_found_under_every_name_of_gettext():
    source = """
_("one")
gettext_lazy("two" " and a half")
translation.ngettext("%(n)d day", "%(n)d days", n)
pgettext("date", "l")
gettext(name)
print("none")
"""

    assert list(messages.in_code(source)) == [
        Message("one"),
        Message("two and a half"),
        Message("%(n)d day", "%(n)d days"),
        Message("l", context="date"),
    ]


def test_words_in_templates_are_found_in_every_tag():
    source = """
<p title="{% translate 'one' %}">{% translate "two" %}</p>
{% blocktranslate trimmed with day=x %}
  until
  {{ day }}
{% endblocktranslate %}
{% blocktranslate count n=x %}{{ n }} scan{% plural %}{{ n }} scans{% endblocktranslate %}
{% include "x.html" with words=_("three") %}
<p>translate "none"</p>
"""

    assert [message[:2] for message in messages.in_template(source)] == [
        ("one", ""),
        ("two", ""),
        ("until %(day)s", ""),
        ("%(n)s scan", "%(n)s scans"),
        ("three", ""),
    ]
