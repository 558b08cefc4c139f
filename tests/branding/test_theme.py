"""Any accent becomes a pair that can be read, on the grounds the pages really have."""

import random
import re
from colorsys import rgb_to_hls

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from apps.branding.models import Brand
from apps.branding.theme import (
    DARK,
    LIGHT,
    READABLE,
    STACKS,
    colour_of,
    contrast,
    css_of,
    css_of_brand,
    readable,
    report,
)
from tests.builders import make_merchant

BASE = (settings.BASE_DIR / "static/css/pages.css").read_text()
PAIRS = re.findall(r"(--[\w-]+): light-dark\((#\w+), (#\w+)\)", BASE)
GROUNDS = ("--ground", "--surface", "--surface-quiet")


def random_accents():
    chance = random.Random(20261121)  # noqa: S311  nothing secret
    return [f"#{chance.randrange(0x1000000):06x}" for _ in range(1000)]


EDGES = ["#000000", "#ffffff", "#808080", "#ff0000", "#00ff00", "#0000ff", "#ffff00", "#fefefe"]
ACCENTS = random_accents() + EDGES


def pages_grounds(which):
    """Return what an accent stands on in the light (0) or the dark (1) look."""
    return [colour_of(pair[which]) for name, *pair in PAIRS if name in GROUNDS]


@pytest.mark.parametrize(("scheme", "which"), [(LIGHT, 0), (DARK, 1)], ids=["light", "dark"])
def test_any_accent_can_be_read_on_every_ground(scheme, which):
    grounds = pages_grounds(which)
    assert len(grounds) == 3

    for accent in ACCENTS:
        made = readable(accent, scheme)
        for ground in (*grounds, made.ground):
            assert contrast(made.colour, ground) >= READABLE, (accent, made, ground)
        assert contrast(made.on, made.colour) >= READABLE, (accent, made)


@pytest.mark.parametrize(("scheme", "which"), [(LIGHT, 0), (DARK, 1)], ids=["light", "dark"])
def test_text_can_be_read_on_the_accents_own_ground(scheme, which):
    texts = [colour_of(pair[which]) for name, *pair in PAIRS if name in ("--text", "--text-quiet")]

    for accent in ACCENTS:
        made = readable(accent, scheme)
        assert min(contrast(text, made.ground) for text in texts) >= READABLE, (accent, made)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_hue_stays(scheme):
    for accent in random_accents():
        if is_grey(accent):
            continue
        made = readable(accent, scheme).colour
        distance = abs(hue(made) - hue(accent)) % 1
        assert is_grey(made) or min(distance, 1 - distance) < 0.02, (accent, made)


def hue(colour):
    return rgb_to_hls(*(part / 255 for part in bytes.fromhex(colour[1:])))[0]


def is_grey(colour):
    parts = bytes.fromhex(colour[1:])
    return max(parts) - min(parts) < 32


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_an_accent_that_can_be_read_stays_as_it_is(scheme):
    stayed = 0
    for accent in ACCENTS:
        made = readable(accent, scheme)
        grounds = (*scheme.grounds, made.ground)
        if all(contrast(accent, ground) >= READABLE for ground in grounds):
            stayed += 1
            assert made.colour == accent
    assert stayed > 100


def test_contrast_is_what_the_guidelines_say():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == 1


COLOURS = {
    "#2F52C9": "#2f52c9",
    "2f52c9": "#2f52c9",
    "#f60": "#ff6600",
    "F60": "#ff6600",
    "": "",
    "red": "",
    "#12345": "",
    "#1234567": "",
    "##123456": "",
    "#12345g": "",
    "#123456\n": "",
    " #123456": "",
    "#１２３": "",
    "url(x)": "",
    "#fff}body{": "",
}


@pytest.mark.parametrize("text", COLOURS, ids=repr)
def test_a_colour_is_six_digits_or_three(text):
    assert colour_of(text) == COLOURS[text]


def test_the_rule_outranks_that_of_the_style_sheet():
    assert css_of("#2f52c9") == (
        "html:root{--accent:light-dark(#2f52c9,#758ddf);"
        "--accent-ground:light-dark(#f0f2fa,#222839);"
        "--on-accent:light-dark(#ffffff,#10131a)}"
    )


@pytest.mark.parametrize("text", ["", "red", "#fff}body{"])
def test_what_is_no_colour_makes_no_rule(text):
    assert css_of(text) == ""


PARTS = 3.0


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF))
@settings_of_hypothesis(max_examples=1000)
def test_any_pair_of_accents_makes_text_and_controls_that_can_be_seen(one, other):
    rule = css_of(f"#{one:06x}", f"#{other:06x}")

    pairs = dict(re.findall(r"(--[\w-]+):light-dark\((#\w{6},#\w{6})\)", rule))
    for which in (0, 1):
        accent, tint, on = (
            pairs[name].split(",")[which] for name in ("--accent", "--accent-ground", "--on-accent")
        )
        grounds = [*pages_grounds(which), tint]
        # Links and marks on every ground, the words on a button, and the button's own edge.
        assert min(contrast(accent, ground) for ground in grounds) >= READABLE
        assert contrast(on, accent) >= READABLE
        assert min(contrast(accent, ground) for ground in pages_grounds(which)) >= PARTS


def test_dark_pages_may_have_an_accent_of_their_own():
    assert css_of("#2f52c9", "#ffdd00").startswith("html:root{--accent:light-dark(#2f52c9,#ffdd00)")
    assert css_of("#2f52c9", "red") == css_of("#2f52c9")
    assert css_of("", "#ffdd00") == ""


# What the editor is told


def test_an_accent_that_can_be_read_is_said_to_stay():
    told = report("#1f7a4d")

    assert not told.light.is_changed
    assert (told.light.colour, told.light.before) == ("#1f7a4d", told.light.after)
    assert told.light.words == "On light pages #1f7a4d can be read as it is (4.9 : 1)."


def test_an_accent_that_is_changed_is_told_with_both_ratios():
    told = report("#ffdd00")

    assert told.is_changed
    assert told.light.before < READABLE <= told.light.after
    assert told.light.words == (
        "On light pages #ffdd00 could hardly be read (1.2 : 1, and text needs 4.5 : 1)."
        " It is shown darker, as #7f6e00 (4.7 : 1)."
    )
    assert not told.dark.is_changed


def test_the_report_is_of_what_pages_show():
    for accent in ACCENTS[:200]:
        told = report(accent, "#ffdd00")
        assert f"--accent:light-dark({told.light.colour},{told.dark.colour})" in css_of(
            accent, "#ffdd00"
        )
        assert min(told.light.after, told.dark.after, *told.buttons) >= READABLE


@pytest.mark.parametrize("text", ["", "red", "#fff}body{"])
def test_there_is_nothing_to_tell_of_what_is_no_colour(text):
    assert report(text) is None


# All that a theme sets

NOTHING = (("", ""), 16, "system", None, ())


def test_a_brand_that_changes_nothing_has_no_theme():
    assert css_of_brand(*NOTHING) == ""


def test_radius_font_and_own_properties_stand_in_one_rule():
    css = css_of_brand(("", ""), 4, "serif", None, (("--heading-weight", "600"),))

    assert css == f"html:root{{--radius:4px;--font:{STACKS['serif']};--heading-weight:600}}"


@pytest.mark.parametrize(("is_variable", "weights"), [(True, "font-weight:100 900;"), (False, "")])
def test_an_own_font_is_loaded_from_here(is_variable, weights):
    css = css_of_brand(("", ""), 16, "own", ("/theme/acme/0.woff2", is_variable), ())

    assert css == (
        f"@font-face{{font-family:own;{weights}font-display:swap;"
        'src:url(/theme/acme/0.woff2)format("woff2")}'
        "html:root{--font:own,system-ui,sans-serif}"
    )


def test_an_own_font_without_its_file_is_the_devices():
    assert css_of_brand(("", ""), 16, "own", None, ()) == ""


def test_the_style_sheet_uses_what_a_theme_sets():
    for name in ("--radius", "--font", "--max-width", "--letter-spacing", "--heading-weight"):
        assert f"var({name}" in BASE


# The address of a theme


@pytest.fixture
def brand(db):
    return Brand.objects.create(
        merchant=make_merchant(), slug="acme", name="Acme", accent="#c2410c", version=3
    )


def test_a_theme_is_kept_for_a_month(client, brand):
    answer = client.get("/theme/acme/3.css")

    assert answer.text == css_of("#c2410c")
    assert answer.headers["Content-Type"] == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=2592000, immutable"
    assert "Set-Cookie" not in answer.headers
    assert "cookie" not in answer.headers.get("Vary", "").lower()


@pytest.mark.parametrize("version", [0, 2, 4, 10**30])
def test_another_version_gets_the_colours_of_now_and_does_not_keep_them(client, brand, version):
    answer = client.get(f"/theme/acme/{version}.css")

    assert answer.text == css_of("#c2410c")
    assert answer.headers["Cache-Control"] == "public, max-age=1"


@pytest.mark.parametrize("path", ["nobody/3.css", "acme/-1.css", "acme/x.css", "acme/3"])
def test_there_is_no_theme_without_a_brand(client, brand, path):
    assert client.get(f"/theme/{path}").status_code == 404


@pytest.mark.parametrize("accent", ["", "red", "#fff}body{"])
def test_a_brand_without_an_accent_changes_nothing(client, brand, accent):
    Brand.objects.update(accent=accent[:7])

    answer = client.get("/theme/acme/3.css")

    assert (answer.status_code, answer.text) == (200, "")
