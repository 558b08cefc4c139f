"""Staff upload a table of events: it is checked, and recorded once they say so."""

import os
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from apps.desk.models import Role
from apps.providers.models import Heard, Misfit
from apps.providers.uploading import MOST_BYTES
from apps.shipments.models import Event
from tests.desk.seating import seat
from tests.providers.making import make_account
from tests.providers.tables import HEADER, make_taker, row, table
from tests.providers.test_import_events import codes, gives_up

TOOL = "Upload events"
NAME = "Jane Roe"


@pytest.fixture
def staff(client, db):
    client.force_login(User.objects.create_superuser("staff"))
    return client


@pytest.fixture
def account(db):
    return make_taker("AB1", "CD2")


def page_of(account):
    return f"/admin/providers/account/{account.pk}/upload/"


def check(client, account, payload, name="events.csv"):
    return client.post(page_of(account), {"file": SimpleUploadedFile(name, payload)})


def sealed_in(answer):
    found = re.search(r'name="checked" value="([^"]*)"', answer.text)
    return found[1] if found else ""


def record(client, account, answer):
    return client.post(page_of(account), {"checked": sealed_in(answer)})


def content_of(answer):
    return answer.text.split('id="content"')[1]


def cells(answer):
    """Return the text of the tables on the page, cell by cell."""
    found = re.findall(r"<t[dh]\b[^>]*>(?:<bdi>)?(.*?)(?:</bdi>)?</t[dh]>", content_of(answer))
    return [cell.replace("&#x27;", "'") for cell in found]


def told(answer):
    return re.findall(r"<li>(.*?)</li>", answer.text.split('class="errornote"')[-1])


def test_an_account_of_our_own_format_has_the_tool(staff, account):
    html = staff.get(f"/admin/providers/account/{account.pk}/change/").text

    assert f'<a href="{page_of(account)}" class="addlink">{TOOL}</a>' in html


@pytest.mark.parametrize("fields", [{"is_active": False}, {"kind": "shipstation"}])
def test_no_other_account_has_the_tool_or_the_page(staff, account, fields):
    for name, value in fields.items():
        setattr(account, name, value)
    account.save()

    assert TOOL not in staff.get(f"/admin/providers/account/{account.pk}/change/").text
    assert staff.get(page_of(account)).status_code == 404


def test_the_page_names_the_columns(staff, account):
    html = staff.get(page_of(account)).text

    assert "Columns: tracking_number, code, occurred_at." in html
    assert "longitude" in html


def test_a_table_is_checked_and_nothing_recorded(staff, account):
    answer = check(staff, account, table(row("AB1"), row("ZZ9"), row("CD2", "moon")))

    assert cells(answer) == [
        "Lines",
        "3",
        "Lines that can be recorded",
        "1",
        "Shipments they are about",
        "1",
        "Where",
        "Why",
        "line 3, tracking_number",
        "none of the merchant's parcels has this number",
        "line 4, code",
        "`moon` is not one of the codes",
    ]
    assert not any(model.objects.exists() for model in (Event, Heard, Misfit, LogEntry))


def test_what_was_checked_is_recorded(staff, account):
    checked = check(staff, account, table(row("AB1"), row("ZZ9"), row("CD2", "delivered")))

    answer = record(staff, account, checked)

    assert cells(answer)[:4] == ["Lines", "3", "Lines recorded", "2"]
    assert sealed_in(answer) == ""
    assert codes() == ["delivered", "in_transit"]
    assert "2 lines recorded" in LogEntry.objects.get().change_message


def test_bytes_are_carried_from_step_to_step_unchanged(staff, account):
    text = '"=1+1, ""caf\xe9"" \u2603'

    record(staff, account, check(staff, account, table(row("AB1", description=text + '"'))))

    assert Event.objects.get().description == '=1+1, "caf\xe9" \u2603'


def test_recording_twice_changes_nothing(staff, account):
    checked = check(staff, account, table(row("AB1")))

    record(staff, account, checked)
    record(staff, account, checked)

    assert Event.objects.count() == 1


def test_a_table_without_a_good_line_cannot_be_recorded(staff, account):
    answer = check(staff, account, table(row("ZZ9")))

    assert sealed_in(answer) == ""
    assert "line 2, tracking_number" in cells(answer)


def test_of_many_bad_lines_the_first_are_shown_and_the_rest_counted(staff, account):
    answer = check(staff, account, table(row("AB1"), *[row("ZZ9")] * 150))

    assert cells(answer)[-1] == "and 50 more"


def test_ten_thousand_lines_are_checked_and_recorded(staff, account):
    lines = [row(f"{'AB1' if n % 2 else 'CD2'}", description=f"Scan {n}") for n in range(10_000)]

    answer = record(staff, account, check(staff, account, table(*lines)))

    assert cells(answer)[:6] == [
        "Lines",
        "10000",
        "Lines recorded",
        "10000",
        "Shipments they are about",
        "2",
    ]
    assert Event.objects.count() == 10_000


WRONG = {
    "empty": (b"", "The submitted file is empty."),
    "no table": (b"\x89PNG\r\n", "line 1: is not UTF-8; save the table as UTF-8"),
    "UTF-16": (HEADER.encode("utf-16"), "line 1: is not UTF-8; save the table as UTF-8"),
    "NULs": (b"\0" * 200_000, "line 1: has a cell of more than 131072 characters"),
    "a header only": (HEADER.encode(), "line 2: is missing: there are no events"),
    "too large": (b"x" * (MOST_BYTES + 1), "A file may have at most 10 MB. Divide it."),
    "hostile names": (
        f"{HEADER},<script>alert(1)</script>".encode(),
        "line 1: has a column we do not know: `&lt;script&gt;alert(1)&lt;/script&gt;`",
    ),
}


@pytest.mark.parametrize(("payload", "reason"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_read_is_refused_with_its_reason(staff, account, payload, reason):
    answer = check(staff, account, payload)

    assert answer.status_code == 200
    assert told(answer) == [reason]
    assert sealed_in(answer) == ""


def test_a_hundred_thousand_columns_get_a_short_answer(staff, account):
    answer = check(staff, account, b"a," * 100_000)

    assert len(told(answer)) < 30


def test_what_would_not_fit_the_second_form_is_refused(staff, account, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    rows = [row("AB1", description=os.urandom(1000).hex()) for _ in range(100)]

    answer = check(staff, account, table(*rows))

    assert told(answer) == ["It is too large for this page. Use manage.py import_events."]


@pytest.mark.parametrize("said", [{}, {"file": "words"}])
def test_a_step_without_a_file_is_asked_for_one(staff, account, said):
    assert told(staff.post(page_of(account), said)) == ["This field is required."]


def test_what_nobody_checked_is_not_recorded(staff, account):
    other = make_account(kind="generic", merchant=account.merchant)
    elsewhere = sealed_in(check(staff, other, table(row("AB1"))))
    forged = signing.dumps(table(row("AB1")).decode(), key="x" * 50)

    for sealed in ("", "x", ".", "\x00", elsewhere, forged, elsewhere[:-1]):
        answer = staff.post(page_of(account), {"checked": sealed})
        assert answer.status_code == 200
        assert len(told(answer)) == 1
    assert not Event.objects.exists()


def test_a_check_is_good_for_an_hour(staff, account, settings):
    sealed = sealed_in(check(staff, account, table(row("AB1"))))
    body, _, signature = sealed.rpartition(":")
    old = signing.TimestampSigner(salt=f"providers.upload.{account.pk}")
    old.timestamp = lambda: signing.b62_encode(1)

    for one in (f"{body}:{signature}", old.sign(body.rpartition(":")[0])):
        answer = staff.post(page_of(account), {"checked": one})

    assert told(answer) == ["It was checked too long ago. Choose it again."]
    assert Event.objects.count() == 1


def test_a_database_that_gives_up_is_told_and_can_be_asked_again(staff, account):
    checked = check(staff, account, table(row("AB1")))

    with connection.execute_wrapper(gives_up):
        answer = record(staff, account, checked)
    again = record(staff, account, answer)

    assert "The database gave up." in answer.text
    assert cells(again)[:4] == ["Lines", "1", "Lines recorded", "1"]


def test_an_error_page_shows_nothing_of_the_table_even_with_debug(staff, account, settings):
    settings.DEBUG = True
    staff.raise_request_exception = False

    with connection.execute_wrapper(breaks):
        answer = check(staff, account, table(row("AB1", description=NAME)))

    assert answer.status_code == 500
    assert "a fault of ours" in answer.text
    assert NAME not in answer.text


def breaks(execute, sql, params, many, context):
    if "providers_watch" in sql:
        raise RuntimeError("a fault of ours")
    return execute(sql, params, many, context)


def test_who_may_only_look_uploads_nothing(client, account):
    client.force_login(seat(account.merchant, role=Role.VIEWER))

    assert TOOL not in client.get(f"/admin/providers/account/{account.pk}/change/").text
    assert client.get(page_of(account)).status_code == 403
    assert check(client, account, table(row("AB1"))).status_code == 403


def test_who_has_no_seat_uploads_nothing(client, account):
    client.force_login(User.objects.create_user("guest", is_staff=True))

    assert client.get(page_of(account)).status_code == 403
    assert check(client, account, table(row("AB1"))).status_code == 403


def test_strangers_are_sent_to_log_in(client, account):
    assert check(client, account, table(row("AB1"))).headers["Location"].startswith("/admin/login/")


def test_the_page_has_no_scripts_or_styles_of_its_own(staff, account):
    for answer in (staff.get(page_of(account)), check(staff, account, table(row("AB1")))):
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", answer.text)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", answer.text))
