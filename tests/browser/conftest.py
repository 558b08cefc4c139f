"""Debian's Chromium, driven by Playwright, against a server in a thread of the test's own."""

import asyncio
import os

import pytest
from django.db import connection, connections
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
# What Chromium and htmx say of answers that a test made fail.
NETWORK = ("Failed to load resource", "Failed to fetch")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def chromium(django_db_setup):
    """A browser. Playwright keeps a loop in this thread, which Django takes for async code.

    So Django has other connections while it runs. They are told what an empty database
    holds, closed at the end, and the loop that is over is forgotten.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    emptied = getattr(connection, "_test_serialized_contents", "[]")
    with sync_playwright() as playwright:
        connection._test_serialized_contents = emptied
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
        connections.close_all()
    asyncio._set_running_loop(None)
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser_page(chromium):
    """A phone's page that fails the test when a script or the policy complains."""
    context = chromium.new_context(viewport={"width": 360, "height": 800}, locale="en-GB")
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [text for text in complaints if not any(word in text for word in NETWORK)] == []
