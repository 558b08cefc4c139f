"""A parcel moves: carrier, worker, web server and browser are real processes."""

import json
import time

import pytest
from playwright.sync_api import expect

from tests.browser.house import house, until

EVENTS = """
import json
from apps.shipments.models import Event, Shipment
one = Shipment.objects.get(custom_reference__startswith="SBX-DELIVERED")
events = Event.objects.filter(shipment=one)
print(json.dumps({
    "code": one.code,
    "events": list(events.order_by("occurred_at").values_list("code", "description")),
    "version": one.version,
    "outbox": one.outbox.count(),
}))
"""


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    yield context.new_page()
    context.close()


def test_an_open_page_shows_a_parcel_arrive_though_the_worker_is_killed(tmp_path, page):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with house(tmp_path, speed=3) as home:
        pages = json.loads(home.manage("demo_accounts"))
        page.goto(home.url + pages["delivered in a minute"])
        heading = page.locator("h1")
        before = heading.inner_text()

        home.start("worker")
        expect(heading).not_to_have_text(before, timeout=60_000)
        home.kill("worker")
        time.sleep(1)
        home.start("worker")
        expect(heading).to_have_text("Delivered", timeout=120_000)
        told = until(lambda: (found := home.ask(EVENTS))["code"] == "delivered" and found)

    words = [tuple(event) for event in told["events"]]
    assert len(words) == len(set(words)) == 6
    assert words[-1][0] == "delivered"
    assert told["outbox"] == told["version"]
    assert page.context.cookies() == []
    assert complaints == []
