"""Every state as people see it: nothing for axe to find, nothing wider than the screen.

Pages are rendered without a server and handed to the browser, with the files they ask for.
"""

import json
from importlib.resources import files

import pytest
from django.contrib.staticfiles import finders
from msgspec.structs import replace

from apps.pages import showing
from tests.pages.states import all_states

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
# Colours are the same at every width, so they are looked at on a phone and on a desktop only.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHAPES = {"runOnly": TAGS, "rules": {"color-contrast": {"enabled": False}}}
WIDTHS = (320, 360, 700, 1280)
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
ORIGIN = "http://parcels.example"
STATES = all_states()


@pytest.fixture(scope="module")
def desk(chromium):
    """A page on which any HTML can be laid."""
    context = chromium.new_context(locale="en-GB", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def lay(page, html):
    def answer(route):
        name = route.request.url.removeprefix(f"{ORIGIN}/static/")
        path = finders.find(name) if name != route.request.url else None
        if path:
            with open(path, "rb") as file:
                kind = KINDS[name.rpartition(".")[2]]
                route.fulfill(body=file.read(), content_type=kind)
        else:
            route.fulfill(body=html, content_type="text/html")

    page.unroute_all()
    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/t/x/")


def shown(name, language):
    case = STATES[name]
    reader = replace(case.reader, language=language)
    return showing.render("pages/tracking.html", case.journeys, reader, case.now)


def violations(page, options):
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [
        (one["id"], node["html"][:200], node["failureSummary"][:300])
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", STATES)
def test_a_state_is_for_everybody(desk, name, language):
    lay(desk, shown(name, language))
    desk.evaluate(AXE)
    for width in WIDTHS:
        desk.set_viewport_size({"width": width, "height": 800})
        assert desk.evaluate("document.documentElement.scrollWidth") <= width
        found = violations(desk, SHAPES)
        for scheme in ("light", "dark") if width in (360, 1280) else ():
            desk.emulate_media(color_scheme=scheme)
            found += violations(desk, COLOURS)
        assert found == [], f"{width}: {json.dumps(found, indent=1)}"


@pytest.mark.parametrize("name", STATES)
def test_large_text_fits_a_phone(desk, name):
    lay(desk, shown(name, "en"))
    desk.set_viewport_size({"width": 360, "height": 800})
    desk.evaluate("document.documentElement.style.fontSize = '200%'")

    assert desk.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.fixture(scope="module")
def still(chromium):
    """A page in a browser whose scripts are off."""
    context = chromium.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", STATES)
def test_every_fact_is_there_without_scripts(still, name):
    lay(still, shown(name, "en"))
    text = still.locator("main").text_content()

    journeys = showing.seen(STATES[name].journeys, STATES[name].reader)
    assert all(one.number in text for journey in journeys for one in journey.numbers)
    assert all(item.description in text for journey in journeys for item in journey.items)
    assert all(event.place.label in text for journey in journeys for event in journey.events)
    for control in still.locator("button").all():
        assert not control.is_visible() or control.get_attribute("type") == "submit"


FOCUSED = """() => {
  const { activeElement: one } = document;
  const { width, height } = one.getBoundingClientRect();
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  return [one === document.body, width > 0 && height > 0, outlineStyle, parseInt(outlineWidth)];
}"""


@pytest.mark.parametrize("name", STATES)
def test_the_keyboard_reaches_every_control_and_shows_where_it_is(desk, name):
    lay(desk, shown(name, "en"))
    desk.set_viewport_size({"width": 360, "height": 800})
    controls = "a[href], button, input:not([type=hidden]), summary, textarea"
    wanted = desk.locator(controls).filter(visible=True).count()
    radios = max(0, desk.locator("input[type=radio]").filter(visible=True).count() - 1)

    for _ in range(wanted - radios):
        desk.keyboard.press("Tab")
        is_body, is_seen, style, outline = desk.evaluate(FOCUSED)
        assert (is_body, is_seen) == (False, True)
        assert style != "none" and outline >= 2
