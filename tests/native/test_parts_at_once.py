"""Two programs of one shop that change the same parcel at the same moment."""

import pytest

from apps.shipments.models import Event, Item, Outbox
from tests.builders import make_merchant, make_shipment
from tests.native.managing import Program
from tests.native.shapes import path_of
from tests.shipments.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

EVENT = {"status": "delivered", "occurred_at": "2026-03-02T10:00:00Z"}


@pytest.fixture
def merchant():
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def shipment(merchant):
    return make_shipment(merchant)


def test_of_two_who_saw_the_same_version_one_is_told_so(program, shipment):
    reference = program.post(path_of(shipment, "items"), {"description": "Mug"}).json()["reference"]
    path = path_of(shipment, "items", reference)
    headers = {"If-Match": program.get(path)["ETag"]}

    answers = at_once(
        *(
            lambda n=n: program.send("PATCH", path, {"quantity": n}, headers).status_code
            for n in (2, 3)
        )
    )

    assert sorted(answers) == [200, 412]


def test_items_that_are_added_at_once_are_both_there(program, shipment):
    add = lambda: program.post(path_of(shipment, "items"), {"description": "Mug"})  # noqa: E731

    statuses = [answer.status_code for answer in at_once(add, add)]

    assert statuses == [201, 201]
    assert sorted(Item.objects.values_list("position", flat=True)) == [1, 2]


def test_an_event_that_is_told_at_once_is_recorded_once(program, shipment):
    rows = {"events": [EVENT | {"shipment": shipment.reference}]}

    one, many = at_once(
        lambda: program.post(path_of(shipment, "events"), EVENT).json(),
        lambda: program.post("/api/events", rows).json()["shipments"][0],
    )

    assert sorted([one["added"], many["added"]]) == [0, 1]
    assert (Event.objects.count(), Outbox.objects.count()) == (1, 1)
