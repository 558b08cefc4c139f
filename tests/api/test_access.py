"""Who may do what: every address, every method, every kind of caller."""

import pytest

from apps.api import urls
from apps.api.envelope import Door
from apps.shipments.models import Carrier, Event, TrackingNumber
from tests.api.callers import Caller, make_parcel
from tests.builders import make_key, sighting

V2, V1, STATION = "x-api-key", "ocp-apim-subscription-key", "API-Key"
CALLERS = ("nobody", "reader", "writer", "rival", "carrier", "other_carrier")
PUSH = """{
    "CarrierReference": "x",
    "ConsignmentTrackingEvents": [
        {"ConsignmentTrackingReference": "%(ec)s", "PackageTrackingEvents": []}
    ]
}"""
ASKED = "carrier_code=usps&tracking_number=1Z999"

# One row for each address and method: the answers to the callers above, in their order.
# fmt: off
READ = (401, 200, 403, 404, 403, 403)
TABLE = {
    ("GET", "/pro/tracking/%(sp)s", V2): READ,
    ("GET", "/pro/tracking/%(sp)s/shipment_contents", V2): READ,
    ("GET", "/pro/tracking/custom_reference/CR1", V2): READ,
    ("GET", "/pro/tracking/custom_reference/CR1/shipment_contents", V2): READ,
    ("GET", "/tracking/%(ec)s", V1): READ,
    ("GET", "/tracking/flattened/%(ec)s", V1): READ,
    ("GET", "/tracking/clientreference/CR1", V1): READ,
    ("POST", "/tracking/carrierevents", V1): (401, 403, 403, 403, 200, 404),
    ("POST", "/carrierTrackingEvents", V1): (401, 403, 403, 403, 200, 404),
    ("GET", f"/v1/tracking?{ASKED}", STATION): READ,
    ("POST", f"/v1/tracking/start?{ASKED}", STATION): (401, 403, 204, 204, 403, 403),
    ("POST", f"/v1/tracking/stop?{ASKED}", STATION): (401, 403, 204, 204, 403, 403),
    ("GET", "/v1/labels", STATION): (401, 200, 403, 200, 403, 403),
    ("GET", "/v1/labels/%(label)s/track", STATION): READ,
    ("GET", "/v1/carriers", STATION): (401, 200, 403, 200, 403, 403),
    ("GET", "/v1/carriers/se-1", STATION): (401, 200, 403, 200, 403, 403),
    ("GET", "/public/v1/shipments/%(sp)s/tracking", V2): READ,
    ("PUT", "/v1/shipments/%(sp)s/tracking", V2): (401, 403, 200, 404, 403, 403),
}
# fmt: on
BODIES = {"POST": PUSH, "PUT": '{"tracking_history": []}', "GET": ""}


@pytest.fixture
def parcel(merchant):
    return make_parcel(merchant, sighting("in_transit"), custom_reference="CR1")


@pytest.fixture
def names(parcel):
    return {
        "sp": parcel.reference,
        "ec": parcel.consignment_reference,
        "label": f"se-{TrackingNumber.objects.get().pk}",
    }


@pytest.fixture
def keys(merchant, other):
    usps, ups = (Carrier.objects.get(code=code) for code in ("usps", "ups"))
    return {
        "nobody": None,
        "reader": make_key(merchant, scopes=["read"]),
        "writer": make_key(merchant, scopes=["write"]),
        "rival": make_key(other, scopes=["read", "write"]),
        "carrier": make_key(carrier=usps, scopes=["push"]),
        "other_carrier": make_key(carrier=ups, scopes=["push"]),
    }


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]} {row[1]}")
def test_each_caller_gets_the_answer_of_the_table(row, keys, names):
    method, path, header = row

    answers = tuple(
        Caller(header, keys[name]).call(
            method, path % names, BODIES[method] % names, content_type="application/json"
        )
        for name in CALLERS
    )

    assert tuple(answer.status_code for answer in answers) == TABLE[row]


def test_every_address_and_method_has_its_row(names):
    rows = {(method, path.partition("?")[0] % names) for method, path, _ in TABLE}
    doors = [pattern for pattern in urls.urlpatterns if hasattr(pattern.callback, "view_class")]

    missing = [
        (pattern.pattern, method)
        for pattern in doors
        for method in pattern.callback.view_class.scopes
        if method != "HEAD"
        and not any(method == row[0] and pattern.pattern.match(row[1][1:]) for row in rows)
    ]

    assert doors
    assert missing == []


def test_every_address_but_the_last_is_a_door_with_keys():
    *doors, rest = urls.urlpatterns

    assert all(issubclass(pattern.callback.view_class, Door) for pattern in doors)
    assert rest.callback is urls.errors.nothing_here


def test_what_is_refused_changes_nothing(keys, names, parcel):
    for name in ("nobody", "reader", "rival", "other_carrier"):
        for method, path, header in TABLE:
            Caller(header, keys[name]).call(
                method, path % names, BODIES[method] % names, content_type="application/json"
            )

    parcel.refresh_from_db()
    number = TrackingNumber.objects.get(leg__shipment=parcel)
    assert Event.objects.count() == 1
    assert (parcel.version, number.is_followed) == (1, False)


def test_a_foreign_and_an_unknown_shipment_are_told_alike(keys, names):
    rival = Caller(V2, keys["rival"])

    foreign = rival.get(f"/pro/tracking/{names['sp']}")
    unknown = rival.get("/pro/tracking/sp_" + "9" * 32)

    bodies = [answer.json() | {"correlation_id": ""} for answer in (foreign, unknown)]
    assert bodies[0] == bodies[1]
