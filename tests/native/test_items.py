"""A shop says what is in a parcel."""

import pytest

from apps.shipments.models import Item, Outbox
from apps.shipments.reports import Limits
from tests.builders import make_merchant, make_shipment, report, sighting
from tests.native.managing import Program, pointers
from tests.native.shapes import DHL, LID, MUG, make_whole, path_of

WHOLE = {
    "description": "Mug",
    "quantity": 2,
    "custom_reference": "SKU-1",
    "picture_url": "https://shop.example/1.jpg",
}


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def shipment(merchant):
    return make_shipment(merchant)


def test_an_item_is_added_with_all_that_is_said_of_it(program, shipment):
    answer = program.post(path_of(shipment, "items"), WHOLE)

    assert answer.status_code == 201
    told = answer.json()
    assert {name: told[name] for name in WHOLE} == WHOLE
    assert told["status"]["code"] == "unknown.no_scans"
    assert program.get(path_of(shipment, "items")).json() == {"data": [told]}


def test_an_added_item_is_told_to_others(program, shipment):
    program.post(path_of(shipment, "items"), WHOLE)

    shipment.refresh_from_db()
    assert shipment.version == 1
    assert Outbox.objects.get(shipment=shipment).version == 1


def test_every_fault_of_an_item_is_told_and_nothing_is_kept(program, shipment):
    wrong = {
        "description": "x" * 201,
        "quantity": 0,
        "custom_reference": "a\x00b",
        "picture_url": "javascript:alert(1)",
    }

    answer = program.post(path_of(shipment, "items"), wrong)

    assert answer.status_code == 422
    assert pointers(answer) == {f"/{name}" for name in wrong}
    assert not Item.objects.exists()


def test_an_item_is_changed_in_what_is_said_and_no_more(program, shipment):
    reference = program.post(path_of(shipment, "items"), WHOLE).json()["reference"]
    path = path_of(shipment, "items", reference)

    told = program.patch(path, {"quantity": 3, "picture_url": None}).json()

    assert (told["quantity"], told["picture_url"], told["description"]) == (3, None, "Mug")
    assert program.get(path).json() == told


def test_what_an_item_is_already_changes_nothing(program, shipment):
    reference = program.post(path_of(shipment, "items"), WHOLE).json()["reference"]

    answer = program.patch(path_of(shipment, "items", reference), WHOLE)

    shipment.refresh_from_db()
    assert (answer.status_code, shipment.version) == (200, 1)


def test_a_change_that_says_nothing_is_a_mistake(program, shipment):
    reference = program.post(path_of(shipment, "items"), WHOLE).json()["reference"]

    assert program.patch(path_of(shipment, "items", reference), {}).status_code == 422


def test_an_item_is_taken_out(program, shipment):
    reference = program.post(path_of(shipment, "items"), WHOLE).json()["reference"]

    answer = program.delete(path_of(shipment, "items", reference))

    shipment.refresh_from_db()
    assert (answer.status_code, answer.content, shipment.version) == (204, b"", 2)
    assert program.get(path_of(shipment, "items")).json() == {"data": []}
    assert program.delete(path_of(shipment, "items", reference)).status_code == 404


def test_an_item_with_events_stays(program, merchant):
    said = report(sighting("delivered", item=0), legs=(DHL,), items=(MUG, LID))
    shipment = make_shipment(merchant, said)
    mug = shipment.items.get(custom_reference="MUG")

    answer = program.delete(path_of(shipment, "items", mug.reference))

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "events" in answer.json()["detail"]


def test_an_item_with_a_number_stays(program, merchant):
    shipment = make_whole(merchant)
    lid = shipment.items.get(custom_reference="LID")

    answer = program.delete(path_of(shipment, "items", lid.reference))

    assert (answer.status_code, shipment.items.count()) == (409, 2)
    assert "tracking number" in answer.json()["detail"]


def test_an_item_with_parts_stays(program, merchant):
    shipment = make_whole(merchant)
    mug, lid = shipment.items.order_by("position")
    Item.objects.filter(pk=lid.pk).update(parent=mug)

    answer = program.delete(path_of(shipment, "items", mug.reference))

    assert (answer.status_code, shipment.items.count()) == (409, 2)


def test_a_full_shipment_takes_no_more_items(program, shipment):
    Item.objects.bulk_create(
        Item(shipment=shipment, position=position) for position in range(1, Limits.ITEMS + 1)
    )

    answer = program.post(path_of(shipment, "items"), WHOLE)

    assert (answer.status_code, shipment.items.count()) == (409, Limits.ITEMS)
