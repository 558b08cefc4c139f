"""A day at the desk, in a real browser with the policy on: found, looked into, solved, taught."""

from datetime import timedelta
from importlib.resources import files

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from apps.branding.models import Brand
from apps.desk import runs
from apps.desk.models import Run
from apps.shipments.models import Shipment
from tests.browser.coming_in import bring_in
from tests.browser.test_states import TAGS
from tests.builders import make_merchant, make_shipment, report, sighting
from tests.desk.seating import seat

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
SPAN = timedelta(hours=2)


@pytest.fixture
def merchant(db):
    return make_merchant()


def come_in(page, live_server, user):
    """Log somebody in and open the desk."""
    bring_in(page, live_server, user)
    page.goto(f"{live_server.url}/admin/")
    return page


@pytest.fixture
def enter(browser_page, live_server):
    return lambda user: come_in(browser_page, live_server, user)


@pytest.fixture
def judged(chromium, live_server):
    """The desk as the platform's staff see it, in a browser whose policy lets axe in."""
    context = chromium.new_context(bypass_csp=True, reduced_motion="reduce")
    root = User.objects.create_superuser("root")
    yield come_in(context.new_page(), live_server, root)
    context.close()


@pytest.fixture
def parcel(merchant):
    now = timezone.now()
    told = report(
        sighting("accepted", str(now - 2 * SPAN)), sighting("exception.address", str(now - SPAN))
    )
    return make_shipment(merchant, told, now=now, order_reference="10432")


def work():
    while any(runs.work(run.pk, timezone.now, 60) for run in Run.objects.all()):
        """Go on while there is more to do."""


def test_a_problem_is_found_noted_and_solved(enter, merchant, parcel):
    page = enter(seat(merchant))
    page.get_by_role("link", name="Problems").first.click()
    page.get_by_role("link", name="Add a note").click()
    page.get_by_label("What should others know?").fill("Asked for the address.")
    page.get_by_role("button", name="Add note").click()
    page.get_by_text("Asked for the address.").wait_for()
    page.get_by_role("button", name="Solved").click()

    page.get_by_text("Solved on").wait_for()
    page.goto(page.url.partition("/admin/")[0] + reverse("admin:queue", args=["problems"]))
    assert page.get_by_text("10432").count() == 0


def test_a_parcel_is_found_and_seen_as_its_customer_sees_it(enter, merchant, parcel):
    page = enter(seat(merchant))
    page.get_by_label("Find a shipment").fill("10432")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="10432").click()

    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="Address problem").first.wait_for()
    page.get_by_role("link", name="Number only").click()
    frame.get_by_role("heading", name="Address problem").first.wait_for()
    assert frame.get_by_text("10432").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_parcel_is_voided_after_a_word_of_warning(enter, merchant, parcel):
    page = enter(seat(merchant))
    page.goto(page.url + f"shipments/shipment/{parcel.pk}/change/")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Void").click()
    page.get_by_role("button", name="Void").click()

    page.locator("h1").get_by_text(parcel.reference).wait_for()
    assert page.get_by_text("Cancelled").first.is_visible()
    assert Shipment.objects.get(pk=parcel.pk).code == "cancelled"


def test_a_carriers_word_is_taught_and_taken_back(enter, merchant):
    now = timezone.now()
    seen = sighting("unknown.unmapped", str(now - SPAN), word="ZZ9", description="At the hub")
    told = report(sighting("accepted", str(now - 2 * SPAN)), seen)
    parcel = make_shipment(merchant, told, now=now)
    page = enter(User.objects.create_superuser("root"))
    page.goto(page.url + "mapping/")
    page.get_by_role("link", name="ZZ9").click()
    page.get_by_label("Status").select_option("in_transit.arrived")
    page.get_by_role("button", name="See what would change").click()
    work()
    page.get_by_role("button", name="Apply").click()
    while Run.objects.filter(state="applying").exists():
        Run.objects.update(leased_until=None)
        work()
    page.get_by_role("button", name="Undo").wait_for()

    parcel.refresh_from_db()
    assert parcel.code == "in_transit.arrived"


PAGES = [
    "index", "shipments_shipment_changelist", "import", "runs", "feeds", "mapping",
    "second_factor", "branding_brand_changelist", "notifications_endpoint_add",
]  # fmt: skip


def test_the_pages_of_the_desk_are_for_everybody(judged, merchant, parcel):
    brand = Brand.objects.create(merchant=merchant, slug="acme", name="Acme")
    own = [
        ("shipments_shipment_change", parcel.pk), ("queue", "problems"), ("brand_editor", brand.pk),
        ("brand_doctor", brand.pk), ("case", parcel.pk),
    ]  # fmt: skip
    addresses = [
        reverse(f"admin:{name}", args=arguments)
        for name, *arguments in [*((name,) for name in PAGES), *own]
    ]
    site, found = judged.url.partition("/admin/")[0], []

    for address in addresses:
        judged.goto(site + address)
        judged.evaluate(AXE)
        for width in (360, 1280):
            judged.set_viewport_size({"width": width, "height": 900})
            told = judged.evaluate("tags => axe.run({exclude: ['iframe']}, {runOnly: tags})", TAGS)
            found += [f"{address} {width} {one['id']}" for one in told["violations"]]

    assert found == []
