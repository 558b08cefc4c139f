"""Many shipments brought in at once."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec import structs
from msgspec.structs import replace

from apps.shipments.models import Item, Leg, Outbox, Recipient, Shipment, TrackingNumber
from apps.shipments.reading import journey_of, journeys_of
from apps.shipments.registering import (
    RECIPIENT,
    ReferenceTaken,
    carrier_codes,
    register,
    register_many,
)
from apps.shipments.wanted import NewItem, NewNumber, NewShipment
from tests.builders import NOW, make_merchant, make_shipment

pytestmark = pytest.mark.django_db

UPS = "1Z5R89390357567127"
WHOLE = NewShipment(
    reference="EC-4DF-002-9QX",
    custom_reference="A-1",
    order_reference="10432",
    channel="de-shop",
    origin_country="DE",
    destination_country="GB",
    numbers=(NewNumber("9400 1000", "stamps_com"),),
    is_followed=True,
    name="P. Jones",
    email="p.jones@example.com",
    phone="+44 161 496 0000",
    street="1 Main Road",
    city="Wilmslow",
    region="Cheshire",
    postal_code="SK9 1AA",
    country="GB",
    items=(NewItem("Shirt", 2, "SKU-1", "https://shop.example/1.jpg"), NewItem("Hat")),
    promised_until=date(2026, 3, 5),
)


def statements(count):
    merchant = make_merchant(f"M{count}")
    numbers = [NewNumber(f"9400{n:06}", "stamps_com") for n in range(count)]
    wanted = [replace(WHOLE, reference="", numbers=(one,)) for one in numbers]
    with CaptureQueriesContext(connection) as queries:
        register_many(merchant.pk, wanted, now=NOW)
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


def test_everything_told_of_a_shipment_is_kept():
    (pk,) = register_many(make_merchant().pk, [WHOLE], now=NOW)

    journey, shipment = journey_of(pk), Shipment.objects.get()
    assert journey.consignment_reference == WHOLE.reference
    assert (journey.custom_reference, journey.order_reference) == ("A-1", "10432")
    assert (journey.origin_country, journey.destination_country) == ("DE", "GB")
    assert (shipment.channel, shipment.code_since, shipment.is_open) == ("de-shop", NOW, True)
    assert structs.asdict(journey.recipient) == {one: getattr(WHOLE, one) for one in RECIPIENT}
    assert [(leg.carrier_code, leg.carrier_name) for leg in journey.legs] == [
        ("usps", "U.S. Postal Service")
    ]
    assert [one.number for one in journey.numbers] == ["9400 1000"]
    assert [
        (item.position, item.description, item.quantity, item.custom_reference, item.picture_url)
        for item in journey.items
    ] == [(1, "Shirt", 2, "SKU-1", "https://shop.example/1.jpg"), (2, "Hat", 1, "", "")]


def test_a_promised_day_is_the_shops_word_and_late_when_it_is_over():
    (pk,) = register_many(make_merchant().pk, [WHOLE], now=NOW)

    promise = journey_of(pk).promise
    assert (promise.given_by, promise.until.is_date_only) == ("merchant", True)
    assert promise.until.wall_clock.date() == date(2026, 3, 5)
    assert Shipment.objects.get().due_at == datetime(2026, 3, 6, tzinfo=UTC)


def test_a_followed_number_is_asked_for_and_another_is_not():
    bare = NewShipment(numbers=(NewNumber("2"),))
    wanted = [replace(WHOLE, reference=""), bare, NewShipment(is_followed=True)]

    register_many(make_merchant().pk, wanted, now=NOW)

    switched = TrackingNumber.objects.order_by("pk").values_list("is_followed", "switched_at")
    assert list(switched) == [(True, NOW), (False, None)]


def test_many_at_once_are_what_they_are_one_by_one():
    fields = [
        {},
        {"number": UPS, "is_followed": True},
        {"number": "my parcel", "custom_reference": "A"},
        {"number": "94", "carrier_code": "stamps_com", "order_reference": "7"},
        {"carrier_code": "dhl"},
        {"reference": "sp_00000000000000000000000000000007", "number": "1"},
    ]
    one_by_one, at_once = make_merchant("One by one"), make_merchant("At once")
    singly = [register(one_by_one.pk, now=NOW, **one) for one in fields[:-1]]

    many = register_many(at_once.pk, [wanted(**one) for one in fields], now=NOW)[:-1]

    assert [settled(pk) for pk in many] == [settled(pk) for pk in singly]


def wanted(number="", carrier_code="", **fields):
    return NewShipment(numbers=(NewNumber(number, carrier_code),) if number else (), **fields)


def settled(pk):
    shipment = Shipment.objects.get(pk=pk)
    legs = Leg.objects.filter(shipment=pk).values_list(
        "position", "order", "carrier", "carrier_code", "carrier_name"
    )
    numbers = TrackingNumber.objects.filter(leg__shipment=pk).values_list(
        "number", "folded", "is_followed", "switched_at", "source"
    )
    names = ("custom_reference", "order_reference", "code", "severity", "code_since", "is_open")
    outbox = Outbox.objects.filter(shipment=pk).values_list("version", "code_before", "code")
    kept = [getattr(shipment, name) for name in (*names, "due_at", "version")]
    return kept, list(legs), list(numbers), list(outbox)


def test_row_numbers_come_in_the_order_of_what_was_wanted():
    wanted = [NewShipment(order_reference=str(n)) for n in range(1_005)]

    ids = register_many(make_merchant().pk, wanted, now=NOW)

    orders = Shipment.objects.in_bulk(ids)
    assert [orders[pk].order_reference for pk in ids] == [str(n) for n in range(1_005)]


def test_two_thousand_take_twice_the_statements_of_a_thousand():
    thousand = statements(1_000)

    assert statements(2_000) == 2 * thousand
    assert thousand <= (16 if connection.vendor == "postgresql" else 110)


def test_nothing_wanted_is_nothing_done():
    assert register_many(make_merchant().pk, [], now=NOW) == []


def test_a_taken_reference_registers_nothing_at_all():
    make_shipment(make_merchant("Other"), consignment_reference=WHOLE.reference)

    with pytest.raises(ReferenceTaken, match=WHOLE.reference):
        register_many(make_merchant().pk, [wanted(number="1"), WHOLE], now=NOW)

    assert (Shipment.objects.count(), Leg.objects.count(), Recipient.objects.count()) == (1, 0, 0)


def test_a_reference_wanted_twice_registers_nothing_at_all():
    wanted = [NewShipment(), WHOLE, WHOLE]

    with pytest.raises(ReferenceTaken, match=WHOLE.reference):
        register_many(make_merchant().pk, wanted, now=NOW)

    assert (Shipment.objects.count(), Item.objects.count()) == (0, 0)


def test_a_taken_reference_beyond_the_first_thousand_undoes_the_first_thousand():
    make_shipment(make_merchant("Other"), reference="sp_00000000000000000000000000000007")
    taken = NewShipment(reference="sp_00000000000000000000000000000007")

    with pytest.raises(ReferenceTaken):
        register_many(make_merchant().pk, [*[NewShipment()] * 1_000, taken], now=NOW)

    assert Shipment.objects.count() == 1


def test_nobody_is_written_down_where_no_recipient_is_told():
    pk, _ = register_many(make_merchant().pk, [NewShipment(), NewShipment(city="Bonn")], now=NOW)

    assert [row.city for row in Recipient.objects.exclude(shipment=pk)] == ["Bonn"]
    assert journeys_of(Shipment.objects.filter(pk=pk))[0].recipient is None


def test_numbers_of_one_carrier_share_a_leg_and_others_have_their_own_in_order():
    codes = ["dhl", "ups", "dhl", ""]
    numbers = tuple(NewNumber(f"{n} {code}", code) for n, code in enumerate(codes))

    (pk,) = register_many(make_merchant().pk, [NewShipment(numbers=numbers)], now=NOW)

    journey = journey_of(pk)
    assert [(leg.order, leg.carrier_code) for leg in journey.legs] == [
        (1, "dhl"),
        (2, "ups"),
        (3, ""),
    ]
    assert [(one.number, one.leg) for one in sorted(journey.numbers, key=lambda n: n.number)] == [
        ("0 dhl", 1),
        ("1 ups", 2),
        ("2 dhl", 1),
        ("3 ", 3),
    ]


def test_a_carrier_is_known_by_its_own_code_and_by_its_others():
    codes = carrier_codes()

    assert (codes["usps"], codes["stamps_com"], codes.get("nobody")) == ("usps", "usps", None)
