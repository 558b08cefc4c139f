"""What the page tells machines that read pages."""

import json

import jsonschema
import pytest

from apps.branding.looks import Look
from apps.pages.jsonld import json_ld
from apps.pages.presenting import present
from apps.pages.readers import Frame, Reader
from apps.pages.showing import render
from apps.shipments.journey import JourneyRecipient
from apps.shipments.privacy import Level, seen_at
from apps.shipments.status import STATUSES
from tests.pages.journeys import NOW, day, event, item, journey, leg, moment, number, promise
from tests.pages.markup import read
from tests.pages.test_hostile_texts import HOSTILE, everything_says


def thing(kind, required=(), **properties):
    """Return the schema of an object of one type of schema.org that has nothing else."""
    known = {"@type": {"const": kind}, **properties}
    return {
        "type": "object",
        "properties": known,
        "required": ["@type", *required],
        "additionalProperties": False,
    }


NAME = {"type": "string"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d([+-]\d\d:\d\d)?)?$"}
ORGANIZATION = thing("Organization", ("name",), name=NAME)
ORDER_STATUS = {
    "enum": [
        f"https://schema.org/Order{word}"
        for word in (
            "Cancelled",
            "Delivered",
            "InTransit",
            "PickupAvailable",
            "Problem",
            "Processing",
            "Returned",
        )
    ]
}
DELIVERY_EVENT = thing(
    "DeliveryEvent",
    ("name",),
    name=NAME,
    startDate=TIME,
    location=thing("Place", ("name",), name=NAME),
)
FACTS = {
    "trackingNumber": NAME,
    "provider": ORGANIZATION,
    "carrier": ORGANIZATION,
    "expectedArrivalFrom": TIME,
    "expectedArrivalUntil": TIME,
    "deliveryStatus": {"type": "array", "minItems": 1, "items": DELIVERY_EVENT},
    "itemShipped": {"type": "array", "minItems": 1, "items": thing("Product", name=NAME)},
}
ORDER = thing(
    "Order",
    ("orderStatus", "merchant"),
    orderNumber=NAME,
    orderStatus=ORDER_STATUS,
    seller=ORGANIZATION,
    merchant=ORGANIZATION,
    orderDelivery={"type": "array", "items": thing("ParcelDelivery", ("deliveryStatus",), **FACTS)},
)
SCHEMA = thing(
    "ParcelDelivery",
    ("@context", "deliveryStatus", "partOfOrder"),
    **{"@context": {"const": "https://schema.org"}},
    partOfOrder=ORDER,
    **FACTS,
)


def data(*journeys, reader=None, now=NOW):
    found = json.loads(json_ld(present(journeys, now, reader)))
    jsonschema.validate(found, SCHEMA)
    return found


def test_a_page_tells_machines_its_parcel():
    events = [event("out_for_delivery", leg=2, place="Leeds"), event("accepted", leg=1)]
    window = promise(moment("2026-05-14T14:20", 120), moment("2026-05-14T13:20", 120))
    one = journey(
        *events,
        code="out_for_delivery",
        legs=(leg(1, "DHL"), leg(2, "Royal Mail")),
        numbers=(number("JD01", 1), number("RM02", 2)),
        items=(item(1, "Mug"),),
        promises=(window,),
        order_reference="10432",
    )

    found = data(one)

    assert found["trackingNumber"] == "RM02"
    assert found["provider"] == found["carrier"] == {"@type": "Organization", "name": "Royal Mail"}
    assert found["expectedArrivalFrom"] == "2026-05-14T13:20:00+02:00"
    assert found["expectedArrivalUntil"] == "2026-05-14T14:20:00+02:00"
    assert [one["name"] for one in found["deliveryStatus"]] == [
        "With the carrier",
        "Out for delivery",
    ]
    assert found["deliveryStatus"][1]["location"]["name"] == "Leeds"
    assert found["itemShipped"] == [{"@type": "Product", "name": "Mug"}]
    assert found["partOfOrder"]["orderNumber"] == "10432"
    assert found["partOfOrder"]["orderStatus"] == "https://schema.org/OrderInTransit"
    assert found["partOfOrder"]["merchant"]["name"] == "Harbour & Pine"


def test_the_other_parcels_are_deliveries_of_the_same_order():
    found = data(journey(), journey(reference="sp_2", numbers=(number("JD02"),)))

    assert [one["trackingNumber"] for one in found["partOfOrder"]["orderDelivery"]] == ["JD02"]


def test_an_order_that_came_in_part_is_not_delivered():
    found = data(
        journey(event("delivered"), code="delivered"), journey(event("accepted"), reference="sp_2")
    )

    assert found["partOfOrder"]["orderStatus"] == "https://schema.org/OrderInTransit"


@pytest.mark.parametrize("code", STATUSES)
@pytest.mark.parametrize("level", Level)
def test_every_state_fits_the_schema_at_every_level(code, level):
    one = journey(
        event(code), code=code, promises=(promise(day("2026-05-16")),), items=(item(1, "Mug"),)
    )

    assert data(seen_at(one, level), reader=Reader(level=level))


def test_a_date_that_was_missed_is_not_told_as_expected():
    found = data(journey(event("in_transit"), promises=(promise(day("2026-05-12")),)))

    assert "expectedArrivalUntil" not in found


def test_a_number_alone_tells_no_number_and_no_contents():
    one = journey(
        event("in_transit", place="Leeds", description="words"),
        numbers=(number("JD01"),),
        items=(item(1, "Mug"),),
        order_reference="10432",
    )

    found = data(seen_at(one, Level.NUMBER), reader=Reader(level=Level.NUMBER))

    assert {"trackingNumber", "itemShipped"} & set(found) == set()
    assert [told for told in ("JD01", "Mug", "10432", "Leeds") if told in json.dumps(found)] == []


def test_a_link_tells_no_person_and_no_street():
    told = event("delivered.signed", place="12 Marker Road, Leeds", description="Ada Marker")
    to = JourneyRecipient(
        "Ada Marker", "ada@marker.example", "", "12 Marker Road", "", "", "", "GB"
    )
    one = journey(told, code="delivered.signed", recipient=to)

    found = json.dumps(data(seen_at(one, Level.LINK)))

    assert "Leeds" in found
    assert "marker" not in found.lower()


def test_what_a_brand_hides_is_not_told():
    look = Look("harbour", "Harbour", "harbour", hidden=frozenset(("items", "details")))
    one = journey(numbers=(number("JD01"),), items=(item(1, "Mug"),))

    assert {"trackingNumber", "itemShipped"} & set(data(one, reader=Reader(look=look))) == set()


TRICKS = [*HOSTILE, "</script><script>alert(1)</script>", "<!--<script>", "]]>", '"}],"x":"']
TRICKS += ["a\u2028b\u2029c", "\x00\ud800\x1b", "\\u003c/script>"]


@pytest.mark.parametrize("text", TRICKS)
def test_no_text_ends_the_element_or_the_data(text):
    page = present([everything_says(text)], NOW)

    written = json_ld(page)

    assert not set(written) & set("<>&\u2028\u2029")
    jsonschema.validate(json.loads(written), SCHEMA)


def test_the_page_holds_the_data_and_a_frame_does_not():
    scripts = [
        read(render("pages/tracking.html", [journey()], reader, NOW)).all(
            "script", type="application/ld+json"
        )
        for reader in (Reader(), Reader(frame=Frame()))
    ]

    assert len(scripts[0]) == 1 and scripts[1] == []
    assert json.loads(scripts[0][0].text)["@type"] == "ParcelDelivery"
