"""Up to a thousand shipments are registered at once."""

import threading

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from apps.mails.models import Subscription
from apps.shipments.models import Recipient, Shipment, TrackingNumber
from tests.builders import make_merchant, make_shipment
from tests.native.managing import Program, pointers

PATH = "/api/shipments/batch"
TAKEN = "sp_00000000000000000000000000000007"


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


def results(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def test_the_good_ones_are_registered_and_the_others_are_told(program):
    make_shipment(make_merchant("Other"), reference=TAKEN)
    rows = [
        {"custom_reference": "A"},
        {"custom_reference": "B", "recipient": {"country": "XX"}, "items": [{"quantity": -1}]},
        {"reference": TAKEN},
        7,
        {"custom_reference": "E", "reference": "EC-4DF-002-9QX"},
        {"custom_reference": "F", "reference": "EC-4DF-002-9QX"},
        {"custom_reference": "G", "subscribe": {"email": "g@example.com", "language": "xx"}},
    ]

    told = results(program.post(PATH, {"shipments": rows}))

    assert [one["index"] for one in told] == list(range(7))
    states = [one["status"] for one in told]
    assert states == ["created", *["refused"] * 3, "created", *["refused"] * 2]
    assert [[fault["pointer"] for fault in one["errors"]] for one in told] == [
        [],
        ["/shipments/1/recipient/country", "/shipments/1/items/0/quantity"],
        ["/shipments/2/reference"],
        ["/shipments/3"],
        [],
        ["/shipments/5/reference"],
        ["/shipments/6/subscribe/language"],
    ]
    assert [one["shipment"] and one["shipment"]["custom_reference"] for one in told] == [
        "A",
        None,
        None,
        None,
        "E",
        None,
        None,
    ]
    assert Shipment.objects.count() == 3


def test_each_result_is_of_its_own_row(program):
    rows = [{"order_reference": str(n), "tracking_numbers": [number(n)]} for n in range(30)]

    told = results(program.post(PATH, {"shipments": rows}))

    assert [one["shipment"]["order_reference"] for one in told] == [str(n) for n in range(30)]
    assert [one["shipment"]["tracking_numbers"] for one in told] == [[number(n)] for n in range(30)]


def number(n):
    return {"tracking_number": f"9400{n:06}", "carrier_code": "usps"}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"shipments": []}, "/shipments"),
        ({"shipments": [{}] * 1001}, "/shipments"),
        ({"shipments": {}}, "/shipments"),
        ({"shipments": [{}], "mode": "fast"}, ""),
        ({"shipments": [{"items": [{}] * 500}] * 41}, "/shipments"),
    ],
)
def test_what_is_no_batch_is_refused_as_a_whole(program, body, pointer):
    answer = program.post(PATH, body)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})
    assert not Shipment.objects.exists()


def statements(program, count):
    rows = [
        {
            "custom_reference": f"C{n}",
            "tracking_numbers": [number(n)],
            "recipient": {"email": f"p{n}@example.com"},
            "items": [{"description": "Mug"}],
            "subscribe": {},
            "promised_on": "2026-03-05",
        }
        for n in range(count)
    ]
    with CaptureQueriesContext(connection) as queries:
        told = results(program.post(PATH, {"shipments": rows}))
    assert all(one["status"] == "created" for one in told)
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


def test_a_hundred_take_as_many_statements_as_two(program):
    program.post(PATH, {"shipments": [{}]})

    two, hundred = statements(program, 2), statements(program, 100)

    # SQLite takes so many values a statement, so it takes a few more.
    assert hundred <= two + (0 if connection.vendor == "postgresql" else 15)
    assert two < 40


def test_a_thousand_are_registered(program):
    told = results(
        program.post(PATH, {"shipments": [{"tracking_numbers": [number(n)]} for n in range(1000)]})
    )

    assert {one["status"] for one in told} == {"created"}
    assert TrackingNumber.objects.filter(is_followed=True).count() == 1000


def test_who_is_to_hear_does(program):
    rows = [
        {"recipient": {"email": "a@example.com"}, "subscribe": {"topics": ["delivered"]}},
        {"recipient": {"email": "b@example.com"}},
        {"subscribe": {"email": "c@example.com"}},
    ]

    program.post(PATH, {"shipments": rows})

    found = Subscription.objects.order_by("pk").values_list("email", "topics")
    assert list(found) == [("a@example.com", ["delivered"]), ("c@example.com", [])]


def test_a_fault_of_the_database_leaves_nothing_behind(program, monkeypatch):
    def broken(*_args, **_kwargs):
        raise IntegrityError

    monkeypatch.setattr("apps.native.registering.enlist", broken)
    program.client.raise_request_exception = False
    try:
        rows = [{"recipient": {"name": "P."}}, {"custom_reference": "B"}]
        answer = program.post(PATH, {"shipments": rows})
    finally:
        program.client.raise_request_exception = True

    assert answer.status_code == 500
    assert (Shipment.objects.count(), Recipient.objects.count()) == (0, 0)


def test_the_same_batch_sent_twice_is_registered_once(program):
    body = {"shipments": [{"custom_reference": "A"}, {"items": 3}]}

    first, second = (program.once(PATH, body, key="k") for _ in range(2))

    assert first.json() == second.json()
    assert Shipment.objects.count() == 1


def test_a_batch_of_nothing_but_mistakes_is_dealt_with(program):
    rows = [
        {"tracking_numbers": [{"tracking_number": "1", "carrier_code": f"upz{n}"}]}
        for n in range(300)
    ]

    told = results(program.post(PATH, {"shipments": rows}))

    assert {one["status"] for one in told} == {"refused"}
    suggested = [one for one in told if "did you mean" in one["errors"][0]["detail"]]
    assert len(suggested) <= 20


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_batches_at_once_take_a_reference_once():
    program = Program(make_merchant())
    told = []

    def register():
        rows = [{"custom_reference": "A"}, {"reference": TAKEN}]
        told.extend(results(Program(letters=program.letters).post(PATH, {"shipments": rows})))
        connection.close()

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    states = [one["status"] for one in told if one["index"] == 1]
    assert sorted(states) == ["created", "refused", "refused", "refused"]
    assert Shipment.objects.count() == 5
