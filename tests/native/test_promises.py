"""A shop promises when a parcel comes."""

import pytest

from apps.shipments.models import Promise
from apps.shipments.reports import Limits
from tests.builders import NOW, make_merchant, make_shipment
from tests.native.managing import Program, pointers
from tests.native.shapes import path_of


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def shipment(merchant):
    return make_shipment(merchant)


def promise(program, shipment, **body):
    return program.post(path_of(shipment, "promises"), body)


def test_a_window_is_promised_by_the_shop(program, shipment):
    window = {"since": "2026-03-05T09:00:00+01:00", "until": "2026-03-05T12:00:00+01:00"}

    answer = promise(program, shipment, reason="Storm", **window)

    told = answer.json()
    assert answer.status_code == 201
    assert (told["since"], told["until"]) == tuple(window.values())
    assert (told["given_by"], told["reason"]) == ("merchant", "Storm")


def test_the_promise_said_last_stands_first_and_holds(program, shipment):
    promise(program, shipment, until="2026-03-05")
    promise(program, shipment, until="2026-03-06")

    days = [one["until"] for one in program.get(path_of(shipment, "promises")).json()["data"]]

    assert days == ["2026-03-06", "2026-03-05"]
    assert program.get(path_of(shipment)).json()["expected_delivery"]["until"] == "2026-03-06"


def test_the_same_promise_again_adds_nothing(program, shipment):
    first = promise(program, shipment, until="2026-03-05")

    second = promise(program, shipment, until="2026-03-05")

    shipment.refresh_from_db()
    assert (second.status_code, second.json()) == (200, first.json())
    assert (Promise.objects.count(), shipment.version) == (1, 1)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/until"),
        ({"until": "soon"}, "/until"),
        ({"until": "1970-01-01"}, "/until"),
        ({"until": "2026-03-05T10:00:00"}, "/until"),
        ({"until": None}, "/until"),
        ({"until": "2026-03-05", "since": "2026-03-06"}, "/since"),
        ({"until": "2026-03-05", "reason": "a\x00"}, "/reason"),
        ({"until": "2026-03-05", "reason": "x" * 201}, "/reason"),
    ],
)
def test_a_promise_nobody_can_keep_is_pointed_at(program, shipment, body, pointer):
    answer = promise(program, shipment, **body)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})
    assert not Promise.objects.exists()


def test_a_shop_does_not_promise_without_end(program, shipment):
    until = {"instant": "2026-03-05T00:00:00Z", "is_date_only": True}
    Promise.objects.bulk_create(
        Promise(shipment=shipment, until=until, until_at=NOW, said_at=NOW)
        for _ in range(Limits.PROMISES)
    )

    assert promise(program, shipment, until="2026-03-05").status_code == 409


def test_a_reason_names_nobody_once_the_person_is_erased(program, shipment):
    program.post(path_of(shipment, "erase"))

    told = promise(program, shipment, until="2026-03-05", reason="Ada is away").json()

    assert (told["until"], told["reason"]) == ("2026-03-05", None)
