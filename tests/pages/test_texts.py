import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from apps.pages.templatetags.texts import plain


@pytest.mark.parametrize(
    "hidden",
    ["\u202a", "\u202e", "\u2066", "\u2069", "\u200b", "\u200f", "\ufeff", "\xad", "\x00", "\x1b"]
    + ["\x85", "\ud800", "\ue000", "\U000e0041", "\U00100000"],
)
def test_what_hides_is_dropped(hidden):
    assert plain(f"gp{hidden}j.exe") == "gpj.exe"


@pytest.mark.parametrize(
    "text", ["ΠΑΡΑΛΑΒΗ", "سُلِّمت", "נמסר", "می‌شود", "👩‍🚀", "é", "e\u0301", "ส่งแล้ว", "a\tb\nc"]
)
def test_what_people_write_stays(text):
    assert plain(text) == text


def test_odd_line_breaks_become_spaces():
    assert plain("a\u2028b") == "a b"


def test_markup_stays_escaped():
    html = Template("{% load texts %}{{ text|plain }}").render(Context({"text": "<b>\u202e&amp;"}))

    assert html == "&lt;b&gt;&amp;amp;"


def test_a_text_in_a_template_follows_the_language():
    template = Template("{% load texts %}{% translate 'January' %}")

    with translation.override("de"):
        german = template.render(Context())

    assert (german, template.render(Context())) == ("Januar", "January")


@pytest.mark.parametrize("arguments", ["", "name", '"one" "two"', '"a" as b'])
def test_only_a_text_in_quotes_is_translated(arguments):
    with pytest.raises(TemplateSyntaxError, match="one text in quotes"):
        Template("{% load texts %}{% translate " + arguments + " %}")


def test_a_file_of_ours_has_an_address():
    html = Template("{% load texts %}{% asset 'css/pages.css' %}").render(Context())

    assert html == "/static/css/pages.css"
