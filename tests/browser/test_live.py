"""An open page: asks for news while somebody looks, shows it, says it once, disturbs nothing."""

import pytest
from playwright.sync_api import expect

from apps.shipments.models import Shipment
from apps.shipments.recording import record
from tests.builders import NOW, make_shipment, report, sighting

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

STORY = report(
    *(sighting("in_transit", f"2026-03-01T{hour:02}:00:00+00:00") for hour in range(10, 20)),
    sighting("out_for_delivery", "2026-03-02T07:00:00+00:00"),
)
NEWS = report(sighting("attempted.no_answer", "2026-03-02T11:00:00+00:00"))
ARRIVED = report(sighting("delivered", "2026-03-02T12:00:00+00:00"))


class Open:
    """A parcel and its page, on a clock of the test's."""

    def __init__(self, page, live_server):
        self.shipment = make_shipment(report=STORY)
        self.page, self.asked = page, []
        page.on("request", lambda one: self.asked.append(one) if "/live?" in one.url else None)
        page.clock.install()
        page.goto(f"{live_server.url}/t/{self.shipment.token}/")

    def wait(self, seconds):
        self.page.clock.fast_forward(1000 * seconds)

    def record(self, told):
        record(self.shipment.pk, told, now=NOW)

    def expect_asked(self, times):
        """Wait until the page has asked so often since it opened."""
        while len(self.asked) < times:
            with self.page.expect_request("**/live?*", timeout=10_000):
                pass

    def asks(self, seconds):
        """Let so much time pass and return how many questions that made."""
        before = len(self.asked)
        self.wait(seconds)
        self.page.wait_for_timeout(300)
        return len(self.asked) - before


@pytest.fixture
def opened(browser_page, live_server, settings):
    settings.SECURE_SSL_REDIRECT = False
    return Open(browser_page, live_server)


@pytest.fixture(autouse=True)
def a_second_passes(monkeypatch):
    monkeypatch.setattr("apps.pages.front.BELIEVED", 0)


def test_news_shows_and_is_said_once(opened):
    page = opened.page
    said = page.locator("#said")
    expect(page.locator("#status")).to_have_attribute("data-code", "out_for_delivery")
    assert said.inner_text() == ""

    opened.record(NEWS)
    opened.wait(75)

    expect(page.locator("h1")).to_have_text("Nobody was in")
    expect(said).to_have_text("Update: Nobody was in, 11:00")
    assert page.locator(".scan[data-new]").count() == 1


def test_a_page_without_news_says_nothing(opened):
    opened.wait(75)
    opened.expect_asked(1)
    assert opened.page.locator("#said").inner_text() == ""


def test_focus_open_parts_place_and_selection_survive(opened):
    page = opened.page
    page.locator("details.earlier > summary").click()
    page.locator("details.earlier > summary").focus()
    page.evaluate("window.scrollTo(0, 300)")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#details-title'))")
    place = page.evaluate("scrollY")

    opened.record(NEWS)
    opened.wait(75)
    expect(page.locator("h1")).to_have_text("Nobody was in")

    assert page.locator("details.earlier").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert page.evaluate("getSelection().toString().trim()") == "Delivery details"
    assert abs(page.evaluate("scrollY") - place) < 300


def test_a_page_that_nobody_sees_asks_nothing_until_somebody_does(opened):
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    tell = "document.dispatchEvent(new Event('visibilitychange'))"
    opened.page.evaluate(hide % "true")

    assert opened.asks(600) == 0

    opened.page.evaluate(hide % "false" + tell)
    opened.expect_asked(1)


def test_live_updates_can_be_switched_off(opened):
    switch = opened.page.locator("#live button").first
    expect(switch).to_have_text("Live updates: on")

    switch.click()

    expect(switch).to_have_text("Live updates: off")
    assert switch.get_attribute("aria-pressed") == "false"
    assert opened.asks(600) == 0


def test_an_end_is_the_end_of_asking(opened):
    opened.record(ARRIVED)
    opened.wait(75)
    expect(opened.page.locator("h1")).to_have_text("Delivered")

    assert opened.asks(3600) == 0
    expect(opened.page.locator("#live")).to_be_hidden()


def test_a_site_that_does_not_answer_is_asked_less_and_said(opened):
    page = opened.page
    page.route("**/live*", lambda route: route.abort())

    for _ in range(3):
        opened.wait(600)
        page.wait_for_timeout(200)
    expect(page.locator("#live span")).to_contain_text("We cannot get news right now")
    expect(page.locator("#status")).to_have_attribute("data-code", "out_for_delivery")
    assert opened.asks(120) == 0

    page.unroute("**/live*")
    page.get_by_role("button", name="Check again").click()
    expect(page.locator("#live span")).to_have_text("")


def test_an_error_page_never_takes_the_place_of_the_parcel(opened):
    opened.page.route("**/live*", lambda route: route.fulfill(status=500, body="<h1>Oops</h1>"))

    opened.wait(75)
    opened.page.wait_for_timeout(300)

    expect(opened.page.locator("#status")).to_have_attribute("data-code", "out_for_delivery")


def test_a_link_that_was_taken_back_closes_the_page(opened):
    Shipment.objects.filter(pk=opened.shipment.pk).update(token="n" * 22)

    opened.wait(75)

    expect(opened.page.locator("#status")).to_have_count(0)
