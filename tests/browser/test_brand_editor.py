"""The editor of a brand in a real browser: typed, seen at once, saved, published."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.branding.models import Brand
from apps.desk.models import Role
from tests.browser.coming_in import bring_in
from tests.builders import make_merchant
from tests.desk.seating import seat

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def brand():
    return Brand.objects.create(merchant=make_merchant(), slug="acme", name="Acme")


@pytest.fixture
def desk(browser_page, live_server, brand):
    """A page of somebody who may edit the brand, on a large screen."""
    bring_in(browser_page, live_server, seat(brand.merchant, role=Role.EDITOR))
    browser_page.set_viewport_size({"width": 1280, "height": 900})
    browser_page.goto(live_server.url + reverse("admin:brand_editor", args=[brand.pk]))
    return browser_page


def framed(page):
    return page.frame_locator(".tile iframe").first


def test_what_is_typed_is_seen_at_once_and_customers_see_it_when_it_is_published(desk, brand):
    assert framed(desk).locator(".brand").inner_text() == "Acme"

    desk.fill("#id_name", "Harbour & Pine")
    desk.get_by_text("As you typed it").wait_for()
    framed(desk).get_by_text("Harbour & Pine").first.wait_for()

    desk.locator("#id_accent").fill("#ffee00")
    desk.get_by_text("could hardly be read").first.wait_for()
    assert not desk.locator("#id_accent_usual").is_checked()

    desk.get_by_role("button", name="Save the draft").click()
    desk.get_by_text("Saved to the draft").wait_for()
    brand.refresh_from_db()
    assert brand.name == "Acme"

    desk.get_by_role("button", name="Publish", exact=True).click()
    desk.get_by_text("Customers see it from now on").wait_for()
    brand.refresh_from_db()
    assert (brand.name, brand.accent, brand.version) == ("Harbour & Pine", "#ffee00", 2)

    desk.get_by_role("link", name="History").click()
    desk.get_by_role("button", name="Return to this version").click()
    desk.get_by_text("published again").wait_for()
    brand.refresh_from_db()
    assert brand.name == "Acme"


def test_the_preview_shows_what_is_chosen(desk):
    desk.select_option("select[name=state]", "delivered")
    for width in ("320", "360", "700"):
        desk.uncheck(f"input[name=width][value='{width}']")
    desk.uncheck("input[name=scheme][value=light]")

    expect(desk.locator(".tile")).to_have_count(2)

    ground = framed(desk).locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert ground == "rgb(16, 19, 26)"
    second = desk.frame_locator(".tile iframe").nth(1)
    assert second.locator("html").get_attribute("dir") == "rtl"


# What stands out on the right; what scrolls in a box of its own may.
WIDER = """width => [...document.querySelectorAll("#content *")].filter((one) =>
  one.getBoundingClientRect().right > width + 1 && !one.closest("pre, .brand-changes, .pane")
).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [320, 360, 700, 1280])
@pytest.mark.parametrize("name", ["editor", "snippets", "doctor", "history"])
def test_no_page_is_wider_than_the_screen(desk, live_server, brand, width, name):
    desk.set_viewport_size({"width": width, "height": 800})
    desk.goto(live_server.url + reverse(f"admin:brand_{name}", args=[brand.pk]))

    assert desk.evaluate(WIDER, width) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width
