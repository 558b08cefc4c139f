"""What staff look for: how bad it is, since when, whether it is open, when it is due."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import transaction

from apps.shipments import recording, shelves
from apps.shipments.models import Carrier, Promise, Shipment
from apps.shipments.reports import PromiseReport
from apps.shipments.status import STATUSES, Severity
from tests.builders import NOW, at, make_merchant, make_shipment, report, sighting
from tests.shipments.crowd import COUNT, HOUR, crowd, plan_of, read_whole

pytestmark = pytest.mark.django_db

__all__ = ["crowd"]


def record(shipment, *sightings, now=NOW, **fields):
    recording.record(shipment.pk, report(*sightings, **fields), now=now)
    shipment.refresh_from_db()


def looks(shipment):
    return shipment.code, shipment.severity, shipment.is_open


@pytest.mark.parametrize(
    ("code", "severity", "is_open"),
    [
        ("in_transit", 1, True),
        ("attempted", 2, True),
        ("exception.address", 3, True),
        ("delivered", 1, False),
        ("exception.lost", 3, False),
        ("returned", 1, False),
        ("cancelled", 0, False),
    ],
)
def test_a_recorded_status_says_how_bad_it_is_and_whether_news_may_come(code, severity, is_open):
    shipment = make_shipment(report=report(sighting(code)))

    assert looks(shipment) == (code, severity, is_open)


def test_every_code_has_the_number_of_its_severity_unless_nothing_is_left_to_do():
    merchant = make_merchant()
    codes = [code for code in STATUSES if not code.startswith("info") and "unmapped" not in code]

    for code in codes:
        shipment = make_shipment(merchant, report(sighting(code)))
        status = STATUSES[shipment.code]
        expected = Severity.OK if status.code == "returned" else status.severity
        assert list(Severity)[shipment.severity] == expected
        assert shipment.is_open is not status.is_terminal


def test_a_code_holds_since_it_changed_and_not_since_the_last_scan():
    shipment = make_shipment(report=report(sighting("attempted")))

    record(shipment, sighting("attempted", "2026-03-01T11:00:00+00:00"), now=NOW + HOUR)

    assert (shipment.version, shipment.code_since) == (2, NOW)


def test_a_changed_code_holds_from_now_on():
    shipment = make_shipment(report=report(sighting("attempted")))

    record(shipment, sighting("delivered", "2026-03-01T11:00:00+00:00"), now=NOW + HOUR)

    assert shipment.code_since == NOW + HOUR


def test_a_parcel_is_due_by_the_promise_said_last():
    shipment = make_shipment()

    for day in (4, 6, 5):
        record(shipment, promise=PromiseReport(until=at(f"2026-03-0{day}T18:00:00+00:00")))

    assert shipment.due_at == datetime(2026, 3, 5, 18, tzinfo=UTC)


def test_a_report_without_a_promise_leaves_the_due_time():
    until = at("2026-03-04T18:00:00+00:00")
    shipment = make_shipment(report=report(promise=PromiseReport(until=until)))

    record(shipment, sighting("in_transit"))

    assert shipment.due_at == until.instant


def test_a_promised_day_ends_with_that_day():
    until = at("2026-03-04T00:00:00+00:00", is_date_only=True)

    shipment = make_shipment(report=report(promise=PromiseReport(until=until)))

    assert shipment.due_at == until.instant + timedelta(days=1)


def test_days_promised_before_the_queues_were_made_end_with_the_day_too():
    day, hour = at("2026-03-04T00:00:00Z", is_date_only=True), at("2026-03-04T18:00:00Z")
    merchant = make_merchant()
    by_day = make_shipment(merchant, report(promise=PromiseReport(until=day)))
    by_hour = make_shipment(merchant, report(promise=PromiseReport(until=hour)))
    Shipment.objects.filter(pk=by_day.pk).update(due_at=day.instant)

    import_module("apps.shipments.migrations.0006_queues").end_days(apps, None)

    by_day.refresh_from_db()
    by_hour.refresh_from_db()
    assert by_day.due_at == day.instant + timedelta(days=1)
    assert by_hour.due_at == hour.instant


def test_a_promise_for_the_last_day_of_all_can_be_recorded():
    until = at("9999-12-31T00:00:00+00:00", is_date_only=True)

    shipment = make_shipment(report=report(promise=PromiseReport(until=until)))

    assert shipment.due_at.year == 9999
    assert Promise.objects.get().ends_at >= until.instant


def a_page(found, merchant=None):
    """Return one page as staff see it, of one merchant or of all."""
    return (found.filter(merchant_id=merchant.pk) if merchant else found)[:50]


LISTS = {
    "problems": (shelves.problems, "shipment_problem"),
    "silent": (lambda: shelves.silent(NOW - 100 * HOUR), "shipment_silent"),
    "late": (lambda: shelves.late(NOW), "shipment_late"),
    "newest": (shelves.newest, "shipment_newest"),
}
SIFTED = {
    "a status": shelves.of_code("attempted"),
    "a milestone": shelves.of_code("exception"),
    "the common milestone": shelves.of_code("delivered"),
    "an age": shelves.registered(before=NOW - 1_000 * HOUR),
    "a short age": shelves.registered(since=NOW - 100 * HOUR),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_along_an_index_of_its_own(crowd, name):
    found, index = LISTS[name]

    pages = [a_page(found(), merchant) for merchant in (None, *crowd)]

    assert all(index in plan_of(page) for page in pages)
    assert not any(read_whole(page) for page in pages)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_all_merchants_is_not_sorted_as_a_whole(crowd, name):
    found, index = LISTS[name]

    plan = plan_of(a_page(found()))

    assert f"{index}_of_all" in plan
    assert "Sort" not in plan.replace("Incremental Sort", "")
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("by", SIFTED)
def test_no_list_reads_all_shipments_however_it_is_narrowed_down(crowd, by):
    pages = {
        (name, merchant): a_page(found().filter(SIFTED[by]), merchant)
        for name, (found, _) in LISTS.items()
        for merchant in (None, *crowd)
    }

    assert [which for which, page in pages.items() if read_whole(page)] == []


@pytest.mark.parametrize("carrier", ["ups", "elta", "acme_vans", "nobody"])
def test_no_list_of_a_carrier_reads_all_shipments(crowd, carrier):
    pages = {
        (name, merchant): a_page(found().filter(shelves.of_carrier(carrier)), merchant)
        for name, (found, _) in LISTS.items()
        for merchant in (None, crowd[0])
    }

    assert [which for which, page in pages.items() if read_whole(page)] == []
    # Of six thousand parcels all legs may be read for a carrier that has nearly all of them.
    read = [which for which, page in pages.items() if read_whole(page, "shipments_leg")]
    assert carrier == "ups" or read == []


def test_problems_come_worst_first_and_then_the_longest_so(crowd):
    found = list(shelves.problems().values_list("severity", "code_since", "is_open"))

    assert {severity for severity, *_ in found} == {2, 3}
    assert {is_open for severity, _, is_open in found if severity == 3} == {True, False}
    assert found == sorted(found, key=lambda row: (-row[0], row[1]))


def test_silent_parcels_were_scanned_before_and_the_longest_silent_come_first(crowd):
    before = NOW - 100 * HOUR

    scans = list(shelves.silent(before).values_list("last_scan_at", flat=True))

    everything = Shipment.objects.filter(is_open=True, last_scan_at__lt=before)
    assert scans == sorted(scans)
    assert len(scans) == everything.count() > 0


def test_a_parcel_nobody_has_scanned_is_not_silent(crowd):
    assert not shelves.silent(NOW).filter(code="pre_transit").exists()


def test_late_parcels_are_open_and_the_longest_overdue_come_first(crowd):
    found = list(shelves.late(NOW).values_list("due_at", "is_open"))

    assert found == sorted(found)
    assert found[-1][0] < NOW
    assert all(is_open for _, is_open in found)


def test_newest_parcels_come_first(crowd):
    created = list(shelves.newest().values_list("created_at", flat=True)[:100])

    assert created == sorted(created, reverse=True)


def test_a_duplicate_that_was_united_is_on_no_list(crowd):
    with transaction.atomic():
        one, other = shelves.problems()[:2]
        Shipment.objects.filter(pk=one.pk).update(merged_into=other)
        far = NOW + timedelta(days=9999)

        lists = [shelves.problems(), shelves.silent(far), shelves.late(far), shelves.newest()]

        assert [found.filter(pk=one.pk).exists() for found in lists] == [False] * 4
        transaction.set_rollback(True)


def codes_of(code):
    return set(shelves.newest().filter(shelves.of_code(code)).values_list("code", flat=True))


def test_a_milestone_stands_for_all_its_details_and_a_detail_for_itself(crowd):
    assert codes_of("exception") == {"exception.address", "exception.lost"}
    assert codes_of("exception.lost") == {"exception.lost"}
    assert codes_of("delivered") == {"delivered", "delivered.neighbour"}
    assert codes_of("delivered.neighbour") == {"delivered.neighbour"}
    assert codes_of("in_transit") == {"in_transit"}


@pytest.mark.parametrize("code", ["", "nonsense", "excep", "exception.", "\0"])
def test_an_unknown_code_finds_nothing(crowd, code):
    assert codes_of(code) == set()


def test_a_part_of_several_that_was_delivered_is_found_by_its_milestone(crowd):
    with transaction.atomic():
        one = Shipment.objects.filter(code="in_transit").first()
        Shipment.objects.filter(pk=one.pk).update(code="delivered.partial")

        assert codes_of("delivered.partial") == {"delivered.partial"}
        assert "delivered.partial" in codes_of("delivered")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("code", "count"),
    [("elta", 12), ("ELTA", 12), ("acme_vans", 6), ("nobody", 0), ("ups", 5_982)],
)
def test_a_carrier_is_found_through_the_legs(crowd, code, count):
    assert shelves.newest().filter(shelves.of_carrier(code)).count() == count


def test_a_carrier_is_found_by_any_of_its_names(crowd):
    Carrier.objects.get(code="elta").names.create(code="elta_alias", name="Alias")

    assert shelves.newest().filter(shelves.of_carrier("elta_alias")).count() == 12


def test_an_age_is_from_one_moment_on_and_before_the_other(crowd):
    since, before = NOW - 10 * HOUR, NOW - 4 * HOUR

    found = shelves.newest().filter(shelves.registered(since=since, before=before))

    assert [(NOW - one.created_at) // HOUR for one in found] == [5, 6, 7, 8, 9, 10]
    assert shelves.newest().filter(shelves.registered()).count() == COUNT
