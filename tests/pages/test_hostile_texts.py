"""Whatever a carrier, a shop or a stranger writes is shown as text and does nothing else."""

import pytest
from msgspec.structs import replace

from tests.pages.journeys import NOW, day, event, item, journey, leg, number, promise
from tests.pages.markup import read, rendered

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "{{7*7}} {% load x %} ${7}",
    "&lt;b&gt;",
    '<div hx-get="/x" data-hx-on:load="x" hx-on="y">',
    "a" + "\u0301" * 200,
    "%(name)s %s {0}",
]


def everything_says(text):
    """Return a journey in which every free text is the one given."""
    told = {"description": text, "place": text, "signee": text, "carrier_code": text}
    promises = (promise(day("2026-05-20"), reason=text), promise(day("2026-05-19"), reason=text))
    legs = tuple(
        leg(n, text, service_name=f"{text} {n}", carrier_code=text, contact_url=text)
        for n in (1, 2)
    )
    made = journey(
        event("in_transit", leg=2, item=1, **told),
        event("accepted", "2026-05-13T10:00", **told),
        code="in_transit",
        legs=legs,
        items=(item(1, text, custom_reference=text), item(2, custom_reference=text)),
        numbers=(
            number(text, 1, answered_at=NOW, tracking_url=text),
            number(text, 2, 1, failing_since=NOW),
        ),
        promises=promises,
        order_reference=text,
        custom_reference=text,
        destination_country=text,
    )
    return replace(made, merchant=replace(made.merchant, name=text))


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_from_outside_are_shown_as_they_are(text):
    shown = read(rendered(everything_says(text)))

    words = " ".join(text.split())
    assert words in shown.one("title").text
    assert words in shown.one(id="journey").text
    assert words in shown.one(id="items").text
    assert words in shown.one(id="details").text


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_from_outside_make_no_elements(text):
    harmless, hostile = (read(rendered(everything_says(words))) for words in ("words", text))

    assert [e.tag for e in hostile.elements] == [e.tag for e in harmless.elements]
    assert [set(e.attributes) for e in hostile.elements] == [
        set(e.attributes) for e in harmless.elements
    ]
    assert not any(name.startswith("on") for e in hostile.elements for name in e.attributes)


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u202a", "\u2066", "\u2069", "\u200b", "\ufeff", "\xad", "\x00", "\ud800"]
)
def test_no_text_turns_or_hides_the_page(hidden):
    html = rendered(everything_says(f"gp{hidden}j.exe"))

    assert hidden not in html
    assert "gpj.exe" in html
