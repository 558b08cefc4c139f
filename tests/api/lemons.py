"""Shiplemon's API as its tests call it."""


def entry(status="TRANSIT", day=15, **fields):
    return {
        "status": status,
        "status_date": f"2024-07-{day:02}T10:02:00.000Z",
        "status_details": "ΠΡΟΣ ΠΑΡΑΔΟΣΗ",
        "status_exact": None,
    } | fields


def history(*entries):
    return {"tracking_history": entries}


def get(lemon, shipment):
    return lemon.get(f"/public/v1/shipments/{shipment.reference}/tracking")


def put(lemon, shipment, body):
    return lemon.put(f"/v1/shipments/{shipment.reference}/tracking", body)


def told(lemon, shipment):
    return get(lemon, shipment).json()["data"]["tracking_history"]


def error_of(answer):
    assert list(answer.json()) == ["error"]
    assert list(answer.json()["error"]) == ["code", "message", "metadata"]
    return answer.json()["error"]
