"""A shop's table on its way in, seen in a browser: handed over, checked, approved, done."""

import os

import pytest
from django.utils import timezone

from apps.desk import runs
from apps.desk.models import Run
from apps.shipments.models import Shipment
from tests.browser.coming_in import bring_in
from tests.builders import make_merchant
from tests.desk.seating import seat
from tests.desk.tables import csv_of, rows_of

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
MISTAKE = ("R900", "A900", "N900", "dhl", "no address", "Mug", "2")


@pytest.fixture
def desk(browser_page, live_server):
    """The desk in a browser, with somebody logged in who has a seat."""
    bring_in(browser_page, live_server, seat(make_merchant()))
    return browser_page


def work():
    run = Run.objects.get()
    while runs.work(run.pk, timezone.now, 60):
        pass


def shoot(page, name):
    """Keep pictures where somebody wants to look at them."""
    folder = os.environ.get("SHOTS")
    for width in (360, 1280) if folder else ():
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def test_an_import_is_watched_from_the_file_to_the_end(desk, live_server):
    table = csv_of(*rows_of(9), MISTAKE)

    desk.goto(f"{live_server.url}/admin/import/")
    shoot(desk, "import-form")
    desk.set_input_files("#id_file", {"name": "shop.csv", "mimeType": "text/csv", "buffer": table})
    desk.get_by_role("button", name="Check").click()
    desk.get_by_text("waiting for a worker").wait_for()
    shoot(desk, "run-checking")
    work()
    desk.get_by_text("is no e-mail address").wait_for()
    shoot(desk, "run-checked")
    desk.get_by_label("Leave out the 1 row with mistakes").check()
    desk.get_by_role("button", name="Import 6 shipments").click()
    desk.get_by_text("waiting for a worker").wait_for()
    work()
    desk.get_by_text("6 shipments were imported").wait_for()
    shoot(desk, "run-done")

    assert Shipment.objects.count() == 6
    desk.goto(f"{live_server.url}/admin/runs/")
    shoot(desk, "runs")
    assert desk.get_by_role("link", name="Import of shipments").is_visible()
