"""The page a customer sees tells what the APIs tell."""

import pytest

from tests.api.callers import make_parcel
from tests.builders import make_shipment, sighting


def page_of(client, shipment):
    return client.get(f"/t/{shipment.token}/").content.decode()


def test_27_the_page_tells_a_delivered_parcel_from_a_moving_one(client, merchant):
    moving = make_parcel(merchant, sighting("in_transit"))
    delivered = make_parcel(merchant, sighting("delivered"), number="2")

    assert "On its way" in page_of(client, moving)
    assert "Delivered" in page_of(client, delivered)
    assert "Delivered" not in page_of(client, moving).partition("</h1>")[0]


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
