"""A shop tells what happened to a parcel, and reads what happened."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.shipments.models import Event, Recipient
from apps.shipments.reports import ItemReport, Limits, NumberReport
from tests.builders import make_merchant, make_shipment, report, sighting
from tests.native.managing import Program, pointers
from tests.native.shapes import DHL, make_whole, path_of

EVENT = {"status": "in_transit.departed", "occurred_at": "2026-03-02T09:30:00+01:00"}
WHOLE = EVENT | {
    "description": "Left the depot",
    "place": {"label": "Depot 4", "city": "Hamburg", "country": "DE", "latitude": 53.5}
    | {"longitude": 10.0, "company": "Hermes", "region": "HH", "postal_code": "20095"},
    "carrier_status_code": "DEP",
    "signed_by": "A. Mustermann",
}
FIRST = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


@pytest.fixture
def shipment(merchant):
    return make_whole(merchant)


def tell(program, shipment, *events, **event):
    body = {"events": list(events)} if events else EVENT | event
    return program.post(path_of(shipment, "events"), body)


def newest(program, shipment):
    return program.get(path_of(shipment, "events")).json()["data"][0]


def hours(count):
    times = (FIRST + timedelta(hours=n) for n in range(count))
    return [EVENT | {"occurred_at": time.isoformat()} for time in times]


def test_an_event_is_recorded_as_it_was_told(program, shipment):
    answer = tell(program, shipment, **WHOLE)

    told = newest(program, shipment)
    assert answer.status_code == 200
    assert (told["status"]["code"], told["occurred_at"]) == tuple(EVENT.values())
    assert told["place"] == WHOLE["place"]
    assert (told["carrier_description"], told["signed_by"]) == ("Left the depot", "A. Mustermann")
    assert (told["carrier_status_code"], told["source"]) == ("DEP", "api")


def test_the_answer_tells_what_was_added_and_how_things_stand(program, shipment):
    answer = tell(program, shipment, EVENT, EVENT | {"status": "delivered"})

    told = answer.json()
    assert (told["added"], told["changed"], told["version"]) == (2, 0, 2)
    assert (told["shipment"], told["status"]["code"]) == (shipment.reference, "delivered")


def test_the_same_event_twice_adds_nothing(program, shipment):
    tell(program, shipment, **WHOLE)

    answer = tell(program, shipment, **WHOLE).json()

    assert (answer["added"], answer["changed"], answer["version"]) == (0, 0, 2)


def test_an_event_told_again_in_other_words_is_the_same_event(program, shipment):
    tell(program, shipment, description="Left", reference="e-1")

    answer = tell(
        program, shipment, description="Left late", reference="e-1", status="in_transit.delayed"
    )

    assert (answer.json()["added"], answer.json()["changed"]) == (0, 1)
    assert newest(program, shipment)["status"]["code"] == "in_transit.delayed"


def test_an_event_in_our_words_has_no_word_of_a_carrier(program, shipment):
    tell(program, shipment)

    assert newest(program, shipment)["carrier_status_code"] is None


@pytest.mark.parametrize(
    ("about", "leg", "item"),
    [
        ({}, None, None),
        ({"leg": 2}, 2, None),
        ({"tracking_number": "jd-01"}, 1, None),
        ({"tracking_number": "JD01", "leg": 1}, 1, None),
        ({"item": "MUG"}, None, "MUG"),
        ({"item": "LID", "leg": 2}, 2, "LID"),
        # It is the only number of an item, so what is told of it is told of all.
        ({"tracking_number": "1Z02"}, 2, None),
    ],
)
def test_an_event_is_of_what_it_names(program, shipment, about, leg, item):
    tell(program, shipment, **about)

    told = newest(program, shipment)
    reference = shipment.items.get(custom_reference=item).reference if item else None
    assert (told["leg"], told["item"]) == (leg, reference)


def test_an_item_is_named_by_any_of_its_references(program, shipment):
    mug = shipment.items.get(custom_reference="MUG")

    for hour, name in enumerate((mug.reference, mug.package_reference, "MUG")):
        tell(program, shipment, item=name, occurred_at=f"2026-03-02T0{hour}:00:00Z")

    assert Event.objects.filter(item=mug.position).count() == 3


def test_an_event_of_one_box_among_several_is_of_the_items_in_it(program, merchant):
    items = tuple(ItemReport(custom_reference=name) for name in "ABC")
    numbers = (NumberReport("N1", 0, 0), NumberReport("N1", 0, 1), NumberReport("N2", 0, 2))
    shipment = make_shipment(merchant, report(legs=(DHL,), items=items, numbers=numbers))

    tell(program, shipment, tracking_number="N1", reference="e-1")
    again = tell(program, shipment, tracking_number="N1", reference="e-1")

    assert sorted(Event.objects.values_list("item", flat=True)) == [1, 2]
    assert again.json()["added"] == 0


@pytest.mark.parametrize(
    ("about", "pointer"),
    [
        ({"tracking_number": "JD99"}, "/tracking_number"),
        ({"tracking_number": "JD01", "leg": 2}, "/tracking_number"),
        ({"leg": 3}, "/leg"),
        ({"leg": True}, "/leg"),
        ({"item": "CUP"}, "/item"),
        ({"status": "delivred"}, "/status"),
        ({"occurred_at": "2026-03-02T09:30:00"}, "/occurred_at"),
        ({"occurred_at": ""}, "/occurred_at"),
        ({"place": {"country": "Germany"}}, "/place/country"),
        ({"place": {"label": "a\x00"}}, "/place/label"),
        ({"place": {"latitude": 1.5}}, "/place"),
        ({"description": "x" * 2001}, "/description"),
        ({"carrier_code": "dhl"}, ""),
    ],
)
def test_what_an_event_cannot_be_is_pointed_at(program, shipment, about, pointer):
    answer = tell(program, shipment, **about)

    assert (answer.status_code, pointers(answer)) == (422, {pointer})
    assert Event.objects.count() == 1


def test_a_number_on_several_legs_needs_one_named(program, shipment):
    shipment.legs.get(position=2).numbers.create(number="JD01")

    answer = tell(program, shipment, tracking_number="JD01")

    assert (answer.status_code, pointers(answer)) == (422, {"/tracking_number"})
    assert tell(program, shipment, tracking_number="JD01", leg=2).status_code == 200


def test_a_name_of_several_items_needs_their_reference(program, shipment):
    shipment.items.update(custom_reference="MUG")

    assert pointers(tell(program, shipment, item="MUG")) == {"/item"}


def test_every_fault_of_every_event_is_told_and_none_is_recorded(program, shipment):
    answer = tell(program, shipment, EVENT, {"status": "x"}, EVENT | {"leg": "1"}, 3)

    assert answer.status_code == 422
    assert pointers(answer) == {
        "/events/1/status",
        "/events/1/occurred_at",
        "/events/2/leg",
        "/events/3",
    }
    assert Event.objects.count() == 1


@pytest.mark.parametrize("count", [0, 1001])
def test_a_request_holds_a_thousand_events_at_most(program, shipment, count):
    answer = program.post(path_of(shipment, "events"), {"events": [EVENT] * count})

    assert (answer.status_code, pointers(answer)) == (422, {"/events"})


def test_a_shipment_does_not_grow_without_end(program, shipment, monkeypatch):
    monkeypatch.setattr(Limits, "EVENTS", 3)

    assert tell(program, shipment, *hours(3)).status_code == 409
    assert tell(program, shipment, *hours(2)).status_code == 200


def test_an_erased_person_is_not_told_of_again(program, shipment):
    Recipient.objects.create(shipment=shipment, name="Ada Mustermann")
    program.post(path_of(shipment, "erase"))

    tell(program, shipment, **WHOLE)

    told = newest(program, shipment)
    assert (told["carrier_description"], told["signed_by"]) == (None, None)
    assert (told["place"]["city"], told["place"]["label"]) == ("Hamburg", None)


def test_events_are_read_page_by_page_newest_first(program, shipment):
    tell(program, shipment, *hours(7), hours(3)[2] | {"status": "in_transit.delayed"})
    path = path_of(shipment, "events")

    seen, cursor = [], ""
    while cursor is not None:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = program.get(path, query).json()
        seen, cursor = seen + page["data"], page["next_cursor"]

    whole = program.get(path_of(shipment)).json()["events"]
    assert [one["reference"] for one in seen] == [one["reference"] for one in whole]
    assert len(seen) == 9


def test_events_that_are_shown_no_more_are_left_out(program, shipment):
    Event.objects.update(superseded_at=FIRST)

    assert program.get(path_of(shipment, "events")).json()["data"] == []


@pytest.mark.parametrize("query", ["cursor=", "cursor=abc", "limit=0", "limit=101", "limit=x"])
def test_a_page_nobody_can_show_is_refused(program, shipment, query):
    assert program.get(path_of(shipment, f"events?{query}")).status_code == 422


def queries_of(call):
    with CaptureQueriesContext(connection) as context:
        assert call().status_code == 200
    return len(context)


def test_telling_costs_the_same_for_1_and_100_events(program, shipment):
    # The first sets the items' status, the others find it so.
    tell(program, shipment)

    one = queries_of(lambda: tell(program, shipment, *hours(1)))
    many = queries_of(lambda: tell(program, shipment, *hours(101)[1:]))

    assert one == many


def test_reading_costs_the_same_for_1_and_100_events(program, shipment):
    program.get(path_of(shipment, "events"))
    one = queries_of(lambda: program.get(path_of(shipment, "events")))
    tell(program, shipment, *hours(100))

    many = queries_of(lambda: program.get(path_of(shipment, "events"), {"limit": 100}))

    # The key, its call counted, the shipment found, a page, its journey but for events.
    assert one == many == 2 + 1 + 1 + 3


def test_a_merchant_without_the_shipment_tells_nothing(merchant, shipment):
    stranger = Program(make_merchant("Rival"))

    assert tell(stranger, shipment).status_code == 404
    assert Event.objects.count() == 1


def test_an_event_brings_a_voided_parcel_back(program, merchant):
    shipment = make_shipment(merchant, report(sighting("cancelled"), legs=(DHL,)))

    tell(program, shipment)

    shipment.refresh_from_db()
    assert shipment.code == "in_transit.departed"
