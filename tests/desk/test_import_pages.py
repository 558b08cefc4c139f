"""Handing over a table in the browser, and who may."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.desk import import_tables
from apps.desk.models import Membership, Role, Run
from tests.builders import NOW, make_merchant
from tests.desk.seating import seat
from tests.desk.tables import csv_of
from tests.desk.taking import ROW, imported, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return seat(make_merchant())


@pytest.fixture
def acme(anna):
    return Membership.objects.get(user=anna).merchant


# Pages


@pytest.fixture
def web(client, anna):
    client.force_login(anna)
    return client


def hand_over(web, payload=None, name="shop.csv", **more):
    acme = Membership.objects.values_list("merchant", flat=True).first()
    file = SimpleUploadedFile(name, csv_of(ROW) if payload is None else payload)
    return web.post(reverse("admin:import"), {"merchant": acme, "file": file, **more})


def test_a_file_is_handed_over_checked_and_imported_in_the_browser(web):
    answer = hand_over(web)
    run = Run.objects.get()
    assert answer.url == reverse("admin:run", args=[run.pk])
    assert b"waiting for a worker" in web.get(answer.url).content
    worked(run)
    assert b"Import 1 shipment" in web.get(answer.url).content

    web.post(reverse("admin:run_apply", args=[run.pk]))
    worked(run)

    assert b"1 shipment was imported" in web.get(answer.url).content
    entries = LogEntry.objects.filter(object_id=str(run.pk), content_type__model="run")
    handed_over, approved = (entry.change_message for entry in entries.order_by("pk"))
    assert handed_over == "Handed over “shop.csv” to be checked."
    assert "“waiting for your word” → “being done”" in approved


def test_a_busy_run_is_asked_for_again_in_part(web):
    hand_over(web)
    address = reverse("admin:run", args=[Run.objects.get().pk])

    part = web.get(address, headers={"hx-request": "true"}).content

    assert b"hx-trigger" in part
    assert b"<html" not in part


def test_mistakes_are_shown_and_downloaded_with_what_to_do(web):
    payload = csv_of(ROW, ("R2", "=A2", "N2", "dhl", "=cmd|'/c calc'!A0"))
    hand_over(web, payload)
    run = worked(Run.objects.get())

    page = web.get(reverse("admin:run", args=[run.pk])).content.decode()
    file = web.get(reverse("admin:run_errors", args=[run.pk]))
    text = b"".join(file.streaming_content).decode("utf-8-sig")

    assert "is no e-mail address" in page
    assert "<script>" not in page
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "R2,'=A2,N2,dhl,'=cmd|'/c calc'!A0,,,3,E-mail is no e-mail address" in text


def test_a_table_with_mistakes_is_not_applied_without_a_tick(web):
    hand_over(web, csv_of(ROW, ("R2", "A2", "N2", "dhl", "no")))
    run = worked(Run.objects.get())
    apply = reverse("admin:run_apply", args=[run.pk])

    web.post(apply)
    run.refresh_from_db()
    assert run.state == "checked"
    web.post(apply, {"leave_out": "yes"})

    assert worked(run).state == "done"


def test_a_file_that_is_too_large_or_missing_is_refused_on_the_page(web):
    large = hand_over(web, b"x" * (import_tables.MOST_BYTES + 1))

    assert import_tables.TOO_LARGE.encode() in large.content
    assert b"required" in web.post(reverse("admin:import"), {}).content
    assert not Run.objects.exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_can_be_imported_as_it_is(kind, web, anna):
    answer = web.get(reverse("admin:import_template", args=[kind]))
    payload = b"".join(answer.streaming_content)

    assert imported(payload, anna).found["created"] == 1


def test_a_template_of_another_kind_is_not_found(web):
    assert web.get(reverse("admin:import_template", args=["exe"])).status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_who_may_only_look_imports_and_decides_nothing(role, client, acme):
    run = Run.objects.create(
        kind="import", merchant=acme, made_at=NOW, changed_at=NOW, state="checked"
    )
    client.force_login(seat(acme, "vera", role))

    assert client.get(reverse("admin:run", args=[run.pk])).status_code == 200
    assert client.get(reverse("admin:import")).status_code == 403
    assert client.get(reverse("admin:run_errors", args=[run.pk])).status_code == 403
    assert client.post(reverse("admin:run_apply", args=[run.pk])).status_code == 403


def test_nothing_of_another_merchants_run_shows(web):
    other = make_merchant("Other")
    run = Run.objects.create(
        kind="import", merchant=other, made_at=NOW, changed_at=NOW, state="checked"
    )

    for name in ("run", "run_errors"):
        assert web.get(reverse(f"admin:{name}", args=[run.pk])).status_code == 404
    for name in ("run_apply", "run_drop", "run_retry"):
        assert web.post(reverse(f"admin:{name}", args=[run.pk])).status_code == 404
    assert b"Other" not in web.get(reverse("admin:runs")).content
    assert hand_over(web, merchant=other.pk).status_code == 200
    run.refresh_from_db()
    assert (run.state, Run.objects.count()) == ("checked", 1)


def test_the_list_of_runs_costs_the_same_however_many_there_are(
    web, acme, django_assert_max_num_queries
):
    assert b"There are none yet" in web.get(reverse("admin:runs")).content
    for n in range(35):
        moment = NOW + timedelta(minutes=n)
        Run.objects.create(kind="import", merchant=acme, made_at=moment, changed_at=moment)

    with django_assert_max_num_queries(8):
        first = web.get(reverse("admin:runs")).content.decode()
    oldest = first.rpartition("?before=")[2].partition('"')[0]
    second = web.get(reverse("admin:runs"), {"before": oldest}).content.decode()

    assert first.count("/admin/runs/") - second.count("/admin/runs/") == 25
    assert "Older ones" not in second


def test_a_run_may_be_dropped_and_tried_again(web, acme):
    run = Run.objects.create(
        kind="import", merchant=acme, made_at=NOW, changed_at=NOW, state="failed", failure="No."
    )
    web.post(reverse("admin:run_retry", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "checking"

    web.post(reverse("admin:run_drop", args=[run.pk]))
    late = web.post(reverse("admin:run_apply", args=[run.pk]), follow=True)

    run.refresh_from_db()
    assert run.state == "dropped"
    assert b"too late" in late.content
