"""Items that a shop adds, puts right and takes out, and what reports make of them."""

import pytest

from apps.shipments import contents, recording
from apps.shipments.models import Item, Outbox
from apps.shipments.reports import ItemReport, Limits
from apps.shipments.wanted import NewItem
from tests.builders import NOW, make_shipment, report, sighting

pytestmark = pytest.mark.django_db

MUG, LID = ItemReport(custom_reference="MUG"), ItemReport(custom_reference="LID")


def reference_of(shipment, name):
    return shipment.items.get(custom_reference=name).reference


def test_an_item_is_added_after_the_others():
    shipment = make_shipment(report=report(items=(MUG, LID)))

    reference = contents.add_item(shipment.pk, NewItem("Spoon", 4), now=NOW)

    item = Item.objects.get(reference=reference)
    assert (item.position, item.description, item.quantity) == (3, "Spoon", 4)


def test_an_added_item_has_the_status_of_what_happened_to_all():
    shipment = make_shipment(report=report(sighting("delivered")))

    reference = contents.add_item(shipment.pk, NewItem("Spoon"), now=NOW)

    assert Item.objects.get(reference=reference).code == "delivered"


def test_each_change_raises_the_version_and_is_told():
    shipment = make_shipment()

    reference = contents.add_item(shipment.pk, NewItem("Spoon"), now=NOW)
    contents.change_item(shipment.pk, reference, {"quantity": 2}, now=NOW)
    contents.drop_item(shipment.pk, reference, now=NOW)

    assert list(Outbox.objects.values_list("version", flat=True)) == [1, 2, 3]


def test_nothing_different_writes_nothing():
    shipment = make_shipment(report=report(items=(MUG,)))
    values = {"custom_reference": "MUG", "quantity": 1}

    result = contents.change_item(shipment.pk, reference_of(shipment, "MUG"), values, now=NOW)

    assert (result.is_changed, result.version) == (False, 1)


def test_what_is_told_later_keeps_what_the_shop_said():
    shipment = make_shipment(report=report(items=(MUG,)))
    contents.change_item(
        shipment.pk, reference_of(shipment, "MUG"), {"description": "Blue mug"}, now=NOW
    )

    later = report(items=(ItemReport(custom_reference="MUG", description="ITEM 1"),))
    recording.record(shipment.pk, later, now=NOW)

    assert shipment.items.get().description == "Blue mug"


def test_a_report_adds_items_where_one_was_taken_out():
    shipment = make_shipment(report=report(items=(MUG, LID)))
    contents.drop_item(shipment.pk, reference_of(shipment, "MUG"), now=NOW)

    recording.record(shipment.pk, report(items=(ItemReport(custom_reference="TEA"),)), now=NOW)

    positions = dict(shipment.items.values_list("custom_reference", "position"))
    assert positions == {"LID": 2, "TEA": 3}


def test_an_event_that_is_shown_no_more_keeps_its_item():
    told = report(sighting("delivered", item=0), items=(MUG, LID), is_whole_history=True)
    shipment = make_shipment(report=told)
    recording.replace_history(shipment.pk, report(items=(MUG, LID)), now=NOW)

    with pytest.raises(contents.InUse):
        contents.drop_item(shipment.pk, reference_of(shipment, "MUG"), now=NOW)


def test_an_item_of_another_shipment_is_none_of_this_one():
    other = make_shipment(report=report(items=(MUG,)))
    shipment = make_shipment(other.merchant)

    with pytest.raises(Item.DoesNotExist):
        contents.drop_item(shipment.pk, reference_of(other, "MUG"), now=NOW)


def test_a_full_shipment_takes_no_more():
    shipment = make_shipment()
    Item.objects.bulk_create(
        Item(shipment=shipment, position=position) for position in range(1, Limits.ITEMS + 1)
    )

    with pytest.raises(contents.TooMany):
        contents.add_item(shipment.pk, NewItem("Spoon"), now=NOW)
