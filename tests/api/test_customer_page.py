"""The page a customer sees tells what the APIs tell."""

import re

import pytest

from apps.dialects import shipstation, sorted_v1, sorted_v2
from apps.shipments.reports import LegReport
from tests.api.callers import make_parcel
from tests.builders import make_shipment, recorded, report, sighting

LEGS = (LegReport("ups", service_name="A"), LegReport("usps", service_name="B"))
MADE = report(
    *(sighting("in_transit", f"2026-03-01T{10 + n}:00:00Z", leg=n // 4) for n in range(9)),
    legs=(*LEGS, LegReport("dnq", service_name="C")),
)


def page_of(client, shipment):
    return client.get(f"/t/{shipment.token}/").content.decode()


def test_27_the_page_tells_a_delivered_parcel_from_a_moving_one(client, merchant):
    moving = make_parcel(merchant, sighting("in_transit"))
    delivered = make_parcel(merchant, sighting("delivered"), number="2")

    assert "On its way" in page_of(client, moving)
    assert "Delivered" in page_of(client, delivered)
    assert "Delivered" not in page_of(client, moving).partition("</h1>")[0]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(
            lambda: sorted_v2.read(recorded("sorted_v2_contents.json"))[0], id="sorted_v2"
        ),
        pytest.param(lambda: sorted_v1.read(recorded("sorted_v1_two_legs.json")), id="sorted_v1"),
        pytest.param(lambda: shipstation.read(recorded("shipstation_usps.json")), id="shipstation"),
        pytest.param(lambda: MADE, id="three legs, nine scans"),
    ],
)
def test_39_the_link_shows_the_events_of_the_api_in_its_order(client, v2, merchant, said):
    shipment = make_shipment(merchant, said())

    shown = re.findall(r'data-reference="(tr_\d{32})"', page_of(client, shipment))

    told = v2.get(f"/pro/tracking/{shipment.reference}").json()["events"]
    assert shown == [event["reference"] for event in told]
    assert len(shown) == len(said().sightings)


def test_38_the_page_shows_the_newest_event_of_a_put(client, lemon, merchant):
    shipment = make_shipment(merchant)
    steps = [
        {
            "status": "TRANSIT",
            "status_date": f"2024-07-{day}T10:02:00.000Z",
            "status_details": details,
        }
        for day, details in ((16, "ΠΡΟΣ ΠΑΡΑΔΟΣΗ"), (15, "ΑΦΙΞΗ"))
    ]
    lemon.put(f"/v1/shipments/{shipment.reference}/tracking", {"tracking_history": steps})

    page = page_of(client, shipment)

    assert page.index("ΠΡΟΣ ΠΑΡΑΔΟΣΗ") < page.index("ΑΦΙΞΗ")


@pytest.mark.parametrize("name", ["reference", "consignment_reference", "custom_reference"])
def test_40_an_unknown_link_is_not_found_and_tells_nothing(client, merchant, name):
    shipment = make_parcel(
        merchant, sighting("delivered"), custom_reference="CR-0123456789-0123456789"
    )

    answer = client.get(f"/t/{getattr(shipment, name)}/")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
    for told in (merchant.name, shipment.token, "1Z999", "Delivered", "U.S. Postal Service"):
        assert told not in page
