"""How many statements an answer costs: always the same, however long the history."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api.models import ApiKey
from apps.shipments.models import Carrier, TrackingNumber
from apps.shipments.reports import ItemReport, NumberReport
from tests.api.callers import USPS, Caller, make_parcel
from tests.builders import make_key, make_shipment, report, sighting

V2, V1, STATION = "x-api-key", "ocp-apim-subscription-key", "API-Key"

# The key, its call counted, and the shipment's journey.
KEY, COUNT, JOURNEY = 1, 1, 4
READS = [
    (V2, "/pro/tracking/{sp}", JOURNEY),
    (V2, "/pro/tracking/{sp}/shipment_contents", JOURNEY),
    (V2, "/pro/tracking/custom_reference/CR1", 2 + JOURNEY),
    (V2, "/pro/tracking/custom_reference/CR1/shipment_contents", 2 + JOURNEY),
    (V1, "/tracking/{ec}", JOURNEY),
    (V1, "/tracking/flattened/{ec}", JOURNEY),
    (V1, "/tracking/clientreference/CR1", 1 + JOURNEY),
    (STATION, "/v1/tracking?carrier_code=usps&tracking_number=N0", 2 + JOURNEY),
    (STATION, "/v1/labels", 2 + JOURNEY),
    (STATION, "/v1/labels/{label}/track", 1 + JOURNEY),
    (STATION, "/v1/carriers", 1),
    (STATION, "/v1/carriers/se-1", 1),
    (V2, "/public/v1/shipments/{sp}/tracking", JOURNEY),
]


def make_busy(merchant, count):
    """A shipment with so many events, items and numbers."""
    moments = [f"2026-03-01T{n // 60:02}:{n % 60:02}:00+00:00" for n in range(count)]
    said = report(
        *(sighting("in_transit", time, leg=0, item=n) for n, time in enumerate(moments)),
        legs=(USPS,),
        items=tuple(ItemReport(custom_reference=f"I{n}") for n in range(count)),
        numbers=tuple(NumberReport(f"N{n}", 0, n) for n in range(count)),
    )
    return make_shipment(merchant, said, custom_reference="CR1")


def queries_of(call):
    with CaptureQueriesContext(
        connection,
    ) as context:
        answer = call()
    assert answer.status_code in (200, 204)
    return len(context.captured_queries)


def caller_of(header, key):
    """Somebody whose first call of the minute, which sweeps old counts, is behind them."""
    caller = Caller(header, key)
    caller.get({V2: "/pro/tracking/sp_1", V1: "/tracking/EC-1"}.get(header, "/v1/carriers"))
    return caller


@pytest.mark.parametrize(("header", "path", "own"), READS, ids=[row[1] for row in READS])
def test_reading_costs_the_same_for_1_and_100_events(merchant, header, path, own):
    caller = caller_of(header, make_key(merchant))
    counts = []
    for events in (1, 100):
        shipment = make_busy(merchant, events)
        label = TrackingNumber.objects.filter(leg__shipment=shipment).first()
        address = path.format(
            sp=shipment.reference, ec=shipment.consignment_reference, label=f"se-{label.pk}"
        )
        counts.append(queries_of(lambda address=address: caller.get(address)))

    assert counts[0] == counts[1]
    assert counts[0] <= KEY + COUNT + own


def test_a_put_costs_the_same_for_1_and_100_entries(merchant):
    caller = caller_of(V2, make_key(merchant))
    counts = []
    for entries in (1, 100):
        shipment = make_parcel(merchant, number=f"N{entries}")
        body = {
            "tracking_history": [
                {
                    "status": "TRANSIT",
                    "status_date": f"2024-07-15T{n // 60:02}:{n % 60:02}:00.000Z",
                    "status_details": "x",
                }
                for n in range(entries)
            ]
        }
        path = f"/v1/shipments/{shipment.reference}/tracking"
        counts.append(queries_of(lambda path=path, body=body: caller.put(path, body)))

    assert counts[0] == counts[1]


def test_a_push_costs_the_same_for_1_and_100_consignments(merchant):
    usps = Carrier.objects.get(code="usps")
    caller = caller_of(V1, make_key(carrier=usps, scopes=["push"]))
    event = {"TimeStamp": "2026-03-03T10:00:00Z", "Code": "InTransit", "Description": "x"}
    counts = []
    for size in (1, 100):
        shipments = [make_busy(merchant, 1) for _ in range(size)]
        body = {
            "CarrierReference": "usps",
            "ConsignmentTrackingEvents": [
                {
                    "ConsignmentTrackingReference": shipment.consignment_reference,
                    "PackageTrackingEvents": [
                        {
                            "PackageReference": shipment.items.get().package_reference,
                            "TrackingEvents": [event],
                        }
                    ],
                }
                for shipment in shipments
            ],
        }
        counts.append(queries_of(lambda body=body: caller.post("/tracking/carrierevents", body)))

    assert counts[0] == counts[1]


def test_a_key_costs_one_query_and_writes_at_most_once_a_minute(merchant):
    caller = caller_of(STATION, make_key(merchant))
    before = ApiKey.objects.values().get()

    with CaptureQueriesContext(connection) as context:
        caller.get("/v1/carriers")

    about_keys = [query["sql"] for query in context.captured_queries if "apikey" in query["sql"]]
    assert len(about_keys) == 1
    assert about_keys[0].startswith("SELECT")
    assert ApiKey.objects.values().get() == before


@pytest.mark.parametrize("key", ["", "x", "12345678.short", "%" * 41, "x" * 100_000])
def test_what_cannot_be_a_key_is_not_looked_up(db, key):
    with CaptureQueriesContext(connection) as context:
        answer = Caller(STATION, key).get("/v1/carriers")

    assert answer.status_code == 401
    assert not [query for query in context.captured_queries if "apikey" in query["sql"]]
