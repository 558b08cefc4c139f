"""The list of a merchant's shipments, narrowed down and leafed through."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.shipments.models import Recipient, Shipment
from apps.shipments.reports import LegReport, NumberReport
from tests.builders import make_merchant, make_shipment, report, sighting
from tests.native.managing import Program, pointers

PATH = "/api/shipments"
DAY = timedelta(days=1)


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def shipments(merchant):
    """A parcel on its way, one that arrived, and one of long ago that nobody has scanned."""
    now = datetime.now(UTC)
    going = parcel(merchant, "in_transit", "AB1", "ups", order_reference="7", channel="de")
    arrived = parcel(merchant, "delivered.signed", "AB2", "dhl", custom_reference="C", channel="fr")
    old = make_shipment(merchant)
    Recipient.objects.create(shipment=going, email="P.Jones@example.com")
    for shipment, age in ((going, 1), (arrived, 2), (old, 90)):
        Shipment.objects.filter(pk=shipment.pk).update(created_at=now - age * DAY)
    return {"going": going.reference, "arrived": arrived.reference, "old": old.reference}


def parcel(merchant, code, number, carrier, **fields):
    said = report(sighting(code), legs=(LegReport(carrier),), numbers=(NumberReport(number, 0),))
    return make_shipment(merchant, said, **fields)


def ago(days):
    return (datetime.now(UTC) - days * DAY).isoformat()


def test_all_are_listed_the_newest_first(program, shipments):
    told = program.get(PATH).json()

    assert [one["reference"] for one in told["data"]] == list(shipments.values())
    assert told["next_cursor"] is None
    first = told["data"][0]
    assert first["status"]["code"] == "in_transit"
    assert first["tracking_numbers"] == [{"tracking_number": "AB1", "carrier_code": "ups"}]
    assert not {"events", "recipient", "promises", "legs"} & set(first)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"order_reference": "7"}, ["going"]),
        ({"custom_reference": "C"}, ["arrived"]),
        ({"custom_reference": "c"}, []),
        ({"tracking_number": " ab-1"}, ["going"]),
        ({"email": "p.jones@EXAMPLE.com"}, ["going"]),
        ({"status": "delivered"}, ["arrived"]),
        ({"status": "delivered.signed"}, ["arrived"]),
        ({"status": "delivered.neighbour"}, []),
        ({"is_open": "true"}, ["going", "old"]),
        ({"is_open": "false"}, ["arrived"]),
        ({"is_open": "true", "status": "delivered"}, []),
        ({"created_since": ago(30)}, ["going", "arrived"]),
        ({"created_before": ago(30)}, ["old"]),
        ({"created_before": ago(1.5), "created_since": ago(30)}, ["arrived"]),
        ({"carrier_code": "ups", "created_since": ago(30)}, ["going"]),
        ({"carrier_code": "UPS", "order_reference": "7"}, ["going"]),
        ({"carrier_code": "nobody", "created_since": ago(30)}, []),
        ({"channel": "fr", "created_since": ago(30)}, ["arrived"]),
        ({"channel": "fr", "tracking_number": "AB1"}, []),
    ],
)
def test_the_list_is_narrowed_down(program, shipments, query, names):
    answer = program.get(PATH, query)

    assert answer.status_code == 200, answer.content
    assert [one["reference"] for one in answer.json()["data"]] == [shipments[n] for n in names]


def test_a_plus_that_was_not_escaped_is_a_plus(program, shipments):
    answer = program.get(f"{PATH}?created_since={ago(30)}")

    assert "+" in ago(30)
    assert len(answer.json()["data"]) == 2


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=nonsense", {"status"}),
        ("status=", {"status"}),
        ("is_open=1", {"is_open"}),
        ("tracking_number=-", {"tracking_number"}),
        ("tracking_number=" + "1" * 101, {"tracking_number"}),
        ("order_reference=%00", {"order_reference"}),
        ("order_reference=%20", {"order_reference"}),
        ("created_since=yesterday", {"created_since"}),
        ("created_since=2026-03-01T10:00:00", {"created_since"}),
        ("created_before=2026-13-01", {"created_before"}),
        ("created_before=0001-01-01", {"created_before"}),
        ("colour=red", {"colour"}),
        ("order_reference=1&order_reference=2", {"order_reference"}),
        ("limit=0", {"limit"}),
        ("limit=101", {"limit"}),
        ("cursor=x", {"cursor"}),
        ("cursor=", {"cursor"}),
        ("status=x&is_open=x&created_since=x", {"status", "is_open", "created_since"}),
        ("channel=de", {"created_since"}),
        ("carrier_code=ups&status=delivered", {"created_since"}),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(program, shipments, query, names):
    answer = program.get(f"{PATH}?{query}")

    assert (answer.status_code, pointers(answer)) == (422, {f"/{name}" for name in names})


def test_a_status_is_told_with_what_resembles_it(program):
    assert "`in_transit`" in program.get(f"{PATH}?status=intransit").json()["errors"][0]["detail"]


def test_pages_join_without_a_gap_though_more_come(program, merchant):
    made = [make_shipment(merchant).reference for _ in range(5)]

    page = program.get(PATH, {"limit": 2}).json()
    found = page["data"]
    make_shipment(merchant)
    while page["next_cursor"]:
        page = program.get(PATH, {"limit": 2, "cursor": page["next_cursor"]}).json()
        found += page["data"]

    assert [one["reference"] for one in found] == made[::-1]


def test_a_cursor_of_another_list_is_none_of_this_one(program, merchant):
    make_shipment(merchant)
    cursor = program.get(PATH, {"updated_since": "2020-01-01"}).json()["next_cursor"]

    answer = program.get(PATH, {"cursor": cursor})

    assert (answer.status_code, pointers(answer)) == (422, {"/cursor"})


def test_each_merchant_sees_its_own(program, shipments):
    other = Program(make_merchant("Other"))

    assert other.get(PATH).json()["data"] == []
    assert other.get(PATH, {"tracking_number": "AB1"}).json()["data"] == []
    assert other.get(PATH, {"email": "p.jones@example.com"}).json()["data"] == []


def test_a_page_takes_as_many_statements_however_many_it_shows(program, merchant):
    counts = []
    for count in (2, 40):
        for n in range(count):
            parcel(merchant, "in_transit", f"N{n}", "ups")
        program.get("/api/key")
        with CaptureQueriesContext(connection) as queries:
            assert len(program.get(PATH, {"limit": 100}).json()["data"]) >= count
        counts.append(len(queries))

    # The key, its call counted, the page, and three for what it shows.
    assert counts == [6, 6]


def test_a_key_that_only_writes_lists_nothing(merchant):
    assert Program(merchant, ("write",)).get(PATH).status_code == 403
