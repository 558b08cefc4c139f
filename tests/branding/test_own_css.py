"""The few properties that a merchant sets itself: nothing else ever reaches a style sheet."""

import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.branding.own_css import PROPERTIES, check_own_css, own_properties

FINE = {
    ("radius", "12px"): "--radius:12px",
    ("--radius", "0px"): "--radius:0px",
    ("radius", "007.50px"): "--radius:7.5px",
    ("max-width", "900px"): "--max-width:900px",
    ("letter-spacing", "-0.01em"): "--letter-spacing:-0.01em",
    ("letter-spacing", ".05em"): "--letter-spacing:0.05em",
    ("heading-weight", "800"): "--heading-weight:800",
    ("card-shadow", "none"): "--shadow:none",
}


@pytest.mark.parametrize(("name", "value"), FINE)
def test_a_known_property_takes_a_fitting_value(name, value):
    check_own_css({name: value})

    assert [":".join(pair) for pair in own_properties({name: value})] == [FINE[name, value]]


HOSTILE = [
    ("radius", "12px}body{display:none"),
    ("radius", "12px;position:fixed"),
    ("radius", "url(https://evil.example)"),
    ("radius", "var(--accent)"),
    ("radius", "calc(1px + 2px)"),
    ("radius", "expression(alert(1))"),
    ("radius", "12px\n"),
    ("radius", " 12px"),
    ("radius", "12 px"),
    ("radius", "12"),
    ("radius", "12em"),
    ("radius", "25px"),
    ("radius", "-1px"),
    ("radius", "px"),
    ("radius", "-px"),
    ("radius", ".px"),
    ("radius", "１２px"),
    ("radius", "1e1px"),
    ("radius", "12px/**/"),
    ("radius", "\\31 2px"),
    ("radius", "12px !important"),
    ("radius", ""),
    ("radius", "0" * 50 + "px"),
    ("radius", 12),
    ("radius", None),
    ("radius", ["12px"]),
    ("radius", {"12px": 1}),
    ("max-width", "100000px"),
    ("max-width", "100vw"),
    ("heading-weight", "bold"),
    ("heading-weight", "950"),
    ("letter-spacing", "1em"),
    ("card-shadow", "0 0 0 9999px #000"),
    ("card-shadow", "none,url(x)"),
    ("position", "fixed"),
    ("background", "url(https://evil.example)"),
    ("@import", "'https://evil.example'"),
    ("content", '"x"'),
    ("--accent", "#ffffff"),
    ("--surface", "#ffffff"),
    ("behavior", "x"),
    ("radius:1px;position", "12px"),
    ("}body{color", "red"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "value"), HOSTILE, ids=repr)
def test_anything_else_is_refused_and_never_goes_out(name, value):
    with pytest.raises(ValidationError) as refused:
        check_own_css({name: value})

    assert len(refused.value.messages[0]) < 200
    assert own_properties({name: value, "heading-weight": "600"})[-1:] == (
        ("--heading-weight", "600"),
    )
    assert len(own_properties({name: value})) == 0


@pytest.mark.parametrize("own", [None, [], "radius:12px", 7, [["radius", "12px"]]])
def test_what_is_no_table_is_refused(own):
    with pytest.raises(ValidationError):
        check_own_css(own)
    assert own_properties(own) == ()


def test_staff_are_told_which_properties_there_are():
    with pytest.raises(ValidationError, match="only: radius, max-width, letter-spacing"):
        check_own_css({"position": "fixed"})


@given(st.sampled_from(sorted(PROPERTIES)), st.text(max_size=25))
def test_no_text_breaks_out_of_a_value(name, value):
    for _property, written in own_properties({name: value}):
        assert re.fullmatch(r"[a-z0-9 .,()/-]+", written)
        assert "url" not in written
