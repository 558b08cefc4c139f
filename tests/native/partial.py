"""What every address of a shipment's parts keeps, for tests that go through all of them."""

from tests.native.shapes import path_of

EVENT = {"status": "delivered", "occurred_at": "2026-03-02T10:00:00Z"}
# Method, the rest of the address, a good body. `{item}` and `{number}` are the shipment's own.
WRITES = [
    ("POST", "items", {"description": "Mug"}),
    ("PATCH", "items/{item}", {"description": "Cup"}),
    ("DELETE", "items/{item}", None),
    ("PATCH", "legs/1", {"service_code": "express"}),
    ("POST", "tracking_numbers", {"tracking_number": "JD09", "carrier_code": "dhl"}),
    ("PATCH", "tracking_numbers/{number}", {"is_followed": True}),
    ("DELETE", "tracking_numbers/{number}", None),
    ("POST", "promises", {"until": "2026-03-05"}),
    ("POST", "events", EVENT),
    ("POST", "subscriptions", {"email": "ada@mail.example"}),
    ("DELETE", "subscriptions/{subscription}", None),
]
READS = [
    "items",
    "items/{item}",
    "legs",
    "legs/1",
    "tracking_numbers",
    "tracking_numbers/{number}",
    "promises",
    "events",
    "subscriptions",
    "subscriptions/{subscription}",
]


def at(shipment, rest, subscription):
    number = shipment.legs.get(position=1).numbers.order_by("pk").first()
    named = {
        "item": shipment.items.get(position=1).reference,
        "number": f"tn_{number.pk}",
        "subscription": f"su_{subscription.pk}",
    }
    return path_of(shipment, rest.format(**named))
