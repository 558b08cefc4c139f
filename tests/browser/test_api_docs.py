"""The pages about our APIs, in a browser, under the policy of all pages."""

import json

import pytest

from apps.native.openapi.documents import DOCUMENTS, written
from tests.builders import make_key, make_merchant

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def operations(name):
    return sum(len(methods) for methods in json.loads(written(name).body)["paths"].values())


def test_every_operation_is_drawn_and_nobody_else_is_asked(browser_page, live_server):
    asked = []
    browser_page.on("request", lambda request: asked.append(request.url))

    for name in DOCUMENTS:
        browser_page.goto(f"{live_server.url}/api/docs/{name}/")
        browser_page.wait_for_selector(".opblock")
        assert browser_page.locator(".opblock").count() == operations(name)
        assert browser_page.evaluate("document.documentElement.scrollWidth") == 360

    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


def test_an_operation_is_tried_out_with_a_key(browser_page, live_server):
    key = make_key(make_merchant("Lindenhof"))
    browser_page.goto(f"{live_server.url}/api/docs/parcels/")

    browser_page.click(".authorize")
    browser_page.fill(".auth-container input", key)
    browser_page.click(".auth-container .authorize")
    browser_page.click(".btn-done")
    browser_page.click("#operations-Keys-read_key .opblock-summary-control")
    browser_page.click("#operations-Keys-read_key .try-out__btn")
    browser_page.click("#operations-Keys-read_key .execute")
    browser_page.wait_for_selector("#operations-Keys-read_key .live-responses-table")

    told = browser_page.inner_text("#operations-Keys-read_key .live-responses-table")
    assert '"requests_a_minute"' in told
