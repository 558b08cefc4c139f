import pytest

from apps.dialects.markup import plain


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Delivered &ndash; <b>signed</b>", "Delivered – signed"),
        ("Tom &amp; Co", "Tom & Co"),
        ("line<br/>break", "line break"),
        ("weight < 5 kg and > 2 kg", "weight < 5 kg and > 2 kg"),
        ("<!-- a --> b <script src='x'>", "b"),
        ("&#0;&#xD800;a", "\ufffd\ufffda"),
        (" two  spaces ", "two  spaces"),
        (7, "7"),
        (None, ""),
    ],
)
def test_tags_go_and_entities_are_read(written, text):
    assert plain(written, 100) == text


def test_a_text_is_cut_after_it_is_read():
    assert plain("&amp;" * 50, 10) == "&" * 8
    assert plain("a" * 50, 10) == "a" * 10


def test_megabytes_of_open_brackets_are_no_burden():
    assert plain("<a" * 1_000_000, 10) == "<a<a<a<a<a"
