"""The sheet of mails: its colours are those of the pages, and everybody can read them."""

import re

import pytest
from django.conf import settings
from msgspec.structs import replace

from apps.branding.theme import READABLE, contrast
from apps.mails import styles
from apps.mails.styles import COLOURS, TONES, colours_of, style_of
from apps.pages.sample_parts import LOOK
from tests.mails.writers import each_mail, written
from tests.pages.markup import read

ACCENTS = [("", ""), ("#ffee00", ""), ("#000000", "#000000"), ("#ffffff", "#ffffff")]
ACCENTS += [("#ff6600", "#00ff99"), ("#777777", "#123456")]
TEMPLATE = (styles.FOLDER / "mail.html").read_text()


def classes_in(sheet):
    return set(re.findall(r"\.([a-z][a-z0-9-]*)(?=[\s,{:])", sheet))


@pytest.mark.parametrize("scheme", COLOURS)
@pytest.mark.parametrize("accents", ACCENTS)
def test_all_text_can_be_read_whatever_the_accent(scheme, accents):
    look = replace(LOOK, accent=accents[0], accent_dark=accents[1])
    has = colours_of(look, scheme)

    pairs = [("text", "ground"), ("text", "surface"), ("text-quiet", "surface")]
    pairs += [("text-quiet", "ground"), ("accent", "surface"), ("on-accent", "accent")]
    pairs += [(tone, "surface") for tone in TONES]
    pairs += [("text", f"{tone}-ground") for tone in TONES]
    bad = [pair for pair in pairs if contrast(has[pair[0]], has[pair[1]]) < READABLE]
    assert bad == []


def test_the_colours_are_those_of_the_pages():
    sheet = (settings.BASE_DIR / "static/css/pages.css").read_text()
    on_pages = dict(re.findall(r"--([a-z-]+): light-dark\((#\w+, #\w+)\)", sheet))
    own = {"info-ground": "accent-ground"}

    for name in COLOURS["light"]:
        pair = [long(one) for one in on_pages[own.get(name, name)].split(", ")]
        assert pair == [COLOURS["light"][name], COLOURS["dark"][name]], name


def long(colour):
    return colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])


def test_every_class_of_a_mail_is_in_the_sheet_and_every_dark_one_in_a_mail():
    used = {
        name
        for _kind, mail in each_mail("en")
        for element in read(mail.html).elements
        for name in (element.get("class") or "").split()
    }
    logos = {"logo", "lone", "light-only", "dark-only"}

    assert used - classes_in(styles.SHEET) == set()
    assert classes_in(styles.DARK_SHEET) - logos - classes_in(styles.SHEET) == set()
    assert used - classes_in(TEMPLATE) and "var(" not in style_of(LOOK).dark


def test_light_colours_stand_in_the_elements_and_dark_ones_in_the_head():
    html = written("delivered").html

    page = read(html)
    assert COLOURS["light"]["ok"] in page.one("h1")["style"]
    (sheet,) = page.all("style")
    assert "prefers-color-scheme: dark" in sheet.children[0]
    assert COLOURS["dark"]["ok"] in sheet.children[0] and "var(" not in html


def test_a_brands_font_and_corners_are_in_its_mails():
    mail = written("delivered", look=replace(LOOK, font="serif", radius=3))

    assert "Georgia" in mail.html and "border-radius: 3px" in mail.html


@pytest.mark.parametrize("font", ["own", "nonsense", "system"])
def test_a_font_that_mails_cannot_load_is_the_devices_own(font):
    assert "system-ui" in written("delivered", look=replace(LOOK, font=font)).html


@pytest.mark.parametrize(
    ("size", "shown"),
    [((600, 200), (132, 44)), ((600, 20), (220, 7)), ((10, 10), (10, 10)), ((4000, 1), (220, 1))],
)
def test_a_logo_keeps_its_proportions(size, shown):
    from apps.branding.looks import Picture

    logo = styles.logo_of(Picture("/x.webp", *size), "https://a.example")

    assert (logo.width, logo.height) == shown and logo.url == "https://a.example/x.webp"


def test_a_picture_without_a_size_is_not_shown():
    from apps.branding.looks import Picture

    assert styles.logo_of(Picture("/x.webp"), "") is None and styles.logo_of(None, "") is None
