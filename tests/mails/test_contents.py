"""What comes from outside, made harmless, and subjects that fit."""

from hypothesis import given
from hypothesis import strategies as st

from apps.mails.contents import LONGEST_SUBJECT, cut, subject_of, told

TEXTS = st.text(max_size=200)


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_subject_is_one_line_that_fits_whatever_it_is_made_of(parts):
    subject = subject_of("Heading", *parts)

    assert len(subject) <= LONGEST_SUBJECT and "\n" not in subject and "\r" not in subject
    assert subject.startswith("Heading")


def test_a_part_that_does_not_fit_is_left_out():
    assert subject_of("Delivered", "Order " + "9" * 80, "Acme") == "Delivered – Acme"


def test_a_heading_that_is_too_long_is_cut():
    assert subject_of("x" * 100) == "x" * 77 + "…"


@given(TEXTS)
def test_text_from_outside_is_one_line_of_the_length_that_is_wanted(text):
    found = told(text, 50)

    assert len(found) <= 52 and not set(found) & set("\n\r\x00\u202e\u2066\ufeff")
    assert found.count("\u2068") == found.count("\u2069") <= 1


def test_short_text_is_not_cut():
    assert (cut("abc", 3), cut("abcd", 3), cut("ab cd", 4)) == ("abc", "ab…", "ab…")
