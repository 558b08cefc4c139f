"""Who asks for changes and goes on from each answer's cursor misses none."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.shipments import uniting
from apps.shipments.models import LastPosition
from apps.shipments.recording import record
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.native.managing import Program, pointers

PATH = "/api/shipments"
START = "2020-01-01"


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


def read(program, since=START, **more):
    answer = program.get(PATH, {"updated_since": since, **more})
    assert answer.status_code == 200, answer.content
    return answer.json()


def tell(shipment, code, hour):
    record(shipment.pk, report(sighting(code, f"2026-03-01T{hour:02}:00:00+00:00")), now=NOW)


def references(told):
    return [one["reference"] for one in told["data"]]


def test_a_shipment_comes_once_as_it_is_now_with_the_changes_that_led_there(program, merchant):
    first, second = make_shipment(merchant), make_shipment(merchant)
    tell(first, "in_transit", 8)
    tell(second, "accepted", 8)
    tell(first, "delivered", 9)

    told = read(program)

    assert references(told) == [first.reference, second.reference]
    one = told["data"][0]
    assert (one["status"]["code"], one["version"]) == ("delivered", 2)
    assert [
        (change["version"], change["status_before"]["code"], change["status"]["code"])
        for change in one["changes"]
    ] == [(1, "unknown.no_scans", "in_transit"), (2, "in_transit", "delivered")]
    assert one["changes"][0]["recorded_at"] == "2026-03-02T12:00:00+00:00"
    assert told["has_more"] is False


def test_a_reader_goes_on_from_the_cursor_of_the_answer_before(program, merchant):
    shipment = make_shipment(merchant)
    tell(shipment, "in_transit", 8)
    first = read(program)
    nothing = read(program, first["next_cursor"])
    tell(shipment, "delivered", 9)

    then = read(program, nothing["next_cursor"])

    assert (nothing["data"], nothing["has_more"]) == ([], False)
    assert [change["version"] for change in then["data"][0]["changes"]] == [2]


def test_pages_join_without_a_gap(program, merchant):
    shipments = [make_shipment(merchant) for _ in range(5)]
    for shipment in shipments:
        tell(shipment, "in_transit", 8)

    told, since = [], START
    while True:
        page = read(program, since, limit=2)
        told += references(page)
        since = page["next_cursor"]
        if not page["has_more"]:
            break

    assert told == [one.reference for one in shipments]


def test_a_time_leads_to_what_changed_since(program, merchant):
    for hours in (48, 24, 1):
        said = report(sighting("in_transit"))
        record(make_shipment(merchant).pk, said, now=NOW - timedelta(hours=hours))

    assert len(read(program, "2026-03-01T20:00:00Z")["data"]) == 1
    assert len(read(program, "2026-03-01T20:00:00+00:00")["data"]) == 1
    assert len(read(program, "2026-02-28")["data"]) == 3
    assert read(program, "2026-03-09")["data"] == []


def test_each_merchant_reads_its_own_changes(program, merchant):
    other = make_merchant("Other")
    tell(make_shipment(other), "in_transit", 8)
    mine = make_shipment(merchant)
    tell(mine, "in_transit", 8)

    assert references(read(program)) == [mine.reference]


def test_the_cursor_of_a_merchant_without_news_moves_on_with_the_others(program):
    first = read(program)["next_cursor"]
    tell(make_shipment(make_merchant("Other")), "in_transit", 8)

    assert read(program, first)["next_cursor"] != first


def test_a_duplicate_says_what_it_was_united_with(program, merchant):
    first, other = make_shipment(merchant), make_shipment(merchant)
    tell(other, "in_transit", 8)
    uniting.unite(first.pk, other.pk, now=NOW)

    told = {one["reference"]: one["united_with"] for one in read(program)["data"]}

    assert told == {other.reference: first.reference, first.reference: None}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=", "updated_since"),
        ("updated_since=5", "updated_since"),
        ("updated_since=2026-99-01", "updated_since"),
        ("updated_since=" + "x" * 2000, "updated_since"),
        ("updated_since=2026-01-01&updated_since=2026-01-02", "updated_since"),
        ("updated_since=2026-01-01&status=delivered", "status"),
        ("updated_since=2026-01-01&limit=0", "limit"),
        ("updated_since=2026-01-01&cursor=x", "cursor"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(program, query, name):
    answer = program.get(f"{PATH}?{query}")

    assert (answer.status_code, pointers(answer)) == (422, {f"/{name}"})


def test_the_cursor_of_a_list_is_none_of_the_changes(program, merchant):
    for _ in range(2):
        make_shipment(merchant)
    cursor = program.get(PATH, {"limit": 1}).json()["next_cursor"]

    assert program.get(PATH, {"updated_since": cursor}).status_code == 422


def test_a_cursor_ahead_of_everything_is_gone(program, merchant):
    tell(make_shipment(merchant), "in_transit", 8)
    cursor = read(program)["next_cursor"]
    LastPosition.objects.update(position=0)

    answer = program.get(PATH, {"updated_since": cursor})

    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_expired")


def test_reading_on_takes_as_many_statements_however_much_there_is(program, merchant):
    tell(make_shipment(merchant), "in_transit", 8)
    since = read(program)["next_cursor"]
    counts = []
    for count in (1, 30):
        for _ in range(count):
            tell(make_shipment(merchant), "in_transit", 8)
        read(program)
        with CaptureQueriesContext(connection) as queries:
            assert len(read(program, since, limit=100)["data"]) >= count
        counts.append(len(queries))

    # The key, its call counted; changes without a position, the last one, ours; four to tell them.
    assert counts == [9, 9]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_change_that_becomes_visible_late_is_not_missed():
    merchant = make_merchant()
    program = Program(merchant)
    slow, quick = make_shipment(merchant), make_shipment(merchant)
    if connection.vendor == "sqlite":
        # Writers queue there, so what began first is there first.
        tell(slow, "in_transit", 8)
        tell(quick, "in_transit", 8)
        assert references(read(program)) == [slow.reference, quick.reference]
        return
    is_written, may_end = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            tell(slow, "in_transit", 8)
            is_written.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=write_slowly)
    thread.start()
    is_written.wait(10)
    tell(quick, "in_transit", 8)
    first = read(program)
    may_end.set()
    thread.join()

    assert references(first) == [quick.reference]
    assert references(read(program, first["next_cursor"])) == [slow.reference]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_reader_who_polls_while_many_write_reads_every_change_once():
    merchant = make_merchant()
    program = Program(merchant)
    shipments = [make_shipment(merchant) for _ in range(12)]

    def write(some):
        for hour in (8, 9, 10):
            for shipment in some:
                tell(shipment, "in_transit", hour)
        connection.close()

    threads = [threading.Thread(target=write, args=(shipments[n::3],)) for n in range(3)]
    for thread in threads:
        thread.start()
    seen, since = [], START
    while True:
        is_over = not any(thread.is_alive() for thread in threads)
        page = read(program, since, limit=5)
        seen += [
            (one["reference"], change["version"])
            for one in page["data"]
            for change in one["changes"]
        ]
        since = page["next_cursor"]
        if is_over and not page["has_more"]:
            break
    for thread in threads:
        thread.join()

    assert sorted(seen) == sorted((one.reference, n) for one in shipments for n in (1, 2, 3))
