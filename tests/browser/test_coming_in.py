"""Staff coming in with a second factor, in a real browser with the policy on."""

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from apps.desk.models import Role
from tests.builders import make_merchant
from tests.desk.seating import seat
from tests.desk.test_login import PASSWORD, fitting


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_staff_set_up_a_second_factor_and_come_in_with_it(browser_page, live_server):
    anna = seat(make_merchant(), role=Role.EDITOR)
    anna.set_password(PASSWORD)
    anna.save()
    page = browser_page
    page.goto(f"{live_server.url}/admin/second-factor/")
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    page.get_by_role("button", name="Set it up").click()
    assert page.locator(".qr").evaluate("image => image.naturalWidth") > 100
    page.get_by_label("Enter the six digits").fill(fitting(TOTPDevice.objects.get()))
    page.get_by_role("button", name="Turn it on").click()
    assert page.locator(".codes li").count() == 10
    TOTPDevice.objects.update(last_t=-1)
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{live_server.url}/admin/second-factor/")
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Six digits").fill(fitting(TOTPDevice.objects.get()))
    page.get_by_role("button", name="Log in").click()

    page.get_by_role("button", name="Remove the second factor").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
