"""Whatever is sent, the answer is JSON below 500 and nothing half is stored."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.shipments.models import Carrier, Event
from tests.api.callers import USPS, Caller
from tests.builders import make_key, make_shipment, report

V2, V1, STATION = "x-api-key", "ocp-apim-subscription-key", "API-Key"
PATHS = [
    (V2, "/pro/tracking/{}"),
    (V2, "/pro/tracking/{}/shipment_contents"),
    (V2, "/pro/tracking/custom_reference/{}"),
    (V2, "/pro/tracking/custom_reference/{}/shipment_contents"),
    (V2, "/pro/tracking/custom_reference/CR1?take={}"),
    (V2, "/pro/tracking/custom_reference/CR1?skip={}"),
    (V1, "/tracking/{}"),
    (V1, "/tracking/flattened/{}"),
    (V1, "/tracking/clientreference/{}"),
    (STATION, "/v1/tracking?carrier_code=usps&tracking_number={}"),
    (STATION, "/v1/tracking?tracking_number=1&carrier_code={}"),
    (STATION, "/v1/tracking?tracking_number=1&carrier_id={}"),
    (STATION, "/v1/labels?tracking_number={}"),
    (STATION, "/v1/labels?service_code={}"),
    (STATION, "/v1/labels?shipment_id={}"),
    (STATION, "/v1/labels?carrier_id={}"),
    (STATION, "/v1/labels?created_at_start={}"),
    (STATION, "/v1/labels?page={}"),
    (STATION, "/v1/labels?page_size={}"),
    (STATION, "/v1/labels?sort_by={}"),
    (STATION, "/v1/labels/{}/track"),
    (STATION, "/v1/carriers/{}"),
    (V2, "/public/v1/shipments/{}/tracking"),
]
VALUES = [
    "%00",
    "a%00b",
    "%ff%fe",
    "%ed%a0%80",
    "%F0%9F%9A%9A",
    "%E2%80%AE%E2%81%A6",
    "%0D%0ASet-Cookie:%20a=b",
    "%2e%2e%2f%2e%2e%2fetc",
    "'%20OR%201=1--",
    "%22%3E%3Cscript%3E",
    "{{7*7}}",
    "%25",
    "_",
    "*",
    "-1",
    "1e9",
    "9" * 30,
    "NaN",
    "%D9%A1",
    "x" * 4000,
    "se-" + "z" * 22,
    "sp_" + "0" * 33,
]


@pytest.fixture(autouse=True)
def as_often_as_one_likes(settings):
    settings.API_REQUESTS_A_MINUTE = 1_000_000


@pytest.mark.parametrize(("header", "path"), PATHS, ids=[path for _, path in PATHS])
def test_a_hostile_value_in_an_address_breaks_nothing(merchant, header, path):
    make_shipment(merchant, custom_reference="CR1")
    caller = Caller(header, make_key(merchant))

    for value in VALUES:
        answer = caller.get(path.replace("{}", value))
        assert answer.status_code in (200, 400, 404), value
        assert answer["Content-Type"] == "application/json"
        assert json.loads(answer.content) is not None
        assert not answer.cookies


ODD_TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["\x00", "\ud800", "\u202e", "x" * 3000, "<b>", "2024-07-15T10:02:00.000Z"]),
)
VALUES_OF_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ODD_TEXTS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(ODD_TEXTS, inside, max_size=3),
    max_leaves=6,
)
ENTRY = {
    "status": "TRANSIT",
    "status_date": "2024-07-15T10:02:00.000Z",
    "status_details": "x",
    "status_exact": None,
}
SCAN = {
    "TimeStamp": "2026-03-03T10:00:00+01:00",
    "Code": "Delivered",
    "Description": "x",
    "SignedBy": None,
    "Location": None,
}


def mutated(valid):
    """The object with one of its members replaced by something else, or left out."""
    return st.sampled_from(sorted(valid)).flatmap(
        lambda name: st.one_of(
            VALUES_OF_JSON.map(lambda value: valid | {name: value}),
            st.just({other: value for other, value in valid.items() if other != name}),
        )
    )


def encoded(body):
    return json.dumps(body).encode("utf-8", "surrogatepass")


fuzzed = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@fuzzed
@given(body=st.one_of(VALUES_OF_JSON, mutated(ENTRY).map(lambda e: {"tracking_history": [e]})))
def test_a_mutated_history_is_taken_or_refused(lemon, merchant, body):
    shipment = make_shipment(merchant)

    answer = lemon.put(f"/v1/shipments/{shipment.reference}/tracking", encoded(body))

    assert answer.status_code in (200, 400, 422)
    assert ("error" in answer.json()) == (answer.status_code != 200)
    assert answer.status_code == 200 or not Event.objects.filter(shipment=shipment).exists()


@fuzzed
@given(scan=mutated(SCAN))
def test_a_mutated_push_is_taken_or_refused(merchant, scan):
    usps = Carrier.objects.get(code="usps")
    caller = Caller(V1, make_key(carrier=usps, scopes=["push"]))
    shipment = make_shipment(merchant, report(legs=(USPS,)))
    name = shipment.consignment_reference.replace("EC", "EP")
    package = {"PackageReference": name, "TrackingEvents": [scan]}
    consignment = {
        "ConsignmentTrackingReference": shipment.consignment_reference,
        "PackageTrackingEvents": [package],
    }
    body = {"CarrierReference": "usps", "ConsignmentTrackingEvents": [consignment]}

    answer = caller.post("/tracking/carrierevents", encoded(body))

    assert answer.status_code in (200, 400)
    assert Event.objects.filter(shipment=shipment).count() == (answer.status_code == 200)


@fuzzed
@given(body=st.binary(max_size=200))
def test_random_bytes_are_refused(lemon, merchant, body):
    shipment = make_shipment(merchant)

    answer = lemon.put(f"/v1/shipments/{shipment.reference}/tracking", body)

    assert answer.status_code in (400, 422)
    assert not Event.objects.exists()
