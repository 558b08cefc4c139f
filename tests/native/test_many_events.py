"""A shop tells what happened to many parcels at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from apps.dialects.native_events import Told
from apps.native.naming import Names
from apps.shipments import uniting
from apps.shipments.models import Carrier, Event
from apps.shipments.reports import Limits, NumberReport
from tests.builders import NOW, make_merchant, make_shipment, report, sighting
from tests.dialects.odd_json import like
from tests.native.managing import Program, pointers
from tests.native.plans import plans_of
from tests.native.shapes import DHL, make_whole

PATH = "/api/events"
EVENT = {"status": "delivered", "occurred_at": "2026-03-02T10:00:00Z"}


@pytest.fixture
def merchant(db):
    return make_merchant()


@pytest.fixture
def program(merchant):
    return Program(merchant)


def parcel(merchant, number="JD01", leg=DHL, **fields):
    said = report(legs=(leg,), numbers=(NumberReport(number, 0),))
    return make_shipment(merchant, said, **fields)


def tell(program, *rows):
    return program.post(PATH, {"events": [EVENT | row for row in rows]})


def test_events_are_recorded_for_the_shipments_they_name(program, merchant):
    one, two, three = (parcel(merchant, number) for number in ("JD01", "JD02", "JD03"))

    answer = tell(
        program,
        {"shipment": one.reference},
        {"shipment": two.consignment_reference},
        {"tracking_number": "jd-03", "carrier_code": "DHL"},
    )

    told = answer.json()
    assert answer.status_code == 200
    assert [row["status"] for row in told["data"]] == ["recorded"] * 3
    assert [row["shipment"] for row in told["data"]] == [one.reference, two.reference] + [
        three.reference
    ]
    assert {row["version"] for row in told["shipments"]} == {2}
    assert {row["status"]["code"] for row in told["shipments"]} == {"delivered"}


def test_good_rows_are_recorded_and_wrong_ones_told(program, merchant):
    parcel(merchant)

    answer = tell(
        program,
        {"tracking_number": "JD01"},
        {"tracking_number": "JD99"},
        {"tracking_number": "JD01", "status": "x"},
        {"tracking_number": "JD01", "leg": 7},
        {},
    ).json()

    assert [row["status"] for row in answer["data"]] == ["recorded"] + ["refused"] * 4
    faults = [[fault["pointer"] for fault in row["errors"]] for row in answer["data"]]
    assert faults == [
        [],
        ["/events/1/tracking_number"],
        ["/events/2/status"],
        ["/events/3/leg"],
        ["/events/4/shipment"],
    ]
    assert (Event.objects.count(), answer["shipments"][0]["added"]) == (1, 1)


def test_the_same_events_again_add_nothing(program, merchant):
    shipment = parcel(merchant)
    tell(program, {"shipment": shipment.reference})

    (told,) = tell(program, {"shipment": shipment.reference}).json()["shipments"]

    assert (told["added"], told["changed"], told["version"]) == (0, 0, 2)


def test_many_events_of_one_shipment_are_one_change(program, merchant):
    shipment = parcel(merchant)

    rows = [{"shipment": shipment.reference, "reference": f"e-{n}"} for n in range(5)]
    (told,) = tell(program, *rows).json()["shipments"]

    assert (told["added"], told["version"]) == (5, 2)


def test_what_is_told_of_both_ways_is_one_shipment(program, merchant):
    shipment = parcel(merchant)

    told = tell(
        program,
        {"shipment": shipment.reference, "leg": 1},
        {"tracking_number": "JD01", "reference": "e-2"},
    ).json()

    assert [one["added"] for one in told["shipments"]] == [2]


def test_a_carrier_tells_apart_numbers_that_are_alike(program, merchant):
    parcel(merchant)
    other = make_whole(merchant)
    other.legs.get(position=2).numbers.update(number="JD01", folded="JD01")
    other.legs.get(position=1).numbers.update(number="JD05", folded="JD05")

    told = tell(
        program,
        {"tracking_number": "JD01", "carrier_code": "ups"},
        {"tracking_number": "JD01"},
        {"tracking_number": "JD01", "carrier_code": "fedex"},
    ).json()["data"]

    assert [row["status"] for row in told] == ["recorded", "refused", "refused"]
    assert told[0]["shipment"] == other.reference
    assert "several" in told[1]["errors"][0]["detail"]


def test_a_duplicates_names_lead_to_what_it_was_united_with(program, merchant):
    first, duplicate = parcel(merchant), parcel(merchant)
    uniting.unite(first.pk, duplicate.pk, now=NOW)

    told = tell(
        program, {"shipment": duplicate.reference}, {"tracking_number": "JD01", "reference": "e"}
    ).json()

    assert {row["shipment"] for row in told["data"]} == {first.reference}


def test_another_merchants_shipments_are_not_found(program):
    strange = parcel(make_merchant("Rival"))

    told = tell(program, {"shipment": strange.reference}, {"tracking_number": "JD01"}).json()

    assert [row["status"] for row in told["data"]] == ["refused", "refused"]
    assert [row["shipment"] for row in told["data"]] == [None, None]
    assert not Event.objects.exists()


@pytest.mark.parametrize("count", [0, 1001])
def test_a_request_holds_a_thousand_events_at_most(program, count):
    answer = program.post(PATH, {"events": [EVENT] * count})

    assert (answer.status_code, pointers(answer)) == (422, {"/events"})


def test_a_full_shipment_refuses_its_rows_and_no_others(program, merchant, monkeypatch):
    full, other = parcel(merchant, "JD01"), parcel(merchant, "JD02")
    monkeypatch.setattr(Limits, "EVENTS", 1)

    told = tell(
        program,
        {"shipment": full.reference},
        {"shipment": full.reference, "reference": "e-2"},
        {"shipment": other.reference},
    ).json()

    assert [row["status"] for row in told["data"]] == ["recorded", "refused", "recorded"]


def test_what_is_sent_twice_with_one_key_is_done_once(program, merchant):
    parcel(merchant)
    body = {"events": [EVENT | {"tracking_number": "JD01"}]}

    first, second = (program.once(PATH, body, "key-1") for _ in range(2))

    assert (first.json(), second["Idempotent-Replayed"]) == (second.json(), "true")


def test_a_carriers_key_and_one_that_reads_are_refused(merchant):
    carriers = Program(carrier=Carrier.objects.first(), scopes=("push",))
    readers = Program(merchant, scopes=("read",))

    assert [tell(one, {"shipment": "sp_1"}).status_code for one in (carriers, readers)] == [403] * 2


def test_the_cost_is_the_same_for_1_shipment_and_for_50(program, merchant):
    parcels = [parcel(merchant, f"JD{n}") for n in range(51)]
    tell(program, {})
    counts = []

    for some in (parcels[:1], parcels[1:]):
        rows = [{"tracking_number": f"JD{n}"} for n, one in enumerate(parcels) if one in some]
        with CaptureQueriesContext(connection) as context:
            assert tell(program, *rows).json()["shipments"]
        counts.append(len(context))

    assert counts[0] == counts[1] < 30


def test_a_database_that_knows_nothing_of_its_tables_looks_names_up_too(merchant):
    rows = [Told("$", sighting("delivered"), shipment=f"sp_{n}", number=f"N{n}") for n in range(9)]
    unnamed = [Told("$", sighting("delivered"), number=f"N{n}") for n in range(9)]

    plans = list(plans_of(lambda: Names(merchant.pk, [*rows, *unnamed])))

    assert len(plans) == 2
    assert not any("shipment_newest" in plan for plan in plans)


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(body=like({"events": [EVENT | {"shipment": "sp_1", "carrier_code": "dhl", "item": "1"}]}))
def test_no_body_breaks_anything(program, body):
    assert program.post(PATH, body).status_code < 500
